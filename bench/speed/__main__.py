"""Prints a table: TaskSync beside the yardstick, each case in turns, with the ratio of both and its goal."""

import os
import statistics
import sys

import uvloop

from bench.speed.cases import Case, Rooms, cases, warm_up
from bench.speed.far import far
from bench.speed.fill import fill, fill_yardstick
from bench.speed.load import Figures, run
from bench.speed.stage import Stage, run_stage

_ROUNDS, _SECONDS, _WARM_SECONDS = 3, 3.0, 1.0
_ROOMS, _TASKS, _MEMBERS, _BIG = 200, 50, 10, 10_000
_HEAD = f"{'case':30} {'TaskSync':>22} {'yardstick':>22} {'ratio':>7} {'goal':>8}  CPU, ms a request"


async def main(seconds: float) -> None:
    async with run_stage() as stage:
        rooms = await _fill(stage)
        print(f"load of the machine before: {os.getloadavg()[0]:.1f}\n{_HEAD}")
        await warm_up(stage, rooms)
        for case in await cases(stage, rooms):
            await _show(stage, case, seconds)
        once, one_by_one = await far(stage, rooms.many[0])
        times = f"{once:.0f} ms by one call, {one_by_one:.0f} ms by four"
        print(f"g  20 ms a round trip: {times}, {one_by_one / once:.1f} times as long (goal: 4)")


async def _fill(stage: Stage) -> Rooms:
    many = await fill(stage.databases, stage.user, _ROOMS, _TASKS, _MEMBERS)
    big = (await fill(stage.databases, stage.user, 1, _BIG, _MEMBERS))[0]
    await fill_yardstick(stage.plain, many, _TASKS, _MEMBERS)
    await fill_yardstick(stage.plain, [big], _BIG, _MEMBERS)
    # Not of the first: asked for again and again, its view stays as it is.
    rows = await stage.databases["tasks"].fetch(
        "SELECT id FROM tasks WHERE room_id = ANY($1) AND number = 1", many[1:]
    )
    return Rooms(many, big, [row["id"] for row in rows])


async def _show(stage: Stage, case: Case, seconds: float) -> None:
    await run(case.at or stage.port, case.clients, _WARM_SECONDS, case.request)
    rounds = [await _round(stage, case, seconds) for _ in range(_ROUNDS)]
    ratio = statistics.median(getattr(ours, case.figure) / getattr(plain, case.figure) for ours, plain, _ in rounds)
    ours, plain, cpu = sorted(rounds, key=lambda each: each[0].rate)[_ROUNDS // 2]
    goal = "" if case.goal is None else f"{'>=' if case.figure == 'rate' else '<='} {case.goal:.2f}"
    spent = " ".join(f"{name} {value:.2f}" for name, value in cpu.items())
    failed = f"  {ours.failed} failed" if ours.failed else ""
    print(f"{case.name:30} {_text(ours)} {_text(plain)} {ratio:7.2f} {goal:>8}  {spent}{failed}", flush=True)


async def _round(stage: Stage, case: Case, seconds: float) -> tuple[Figures, Figures, dict[str, float]]:
    before = stage.cpu_seconds()
    ours = await run(case.at or stage.port, case.clients, seconds, case.request, case.pause)
    after = stage.cpu_seconds()
    plain = await run(stage.yardstick, case.clients, seconds, case.plain, case.pause)
    count = ours.rate * seconds
    cpu = {name: (after[name] - before[name]) * 1000 / count for name in after if name != "launcher"}
    return ours, plain, cpu


def _text(figures: Figures) -> str:
    return f"{figures.rate:7.0f}/s {figures.p50:6.1f} {figures.p99:5.0f}ms"


if __name__ == "__main__":
    uvloop.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else _SECONDS))

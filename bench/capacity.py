"""Prints what one request costs: milliseconds of CPU of the five services together, and of PostgreSQL.

`python -m bench.capacity [SECONDS]`

Eight clients ask about rooms of 50 tasks and 10 members. CPU, unlike time, hardly minds what else the machine does.
"""

import asyncio
import itertools
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

import msgspec
import uvloop

from bench.login_storm import GENEROUS
from bench.speed.fill import fill
from bench.speed.load import Request, run, to_request
from bench.speed.stage import EMAIL, PASSWORD, Stage, run_stage

_CLIENTS, _SECONDS, _ROOMS, _TASKS, _MEMBERS = 8, 4.0, 100, 50, 10
_HEAD = f"{'CPU in milliseconds':50} {'services':>9} {'PostgreSQL':>11}"
_OUTSIDE = frozenset({"postgres", "launcher"})

Make = Callable[[Stage, Sequence[UUID], Sequence[UUID]], Request]


def view(stage: Stage, rooms: Sequence[UUID], _: Sequence[UUID]) -> Request:
    return _any(to_request("GET", f"/v1/rooms/{room}", stage.token) for room in rooms)


def task_view(stage: Stage, _: Sequence[UUID], tasks: Sequence[UUID]) -> Request:
    return _any(to_request("GET", f"/v1/tasks/{task}", stage.token) for task in tasks)


def home(stage: Stage, *_: Sequence[UUID]) -> Request:
    return _any([to_request("GET", "/v1/me/home", stage.token)])


def new_task(stage: Stage, rooms: Sequence[UUID], _: Sequence[UUID]) -> Request:
    body = msgspec.json.encode({"title": "One more"})
    return _any(to_request("POST", f"/v1/rooms/{room}/tasks", stage.token, body) for room in rooms)


def change(stage: Stage, _: Sequence[UUID], tasks: Sequence[UUID]) -> Request:
    count = itertools.count()

    def request() -> bytes:
        body = msgspec.json.encode({"title": f"Changed {next(count)}"})
        return to_request("PATCH", f"/v1/tasks/{random.choice(tasks)}", stage.token, body)

    return request


def sign_in(*_: object) -> Request:
    body = msgspec.json.encode({"email": EMAIL, "password": PASSWORD})
    return _any([to_request("POST", "/v1/auth/login", body=body)])


# Where the gateway remembers views, and where each is read anew.
REMEMBERED: dict[str, Make] = {
    "a room that has not changed": view,
    "home, of which equal ones at once are one": home,
    "a new task": new_task,
    "a change to a task": change,
    "to sign in": sign_in,
}
ANEW: dict[str, Make] = {"a room after a change": view, "a task with its comments": task_view}


def _any(requests: Iterable[bytes]) -> Request:
    choices = list(requests)
    return lambda: random.choice(choices)


async def main(seconds: float) -> None:
    print(_HEAD)
    async with run_stage(**GENEROUS) as stage:
        await _show(stage, REMEMBERED, seconds)
        before = _spent(stage)
        await asyncio.sleep(seconds)
        _print("nothing at all, for a second", before, _spent(stage), seconds)
    async with run_stage(TASKSYNC_GATEWAY_MEMORY_BYTES="0") as stage:
        await _show(stage, ANEW, seconds)


async def _show(stage: Stage, asked: dict[str, Make], seconds: float) -> None:
    rooms = await fill(stage.databases, stage.user, _ROOMS, _TASKS, _MEMBERS)
    tasks = [row["id"] for row in await stage.databases["tasks"].fetch("SELECT id FROM tasks")]
    for name, make in asked.items():
        request = make(stage, rooms, tasks)
        await run(stage.port, _CLIENTS, 1.0, request)
        before = _spent(stage)
        figures = await run(stage.port, _CLIENTS, seconds, request)
        assert not figures.failed, (name, figures)
        _print(name, before, _spent(stage), figures.rate * seconds)


def _spent(stage: Stage) -> tuple[float, float]:
    spent = stage.cpu_seconds()
    return sum(value for name, value in spent.items() if name not in _OUTSIDE), spent["postgres"]


def _print(name: str, before: tuple[float, float], after: tuple[float, float], times: float) -> None:
    services, postgres = ((late - early) * 1000 / times for early, late in zip(before, after, strict=True))
    print(f"{name:50} {services:9.1f} {postgres:11.1f}", flush=True)


if __name__ == "__main__":
    uvloop.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else _SECONDS))

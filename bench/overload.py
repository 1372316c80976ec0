"""`python -m bench.overload`: what is answered in time when three times as much is asked as can be carried.

Clients do not wait for each other here: requests come at a rate, whatever becomes of those before. An answer is good
if it is 200 and comes within the three seconds that a request has. The share of the peak that is left is the figure.
Each comes over a connection that is free, or over a new one: it presses on how connections are accepted, too.
"""

import asyncio
import random
import sys
import time
from collections import Counter
from typing import NamedTuple

import psutil

from bench.speed.fill import fill
from bench.speed.load import Client, run, to_request
from bench.speed.stage import Stage, run_stage

_ROOMS, _TASKS, _MEMBERS = 200, 20, 5
_CLIENTS, _SECONDS = 32, 6.0
_TIMES = (0.5, 1.0, 2.0, 3.0)
_IN_TIME = 3.0
# What is left of the peak at three times the load.
_GOAL = 0.8


class Outcome(NamedTuple):
    """Per second: good answers, refusals, and others. The 99th of a hundred good ones, in ms. The gateway's MiB."""

    good: float
    refused: float
    lost: float
    p99: float
    memory: float


class Crowd:
    """Sends requests at a rate, each over a connection that is free, or over one more."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[Client] = []
        self.counts: Counter[str] = Counter()
        self.times: list[float] = []

    async def ask(self, request: bytes) -> None:
        began = time.perf_counter()
        try:
            client = self._free.pop() if self._free else await Client.connect(self._port)
            status = (await client.ask(request)).status
            self._free.append(client)
        except (OSError, asyncio.IncompleteReadError):
            self.counts["lost"] += 1
            return
        took = time.perf_counter() - began
        if status == 200 and took <= _IN_TIME:
            self.counts["good"] += 1
            self.times.append(took * 1000)
        else:
            self.counts["refused" if status == 503 else "lost"] += 1

    def close(self) -> None:
        for client in self._free:
            client.close()


async def press(stage: Stage, requests: list[bytes], rate: float) -> Outcome:
    """Asks `rate` times a second."""
    crowd, began = Crowd(stage.port), time.perf_counter()
    asking: list[asyncio.Task[None]] = []
    while (now := time.perf_counter() - began) < _SECONDS:
        due = int(now * rate) - len(asking)
        asking += [asyncio.create_task(crowd.ask(random.choice(requests))) for _ in range(due)]
        await asyncio.sleep(0.002)
    await asyncio.gather(*asking)
    crowd.close()
    times = sorted(crowd.times) or [0.0]
    good, refused, lost = (crowd.counts[name] / _SECONDS for name in ("good", "refused", "lost"))
    return Outcome(good, refused, lost, times[int(0.99 * (len(times) - 1))], _memory(stage))


def _memory(stage: Stage) -> float:
    process = psutil.Process(int((stage.folder / "run" / "gateway.pid").read_text()))
    resident = sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))
    return float(resident) / 2**20


async def main() -> int:
    async with run_stage() as stage:
        rooms = await fill(stage.databases, stage.user, _ROOMS, _TASKS, _MEMBERS)
        requests = [to_request("GET", f"/v1/rooms/{room}", stage.token) for room in rooms]
        await run(stage.port, _CLIENTS, 2.0, lambda: random.choice(requests))
        peak = (await run(stage.port, _CLIENTS, _SECONDS, lambda: random.choice(requests))).rate
        print(f"{_CLIENTS} clients that wait for each answer: {peak:.0f} views a second")
        print(f"{'asked':>8} {'good':>8} {'refused':>8} {'lost':>8} {'p99 ms':>8} {'MiB':>8}")
        found = {}
        for times in _TIMES:
            found[times] = await press(stage, requests, peak * times)
            print(f"{peak * times:8.0f} " + " ".join(f"{figure:8.0f}" for figure in found[times]), flush=True)
    kept = found[3.0].good / max(outcome.good for outcome in found.values())
    print(f"at three times the load: {kept:.2f} of the most that was answered (goal: {_GOAL})")
    return 0 if kept >= _GOAL else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))

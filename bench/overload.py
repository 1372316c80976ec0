"""`python -m bench.overload`: what is answered in time when three times as much is asked as can be carried.

Clients do not wait for each other here: requests come at a rate, whatever becomes of those before. An answer is good
if it is 200 and comes within the three seconds that a request has. The share of the peak that is left is the figure.
Each of the clients keeps its connection.
"""

import asyncio
import random
import sys
import time
from collections import Counter, deque
from typing import NamedTuple, cast

import psutil
import uvloop

from bench.speed.fill import fill
from bench.speed.load import run, to_request
from bench.speed.stage import Stage, run_stage

_ROOMS, _TASKS, _MEMBERS = 200, 20, 5
_CLIENTS, _CONNECTIONS, _SECONDS = 32, 1000, 6.0
_TIMES = (0.5, 1.0, 2.0, 3.0)
_IN_TIME = 3.0
# What is left of the peak at three times the load.
_GOAL = 0.8


class Outcome(NamedTuple):
    """Per second: asked, answered, refused, neither. The 99th of a hundred good answers, in ms. The gateway's MiB."""

    asked: float
    good: float
    refused: float
    lost: float
    p99: float
    memory: float


class Asker(asyncio.Protocol):
    """One connection. What it costs is taken from what is measured, so it looks at no more than it must."""

    def __init__(self, crowd: "Crowd") -> None:
        self._crowd = crowd
        self._began = 0.0
        self._status = self._missing = 0

    def ask(self, request: bytes, began: float) -> None:
        self._began, self._status = began, 0
        self._transport.write(request)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if not self._status:
            head, _, rest = data.partition(b"\r\n\r\n")
            self._status = int(head[9:12])
            self._missing = int(head.partition(b"content-length: ")[2].partition(b"\r")[0]) - len(rest)
        else:
            self._missing -= len(data)
        if self._missing <= 0:
            self._crowd.answered(self, self._status, time.perf_counter() - self._began)

    def close(self) -> None:
        self._transport.close()


class Crowd:
    """Clients, each with a kept connection. Who has no answer yet asks nothing else."""

    def __init__(self) -> None:
        self._free: deque[Asker] = deque()
        self._all: list[Asker] = []
        self.counts: Counter[str] = Counter()
        self.times: list[float] = []

    async def gather(self, port: int, request: bytes) -> None:
        """Each client has had an answer, so that its connection is there, when the load begins."""
        loop = asyncio.get_running_loop()
        for _ in range(_CONNECTIONS):
            _, asker = await loop.create_connection(lambda: Asker(self), "127.0.0.1", port)
            self._all.append(asker)
            asker.ask(request, time.perf_counter())
            while len(self._free) < len(self._all):
                await asyncio.sleep(0.001)
        self.counts.clear()
        self.times.clear()

    def ask(self, request: bytes) -> None:
        self.counts["asked"] += 1
        if self._free:
            self._free.popleft().ask(request, time.perf_counter())

    def answered(self, asker: Asker, status: int, took: float) -> None:
        if took <= _IN_TIME and status in {200, 503}:
            self.counts["good" if status == 200 else "refused"] += 1
        if status == 200:
            self.times.append(took * 1000)
        self._free.append(asker)

    def close(self) -> None:
        for asker in self._all:
            asker.close()


async def press(stage: Stage, requests: list[bytes], rate: float) -> Outcome:
    """Asks `rate` times a second. What is not answered in time, or with neither 200 nor 503, is lost."""
    crowd = Crowd()
    await crowd.gather(stage.port, requests[0])
    began = time.perf_counter()
    while (now := time.perf_counter() - began) < _SECONDS:
        for _ in range(int(now * rate) - crowd.counts["asked"]):
            crowd.ask(random.choice(requests))
        await asyncio.sleep(0.002)
    await asyncio.sleep(_IN_TIME)
    crowd.close()
    times = sorted(crowd.times) or [0.0]
    asked, good, refused = (crowd.counts[name] / _SECONDS for name in ("asked", "good", "refused"))
    return Outcome(asked, good, refused, asked - good - refused, times[int(0.99 * (len(times) - 1))], _memory(stage))


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
            print(" ".join(f"{figure:8.0f}" for figure in found[times]), flush=True)
    kept = found[3.0].good / max(outcome.good for outcome in found.values())
    print(f"at three times the load: {kept:.2f} of the most that was answered (goal: {_GOAL})")
    return 0 if kept >= _GOAL else 1


if __name__ == "__main__":
    sys.exit(uvloop.run(main()))

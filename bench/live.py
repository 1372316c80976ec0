"""How soon a write is an event, and what an open stream costs: `python -m bench.live`, on `make up`'s own processes.

Three times of each write, each to when the last of the listeners has the event: from when its request was sent; from
when its change was logged, just before the commit (the `at` of the change, by the same clock); and from when its
answer was read, before which the event may well be there. Listeners and writer are one process, on the same machine.
"""

import asyncio
import os
import re
import resource
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
import psutil
import uvloop

from bench.speed.load import Client, to_request
from bench.speed.stage import Stage, run_stage

_LISTENERS = (1, 10, 100)
_WRITES, _ROUNDS, _PAUSE_SECONDS = 100, 3, 0.02
_MANY, _PER_USER = 1000, 100
_GENEROUS = {"TASKSYNC_GATEWAY_WRITE_PER_MINUTE": "1000000"}
_SECONDS = 20.0
_AT = re.compile(rb'"at":"([^"]+)"')


class Times(NamedTuple):
    """Of one write, in milliseconds: to the last listener, and from which moment."""

    sent: float
    logged: float
    answered: float


class Round:
    """Waits until all listeners have got the event of one write, which holds `mark`."""

    def __init__(self, listeners: "Sequence[Listener]") -> None:
        self.mark, self._left = b"", 0
        self._all = asyncio.Event()
        self._listeners = listeners
        self.last, self.logged = 0.0, 0.0

    def begin(self, mark: bytes) -> None:
        self.mark, self._left = mark, len(self._listeners)
        self._all.clear()

    def heard(self, data: bytes) -> None:
        self._left -= 1
        if not self._left:
            self.last, now = time.perf_counter(), time.time()
            at = _AT.findall(data[: data.index(self.mark)])[-1].decode()
            self.logged = now - datetime.fromisoformat(at).timestamp()
            self._all.set()

    async def wait(self) -> None:
        async with asyncio.timeout(_SECONDS):
            await self._all.wait()


class Listener(asyncio.Protocol):
    """One open stream. It does next to nothing with what comes, so that it is not what is measured."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self.round: Round | None = None
        self.is_open = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(self._request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        if self.round is not None and self.round.mark in data:
            self.round.heard(data)
        elif b"event: cursor" in data:
            self.is_open.set()


async def listen(stage: Stage, room: str, tokens: Sequence[str], count: int) -> list[Listener]:
    """Opens `count` streams, as many for each of `tokens`."""
    loop = asyncio.get_running_loop()
    listeners = []
    for number in range(count):
        request = to_request("GET", f"/v1/rooms/{room}/events", tokens[number % len(tokens)])
        _, listener = await loop.create_connection(lambda: Listener(request), "127.0.0.1", stage.port)  # noqa: B023
        async with asyncio.timeout(_SECONDS):
            await listener.is_open.wait()
        listeners.append(listener)
    return listeners


async def measure(stage: Stage, room: str, listeners: list[Listener], writes: int) -> list[Times]:
    """Creates tasks, one after the other."""
    client, waiting = await Client.connect(stage.port), Round(listeners)
    for listener in listeners:
        listener.round = waiting
    times = []
    for number in range(writes):
        title = f"Task {time.perf_counter_ns()} {number}"
        body = msgspec.json.encode({"title": title})
        waiting.begin(title.encode())
        sent = time.perf_counter()
        reply = await client.ask(to_request("POST", f"/v1/rooms/{room}/tasks", stage.token, body))
        answered = time.perf_counter()
        assert reply.status == 201, reply.body
        await waiting.wait()
        times.append(Times((waiting.last - sent) * 1000, waiting.logged * 1000, (waiting.last - answered) * 1000))
        await asyncio.sleep(_PAUSE_SECONDS)
    client.close()
    return times


async def main(writes: int) -> None:
    _allow_files()
    async with run_stage(**_GENEROUS) as stage:
        room = await _make(stage, stage.token, "/v1/rooms", name="Kitchen")
        tokens = [await _member(stage, room["id"], number) for number in range(_MANY // _PER_USER)]
        print(f"{writes} writes a round, the best of {_ROUNDS} rounds; median and 99th of a hundred, in ms")
        print(f"{'listeners':>9} {'sent to event':>18} {'logged to event':>18} {'answered to event':>18}   load")
        for count in _LISTENERS:
            listeners = await listen(stage, room["id"], tokens, count)
            await measure(stage, room["id"], listeners, 20)
            rounds = [await measure(stage, room["id"], listeners, writes) for _ in range(_ROUNDS)]
            _show(count, min(rounds, key=lambda each: _median([times.logged for times in each])))
            await _close(listeners)
        await _hold(stage, room["id"], tokens)


async def _hold(stage: Stage, room: str, tokens: Sequence[str]) -> None:
    before = _memory(stage)
    listeners = await listen(stage, room, tokens, _MANY)
    each = (_memory(stage) - before) / _MANY / 1024
    _show(_MANY, await measure(stage, room, listeners, 20))
    print(f"{_MANY} streams open on one gateway process: {each:.1f} KiB each", end="")
    print(f" ({before / 2**20:.0f} MiB before, {_memory(stage) / 2**20:.0f} MiB with them and after 20 writes)")
    await _close(listeners)


def _show(count: int, times: Sequence[Times]) -> None:
    columns = " ".join(f"{_text(column):>18}" for column in zip(*times, strict=True))
    print(f"{count:9} {columns}   {os.getloadavg()[0]:.1f}", flush=True)


def _text(values: Sequence[float]) -> str:
    return f"{_median(values):.1f}  {sorted(values)[int(0.99 * (len(values) - 1))]:.1f}"


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)


async def _close(listeners: Sequence[Listener]) -> None:
    for listener in listeners:
        listener.transport.close()
    await asyncio.sleep(0.5)


def _memory(stage: Stage) -> int:
    """Resident bytes of the gateway."""
    return int(psutil.Process(int((stage.folder / "run" / "gateway.pid").read_text())).memory_info().rss)


async def _member(stage: Stage, room: str, number: int) -> str:
    """The token of somebody new in the room."""
    email = f"listener-{number}@example.org"
    made = await _make(stage, "", "/v1/auth/register", email=email, name="Bench", password="seven green kettles")
    await _make(stage, stage.token, f"/v1/rooms/{room}/members", email=email, role="viewer")
    return str(made["access_token"])


async def _make(stage: Stage, token: str, path: str, **body: str) -> dict[str, str]:
    client = await Client.connect(stage.port)
    reply = await client.ask(to_request("POST", path, token, msgspec.json.encode(body)))
    client.close()
    assert reply.status == 201, reply.body
    made: dict[str, str] = msgspec.json.decode(reply.body)
    return made


def _allow_files() -> None:
    """A stream is an open file, here as in the gateway."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else _WRITES))

"""Prints how long a room's view takes without and with a storm of sign-ins, and what became of these.

`python -m bench.login_storm [SIGN_INS_A_SECOND] [ROUNDS]`

A system of its own is started, as `make up` does it. Calm and storm take turns, so that whatever else the machine
does falls on both alike. Views and sign-ins begin at set times: a late answer delays none that follow.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

import aiohttp

from tests.e2e.launched import launched

_VIEWS_A_SECOND, _SECONDS, _TASKS, _ACCOUNTS = 20, 5.0, 50, 20
_PASSWORD = "seven green kettles"
GENEROUS = {
    f"TASKSYNC_USERS_{name}_PER_{subject}": "1000000"
    for name in ("LOGIN", "REGISTER")
    for subject in ("ACCOUNT", "ADDRESS")
}


@dataclass
class Measured:
    """Milliseconds and statuses of the requests of one kind."""

    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def __str__(self) -> str:
        cuts = quantiles(self.times, n=100)
        answers = ", ".join(f"{count} x {status}" for status, count in sorted(self.statuses.items()))
        return f"{cuts[49]:8.1f} {cuts[98]:8.1f}   {answers}"


class Asker:
    """Somebody with an account and a room of 50 tasks."""

    def __init__(self, base: str, http: aiohttp.ClientSession) -> None:
        self._base, self._http = base, http
        self._emails = [f"bench{number}@example.org" for number in range(_ACCOUNTS)]
        self._room = ""

    async def prepare(self) -> None:
        tokens = [
            await self._make("/v1/auth/register", email=each, name="Bench", password=_PASSWORD)
            for each in self._emails
        ]
        self._http.headers["Authorization"] = f"Bearer {tokens[0]['access_token']}"
        self._room = (await self._make("/v1/rooms", name="Bench"))["id"]
        for number in range(_TASKS):
            await self._make(f"/v1/rooms/{self._room}/tasks", title=f"Task {number}")

    async def _make(self, path: str, **body: str) -> Any:
        async with self._http.post(self._base + path, json=body) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def view(self, _number: int) -> int:
        async with self._http.get(f"{self._base}/v1/rooms/{self._room}") as answer:
            await answer.read()
            return answer.status

    async def sign_in(self, number: int) -> int:
        body = {"email": self._emails[number % _ACCOUNTS], "password": _PASSWORD}
        async with self._http.post(f"{self._base}/v1/auth/login", json=body) as answer:
            await answer.read()
            return answer.status


async def at_a_rate(ask: Callable[[int], Awaitable[int]], rate: float, into: Measured) -> None:
    """Asks for some seconds; each time counts from when the request was due."""

    async def one(number: int, due: float) -> None:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        into.statuses[await ask(number)] += 1
        into.times.append((time.perf_counter() - due) * 1000)

    started = time.perf_counter()
    await asyncio.gather(*(one(number, started + number / rate) for number in range(int(rate * _SECONDS))))


async def measure(asker: Asker, rate: float, rounds: int) -> dict[str, Measured]:
    found = {name: Measured() for name in ("views, calm", "views, storm", "sign-ins")}
    for _ in range(rounds):
        await at_a_rate(asker.view, _VIEWS_A_SECOND, found["views, calm"])
        await asyncio.gather(
            at_a_rate(asker.view, _VIEWS_A_SECOND, found["views, storm"]),
            at_a_rate(asker.sign_in, rate, found["sign-ins"]),
        )
    return found


async def main(rate: float = 50, rounds: float = 4) -> None:
    os.environ.update(GENEROUS)
    with tempfile.TemporaryDirectory(prefix="tasksync-bench-") as folder:
        async with launched(Path(folder) / "data") as system, aiohttp.ClientSession() as http:
            asker = Asker(system.base, http)
            await asker.prepare()
            before = os.getloadavg()[0]
            found = await measure(asker, rate, int(rounds))
    print(f"{rate:.0f} sign-ins a second; load {before:.1f} before and {os.getloadavg()[0]:.1f} after; milliseconds")
    print(f"{'':14} {'p50':>8} {'p99':>8}   answers")
    for name, measured in found.items():
        print(f"{name:14} {measured}")


if __name__ == "__main__":
    asyncio.run(main(*(float(each) for each in sys.argv[1:])))

"""Work that goes on while something is done to the system: it counts what was acknowledged and what went wrong."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import aiohttp

from chassis.ids import new_id
from tests.compose.job import Work

_PACE_SECONDS = 0.05
_TOKEN_SECONDS = 120


@dataclass
class Load:
    """`acknowledged` are the titles answered with 201; `wrong` counts each 5xx and each broken connection by kind."""

    work: Work
    name: str = field(default_factory=lambda: new_id().hex)
    acknowledged: list[str] = field(default_factory=list)
    reads: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    async def write(self, writer: int) -> None:
        number = 0
        while True:
            number += 1
            title = f"{self.name}/{writer}/{number}"
            path = f"/v1/rooms/{self.work.room}/tasks"
            if await self._send("POST", path, title=title):
                self.acknowledged.append(title)

    async def read(self) -> None:
        while True:
            self.reads += await self._send("GET", f"/v1/rooms/{self.work.room}?strict=true")

    async def stay_signed_in(self) -> None:
        """A token lasts ten minutes, and an update of everything on a busy machine may last longer."""
        while True:
            await asyncio.sleep(_TOKEN_SECONDS)
            with suppress(aiohttp.ClientError, AssertionError, TimeoutError):
                await self.work.owner.sign_in()

    async def _send(self, method: str, path: str, **body: str) -> bool:
        """Sends once: what a client would send again is counted as wrong here."""
        await asyncio.sleep(_PACE_SECONDS)
        began = time.monotonic()
        try:
            status, answer = await self.work.owner.send(method, path, **body)
        except (aiohttp.ClientError, TimeoutError) as error:
            self.wrong[f"{method} {type(error).__name__}"] += 1
            return False
        self.slowest = max(self.slowest, time.monotonic() - began)
        if status >= 300:
            self.wrong[f"{method} {status} {answer.get('code')} {answer.get('detail')}"] += 1
        return status < 300

    async def stored(self) -> list[str]:
        """The titles of all tasks of the room, page by page."""
        titles: list[str] = []
        after = ""
        while True:
            page = await self.work.owner.ask("GET", f"/v1/rooms/{self.work.room}/tasks?limit=200{after}")
            titles += [task["title"] for task in page["items"]]
            if page["next"] is None:
                return titles
            after = f"&after={page['next']}"


@asynccontextmanager
async def under_load(work: Work) -> AsyncIterator[Load]:
    load = Load(work)
    tasks = [asyncio.create_task(load.write(number)) for number in range(3)]
    tasks.append(asyncio.create_task(load.stay_signed_in()))
    tasks += [asyncio.create_task(load.read()) for _ in range(2)]
    try:
        yield load
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

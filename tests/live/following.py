"""A client of a stream: reads events as the HTML standard says, and remembers the last id."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import msgspec

from tests.gateway.people import Person

_SECONDS = 30.0


@dataclass
class Event:
    name: str
    data: Any
    id: str


@dataclass
class Stream:
    """An open stream. `events` are those that came, without signs of life; `is_over` when it has ended."""

    events: list[Event] = field(default_factory=list)
    last_id: str = ""
    is_over: bool = False
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def changes(self) -> list[dict[str, Any]]:
        return [event.data for event in self.events if event.name == "change"]

    async def until(self, holds: Callable[["Stream"], object]) -> "Stream":
        """Waits until `holds`, a question of what came so far."""
        async with asyncio.timeout(_SECONDS), self._news:
            await self._news.wait_for(lambda: holds(self))
        return self

    async def until_change(self, **fields: Any) -> dict[str, Any]:
        """Waits for a change with these fields; those of the record may be named too."""

        def matching() -> list[dict[str, Any]]:
            found = [(each, {**(each["record"] or {}), **each}) for each in self.changes]
            return [each for each, flat in found if all(flat.get(name) == fields[name] for name in fields)]

        await self.until(lambda _: matching())
        return matching()[0]

    async def until_over(self) -> list[str]:
        """Waits for the end, and returns the names of the events."""
        await self.until(lambda stream: stream.is_over)
        return [event.name for event in self.events]

    async def read(self, response: aiohttp.ClientResponse) -> None:
        try:
            async for event in events_of(response):
                await self._add(event)
        except aiohttp.ClientError:
            pass
        finally:
            self.is_over = True
            async with self._news:
                self._news.notify_all()

    async def _add(self, event: Event) -> None:
        self.last_id = event.id
        async with self._news:
            if event.name != "cursor":
                self.events.append(event)
            self._news.notify_all()


async def events_of(response: aiohttp.ClientResponse) -> AsyncIterator[Event]:
    """The events of a stream, to its end."""
    name, data, last_id = "", "", ""
    async for raw in response.content:
        line = raw.decode().rstrip("\n")
        field_name, _, value = line.partition(": ")
        if field_name == "event":
            name = value
        elif field_name == "data":
            data = value
        elif field_name == "id":
            last_id = value
        elif not line and name:
            yield Event(name, msgspec.json.decode(data), last_id)
            name = data = ""


@asynccontextmanager
async def following(
    person: Person, path: str, *, after: str | None = None, last_id: str | None = None
) -> AsyncIterator[Stream]:
    """Follows `path` from `after`, or from `last_id`, or from now."""
    headers = {"Authorization": f"Bearer {person.token}"}
    if last_id is not None:
        headers["Last-Event-ID"] = last_id
    params = {} if after is None else {"after": after}
    timeout = aiohttp.ClientTimeout(total=None)
    url = person.system.url("gateway") + path
    async with person.system.session.get(url, headers=headers, params=params, timeout=timeout) as response:
        assert response.status == 200, await response.read()
        assert response.headers["Content-Type"] == "text/event-stream"
        stream = Stream()
        reader = asyncio.create_task(stream.read(response))
        try:
            yield stream
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)

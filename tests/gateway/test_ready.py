"""`/readyz` is open to all, cheap, and names what is away; slow users shut out nobody, hanging ones all."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import pytest

from chassis.feed import Feed
from chassis.feed.storage import Page
from chassis.problems import unavailable
from gateway.live import hub
from gateway.policies import revocations
from tasks.changes import LOG
from tests.gateway.counting import count_costs
from tests.gateway.faulty import gone, serving
from tests.gateway.people import Person
from tests.system import System, run_replica, until_ready

# Far more than it takes to ask a slow service once and once again.
_STALE_SECONDS = 4.5


async def test_however_many_ask_the_services_are_asked_once_a_second(system: System) -> None:
    asked = 0
    async with asyncio.timeout(20):
        # Until what the last look found is too old.
        while not asked:
            asked = await ask_many(system)
    assert asked <= 2 * 8


async def ask_many(system: System) -> int:
    """How many calls inside it took to answer many at once."""
    with pytest.MonkeyPatch.context() as patch:
        costs = count_costs(patch)
        replies = await asyncio.gather(*(system.request("gateway", "GET", "/readyz") for _ in range(40)))
    assert {reply.status for reply in replies} == {200}
    return sum(len(costs.calls(reply.headers["Request-Id"])) for reply in replies)


async def test_it_names_what_is_away(system: System) -> None:
    async with gone(system, "rooms"):
        async with asyncio.timeout(20):
            while (reply := await system.request("gateway", "GET", "/readyz")).status == 200:
                await asyncio.sleep(0.05)
    checks = reply.json()["checks"]
    assert reply.status == 503
    assert {name for name, state in checks.items() if state != "ok"} == {"rooms", "rooms.database"}
    await until_ready(system)


async def test_it_names_a_feed_that_tells_nothing(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """As while its bell has no connection: the service answers all else."""
    page = Feed.page

    async def failing(self: Feed, *args: Any, **options: Any) -> Page:
        if self._log is LOG:
            raise unavailable("database")
        return await page(self, *args, **options)

    monkeypatch.setattr(hub, "_BLIND_SECONDS", 1.0)
    with monkeypatch.context() as patch:
        patch.setattr(Feed, "page", failing)
        async with asyncio.timeout(20):
            while await ailing(system) != {"tasks.changes"}:
                await asyncio.sleep(0.05)
    await until_ready(system)


async def ailing(system: System) -> set[str]:
    checks: dict[str, str] = (await system.request("gateway", "GET", "/readyz")).json()["checks"]
    return {name for name, state in checks.items() if state != "ok"}


@dataclass
class Sluggish:
    """A way to `users` on which each request takes so many seconds more."""

    system: System
    seconds: float = 0.0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        near, far = await asyncio.open_connection("127.0.0.1", self.system.ports["users"])
        try:
            await asyncio.gather(self._pump(reader, far, slow=True), self._pump(near, writer, slow=False))
        finally:
            far.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, slow: bool) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                await asyncio.sleep(self.seconds if slow else 0)
                writer.write(data)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def beside(system: System, **settings: str) -> AsyncIterator[tuple[System, Sluggish]]:
    """Another gateway, whose way to `users` can be slow."""
    way = Sluggish(system)
    async with serving(way) as port:
        environ = {**system.environ, "TASKSYNC_GATEWAY_USERS_URL": f"http://127.0.0.1:{port}", **settings}
        async with run_replica(replace_environ(system, environ), "gateway") as replica:
            yield await until_ready(replica), way


def replace_environ(system: System, environ: dict[str, str]) -> System:
    changed = replace(system, environ=environ)
    changed.session = system.session
    return changed


async def is_shut(person: Person) -> bool:
    """Whether nobody gets in, for it is not known what ended. That something took too long is another matter."""
    reply = await person.call("GET", "/v1/rooms")
    return reply.status == 503 and "which tokens ended" in reply.json()["detail"]


@pytest.mark.parametrize(("seconds", "shuts"), [(0.7, False), (60.0, True)])
async def test_users_may_be_slow_and_may_not_hang(
    ada: Person, system: System, monkeypatch: pytest.MonkeyPatch, seconds: float, shuts: bool
) -> None:
    """Whether a token has ended is asked with more patience than anything else; without an answer nobody gets in."""
    monkeypatch.setattr(revocations, "_STALE_SECONDS", _STALE_SECONDS)
    async with beside(system, TASKSYNC_GATEWAY_CALL_SECONDS="0.4") as (replica, way):
        person = ada.through(replica)
        assert not await is_shut(person)
        way.seconds = seconds
        end = time.monotonic() + _STALE_SECONDS + 1
        while not (is_seen := await is_shut(person)) and time.monotonic() < end:
            await asyncio.sleep(0.1)
        assert is_seen is shuts

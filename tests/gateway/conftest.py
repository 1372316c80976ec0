"""The whole system on real sockets, for the tests that leave it as they found it."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from chassis.peers import Answer
from gateway.doorway import EXTENSION as DOORWAY
from keys.client import ahead
from tests.gateway.faulty import ENDLESS
from tests.gateway.people import GENEROUS, Person, sign_up
from tests.gateway.rows import keys_of
from tests.gateway.two import Two
from tests.postgres import Postgres
from tests.settling import settle
from tests.system import System, run_replica, run_system, until_ready


@pytest.fixture(scope="package")
async def system(postgres: Postgres) -> AsyncIterator[System]:
    async with run_system(postgres, **GENEROUS) as running:
        yield await until_ready(running)


@pytest.fixture
async def ada(system: System) -> Person:
    """Somebody who has just signed up."""
    return await sign_up(system)


@pytest.fixture
def patient(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a client does not ask to have soon may take very long."""
    extensions = system.apps["gateway"].extensions
    monkeypatch.setitem(extensions, DOORWAY, extensions[DOORWAY]._replace(seconds=ENDLESS))


@pytest.fixture(scope="module")
async def two(postgres: Postgres) -> AsyncIterator[Two]:
    async with run_system(postgres, **GENEROUS) as first:
        await until_ready(first)
        async with run_replica(first, "gateway") as second:
            yield Two(first, await until_ready(second))


@pytest.fixture
async def person(two: Two) -> Person:
    """Somebody who has just signed up, at the first of two gateways."""
    return await sign_up(two.first)


@pytest.fixture
async def in_a_row(two: Two, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """A machine that stalls between two tasks still makes one after the other; each test begins with nothing."""
    monkeypatch.setattr(ahead, "_GAP_SECONDS", 60.0)
    keys_of(two.first).ahead._makers.clear()
    yield
    async with keys_of(two.first).ahead.run():
        pass
    await settle(two.first.databases["keys"])


@pytest.fixture
def asked(two: Two, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often tasks asks Keys for what; its sweeper, which comes in between, only reads."""
    keys, asked = keys_of(two.first), Counter[str]()
    call = keys._peer.call

    async def count(method: str, path: str, **options: Any) -> Answer:
        asked[path] += method == "POST"
        return await call(method, path, **options)

    monkeypatch.setattr(keys._peer, "call", count)
    return asked

"""The whole system on real sockets, for the tests that leave it as they found it."""

from collections.abc import AsyncIterator

import pytest

from gateway.doorway import EXTENSION as DOORWAY
from tests.gateway.faulty import ENDLESS
from tests.gateway.people import GENEROUS, Person, sign_up
from tests.gateway.two import Two
from tests.postgres import Postgres
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

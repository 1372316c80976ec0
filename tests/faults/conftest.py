"""One fleet of processes for the tests of this folder."""

from collections.abc import AsyncIterator

import pytest

from tests.faults.fleet import Fleet, run_fleet
from tests.faults.stage import Person, add_person
from tests.postgres import Postgres


@pytest.fixture(scope="package")
async def whole_fleet(postgres: Postgres) -> AsyncIterator[Fleet]:
    async with run_fleet(postgres) as fleet:
        yield fleet


@pytest.fixture
async def fleet(whole_fleet: Fleet) -> Fleet:
    """All run, whatever the test before left."""
    whole_fleet.disarm()
    await whole_fleet.start()
    return whole_fleet


@pytest.fixture(scope="package")
async def people(whole_fleet: Fleet) -> tuple[Person, Person, Person]:
    """An owner, a mate, a guest."""
    return await add_person(whole_fleet), await add_person(whole_fleet), await add_person(whole_fleet)

"""One fleet of processes for the tests of this folder."""

from collections.abc import AsyncIterator

import pytest

from tests.faults.fleet import Fleet, run_fleet
from tests.faults.stage import Person, add_person
from tests.postgres import Postgres


@pytest.fixture(scope="package")
async def fleet(postgres: Postgres) -> AsyncIterator[Fleet]:
    async with run_fleet(postgres) as fleet:
        yield fleet


@pytest.fixture(scope="package")
async def people(fleet: Fleet) -> tuple[Person, Person, Person]:
    """An owner, a mate, a guest."""
    return await add_person(fleet), await add_person(fleet), await add_person(fleet)

"""Fixtures for the rooms service."""

from collections.abc import AsyncIterator

import pytest

from tests.postgres import Postgres
from tests.rooms.house import House, build_house
from tests.system import System, run_system


@pytest.fixture(scope="package")
async def system(postgres: Postgres) -> AsyncIterator[System]:
    async with run_system(postgres, "keys", "rooms") as system:
        yield system


@pytest.fixture
async def house(system: System) -> House:
    """A room of its own for each test."""
    return await build_house(system)

"""The five services, in which each POST is repeated."""

from collections.abc import AsyncIterator

import pytest

from tests.meta.world import QUOTAS, World, make_world
from tests.postgres import Postgres
from tests.system import System, run_system, until_ready


@pytest.fixture(scope="package")
async def system(postgres: Postgres) -> AsyncIterator[System]:
    async with run_system(postgres, **QUOTAS) as running:
        yield await until_ready(running)


@pytest.fixture
async def world(system: System) -> World:
    """A room of its own for each test: it is written to."""
    return await make_world(system)

"""The five services on real sockets, and a world in them."""

from collections.abc import AsyncIterator

import pytest

from tests.meta.world import QUOTAS, World, make_world
from tests.postgres import Postgres
from tests.system import System, run_system, until_ready


@pytest.fixture(scope="package")
async def system(postgres: Postgres) -> AsyncIterator[System]:
    async with run_system(postgres, TASKSYNC_LOG_LEVEL="info", **QUOTAS) as running:
        yield await until_ready(running)


@pytest.fixture(scope="module")
async def world(system: System) -> World:
    """For requests that are refused: none of them may change it."""
    return await make_world(system)

"""The five services on real sockets, and a world in them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.meta.world import QUOTAS, World, make_world
from tests.postgres import Postgres
from tests.system import System, run_system


async def until_ready(system: System) -> None:
    """Until the gateway has heard of every service."""
    async with asyncio.timeout(10):
        while True:
            if (await system.request("gateway", "GET", "/readyz")).status == 200:
                return
            await asyncio.sleep(0.05)


@pytest.fixture(scope="package")
async def system(postgres: Postgres) -> AsyncIterator[System]:
    async with run_system(postgres, TASKSYNC_LOG_LEVEL="info", **QUOTAS) as running:
        await until_ready(running)
        yield running


@pytest.fixture(scope="module")
async def world(system: System) -> World:
    """For requests that are refused: none of them may change it."""
    return await make_world(system)

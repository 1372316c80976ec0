"""One running users service for the tests of this folder, with Keys beside it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio

from chassis.database import Connection
from tests.postgres import Postgres
from tests.system import System, run_system
from tests.users.people import GENEROUS, Person, register


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def system(postgres: Postgres) -> AsyncIterator[System]:
    async with run_system(postgres, "keys", "users", **GENEROUS) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def ada(system: System) -> Person:
    return await register(system)


@pytest_asyncio.fixture(loop_scope="session")
async def database(system: System) -> AsyncIterator[Connection]:
    """A connection to the database of users, beside the service."""
    connection = await asyncpg.connect(system.databases["users"])
    try:
        yield connection
    finally:
        await connection.close()

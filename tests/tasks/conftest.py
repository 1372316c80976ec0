"""Fixtures for the tasks service."""

from collections.abc import AsyncIterator

import pytest

from chassis.database import Database
from chassis.settings import DatabaseSettings
from tests.postgres import Postgres
from tests.system import System, run_system
from tests.tasks.team import Team, gather_team


@pytest.fixture
async def database(postgres: Postgres) -> AsyncIterator[Database]:
    """The service's own database alone, without the service."""
    async with postgres.clone("tasks") as url:
        settings = DatabaseSettings(bind="", passport_secret="", database_url=url, database_seconds=60)
        database = Database(settings, "tests")
        await database.connect()
        yield database
        await database.disconnect()


@pytest.fixture(scope="package")
async def system(postgres: Postgres) -> AsyncIterator[System]:
    async with run_system(postgres, "keys", "tasks") as system:
        yield system


@pytest.fixture
async def team(system: System) -> Team:
    """A room of its own for each test."""
    return await gather_team(system)

"""Fixtures for the tasks service."""

from collections.abc import AsyncIterator

import pytest

from chassis.database import Database
from chassis.settings import DatabaseSettings
from tests.postgres import Postgres


@pytest.fixture
async def database(postgres: Postgres) -> AsyncIterator[Database]:
    """The service's own database alone, without the service."""
    async with postgres.clone("tasks") as url:
        settings = DatabaseSettings(bind="", passport_secret="", database_url=url, database_seconds=60)
        database = Database(settings, "tests")
        await database.connect()
        yield database
        await database.disconnect()

"""Fixtures for Keys: its database alone, or the service over a socket."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from quart import Quart, g

from chassis.database import Connection, Database
from chassis.passport import Passport
from chassis.settings import DatabaseSettings
from tests.postgres import Postgres
from tests.system import System, run_system


@pytest.fixture
async def url(postgres: Postgres) -> AsyncIterator[str]:
    """A database of Keys of this test's own, without the service."""
    async with postgres.clone("keys") as url:
        yield url


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """The pool of the database at `url`."""
    settings = DatabaseSettings(bind="", passport_secret="", database_url=url, database_seconds=60)
    database = Database(settings, "tests")
    await database.connect()
    yield database
    await database.disconnect()


@pytest.fixture
async def passport() -> AsyncIterator[None]:
    """What Keys' own functions know of a request of a service, whose token is not narrow."""
    async with Quart("tests").app_context():
        g.passport = Passport(service="tests", expires=0)
        yield


@pytest.fixture
async def connection(url: str) -> AsyncIterator[Connection]:
    """A connection to the database at `url`."""
    connection = await asyncpg.connect(url)
    yield connection
    await connection.close()


@pytest.fixture
async def other(url: str) -> AsyncIterator[Connection]:
    """One more, of somebody who does something meanwhile."""
    connection = await asyncpg.connect(url)
    yield connection
    await connection.close()


@pytest.fixture(scope="package")
async def system(postgres: Postgres) -> AsyncIterator[System]:
    async with run_system(postgres, "keys") as system:
        yield system

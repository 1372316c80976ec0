"""One lab with a database, for the tests that leave it as they found it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.chassis.laboratory import Lab, lab_database, run_lab
from tests.chassis.wire import Server, run_server
from tests.postgres import Postgres


@pytest_asyncio.fixture(scope="package")
async def lab_url(postgres: Postgres) -> AsyncIterator[str]:
    async with lab_database(postgres) as url:
        yield url


@pytest_asyncio.fixture(scope="package")
async def lab(lab_url: str) -> AsyncIterator[Lab]:
    async with run_lab(lab_url) as running:
        yield running


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with run_server() as server:
        yield server

"""The system that the end-to-end tests share."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.launched import Launched, launched


@pytest.fixture(scope="package")
async def system() -> AsyncIterator[Launched]:
    """A running system; `system.base` is the URL of its gateway."""
    with tempfile.TemporaryDirectory(prefix="tasksync-test-") as place:
        async with launched(Path(place) / "data") as system:
            yield system


@pytest.fixture(scope="package")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        yield session


@pytest.fixture
def folder(place: Path) -> Path:
    return place / "data"

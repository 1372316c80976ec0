"""Fixtures for all tiers."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Postgres, run_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with run_postgres() as server:
        yield server


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder for PostgreSQL: pytest's own are closed to its system user by each run that starts beside this one."""
    with tempfile.TemporaryDirectory(prefix="tasksync-test-") as folder:
        yield Path(folder)

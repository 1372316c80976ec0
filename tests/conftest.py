"""Fixtures for all tiers."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import uvloop

from tests.crashes import LASTING
from tests.postgres import Postgres, quick_place, run_postgres


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What needs a Docker engine runs only when it is named, as `make test-compose` does."""
    is_asked_for = any("tests/compose" in argument for argument in config.args)
    return True if collection_path.name == "compose" and not is_asked_for else None


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that the services run on, and the launcher's: uvloop starts no process as another user."""
    if item.path.parent.name in {"launch", "upgrades"}:
        return {"asyncio": asyncio.new_event_loop}
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with run_postgres() as server:
        yield server


@pytest.fixture(scope="module")
def lasting() -> Iterator[Postgres]:
    """A server of its own, to crash."""
    with run_postgres(LASTING) as server:
        yield server


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder for PostgreSQL: pytest's own are closed to its system user by each run that starts beside this one."""
    with tempfile.TemporaryDirectory(prefix="tasksync-test-", dir=quick_place()) as folder:
        yield Path(folder)

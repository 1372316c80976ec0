"""Fixtures for all tiers."""

from collections.abc import Iterator

import pytest

from tests.postgres import Postgres, run_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with run_postgres() as server:
        yield server

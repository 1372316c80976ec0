"""A backup is whole or none, and nothing is restored under who uses it."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from tests.postgres import Postgres
from tests.standing import Standing, copies


@pytest.fixture
async def standing(postgres: Postgres) -> AsyncIterator[Standing]:
    templates = {service: await postgres.template(service) for service in ("users", "rooms", "tasks", "keys")}
    async with copies(postgres, templates) as names:
        yield Standing(names, postgres)


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_a_database_that_no_service_has_made_is_not_backed_up(standing: Standing, tmp_path: Path) -> None:
    connection = await asyncpg.connect(standing.urls["rooms"])
    await connection.execute("DROP TABLE alembic_version")
    await connection.close()
    code, said = await standing.outcome("deploy/backup.sh", str(tmp_path))
    assert code != 0
    assert "alembic_version" in said
    assert left_in(tmp_path) == []


async def test_a_database_is_not_restored_under_a_service(standing: Standing, tmp_path: Path) -> None:
    backup = (await standing.script("deploy/backup.sh", str(tmp_path))).strip()
    connection = await asyncpg.connect(standing.urls["rooms"])
    code, said = await standing.outcome("deploy/restore.sh", backup, "rooms")
    await connection.close()
    assert (code, "in use (1 connections)" in said) == (1, True)

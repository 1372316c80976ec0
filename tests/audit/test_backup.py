"""A backup is whole or none, and the server's own work stands in no restore's way."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from launch.settings import ROOT
from tests.postgres import Postgres
from tests.standing import Standing, copies

# Worked on for longer than the test lasts.
_ALL_TO_VACUUM = """
    CREATE TABLE vacuumed (n integer)
    WITH (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_threshold = 1);
    INSERT INTO vacuumed SELECT generate_series(1, 50000);
    UPDATE vacuumed SET n = n + 1;
"""
_VACUUMS = """
    SELECT EXISTS (
        SELECT FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'autovacuum worker'
    )
"""

_DUMPS = """
    SELECT count(*)
    FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'pg_dump'
"""


@pytest.fixture
async def standing(postgres: Postgres) -> AsyncIterator[Standing]:
    templates = {service: await postgres.template(service) for service in ("users", "rooms", "tasks", "keys")}
    async with copies(postgres, templates) as names:
        yield Standing(names, postgres)


@pytest.fixture
async def busy(postgres: Postgres, standing: Standing) -> AsyncIterator[None]:
    """The server is vacuuming the database of rooms."""
    connection = await asyncpg.connect(standing.urls["rooms"])
    await connection.execute("ALTER SYSTEM SET autovacuum_naptime = '1s'")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.execute(_ALL_TO_VACUUM)
    async with asyncio.timeout(60):
        while not await connection.fetchval(_VACUUMS):
            await asyncio.sleep(0.05)
    await connection.close()
    yield
    await postgres.run("ALTER SYSTEM RESET autovacuum_naptime")
    await postgres.run("SELECT pg_reload_conf()")


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


async def until_dumps(url: str, count: int) -> None:
    """Until so many dump this database."""
    connection = await asyncpg.connect(url)
    async with asyncio.timeout(30):
        while await connection.fetchval(_DUMPS) != count:
            await asyncio.sleep(0.02)
    await connection.close()


async def test_a_backup_that_is_cut_short_leaves_no_files_and_no_work(standing: Standing, tmp_path: Path) -> None:
    url = standing.urls["tasks"]
    holder = await asyncpg.connect(url)
    async with holder.transaction():
        # A dump waits for it.
        await holder.execute("LOCK TABLE tasks")
        process = await asyncio.create_subprocess_exec(
            "sh", "deploy/backup.sh", str(tmp_path), cwd=ROOT, env=standing.environ
        )
        await until_dumps(url, 1)
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 30) != 0
        assert left_in(tmp_path) == []
        await until_dumps(url, 0)
    await holder.close()


@pytest.mark.usefixtures("busy")
async def test_a_database_is_restored_that_the_server_is_vacuuming(standing: Standing, tmp_path: Path) -> None:
    backup = (await standing.script("deploy/backup.sh", str(tmp_path))).strip()
    assert "restored rooms" in await standing.script("deploy/restore.sh", backup, "rooms")


async def test_a_database_is_not_restored_under_a_service(standing: Standing, tmp_path: Path) -> None:
    backup = (await standing.script("deploy/backup.sh", str(tmp_path))).strip()
    connection = await asyncpg.connect(standing.urls["rooms"])
    code, said = await standing.outcome("deploy/restore.sh", backup, "rooms")
    await connection.close()
    assert (code, "in use (1 connections)" in said) == (1, True)

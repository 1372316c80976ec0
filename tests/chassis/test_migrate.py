"""Migrations: two replicas that start at once migrate once, and again is nothing."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chassis.ids import new_id
from chassis.migrate import begin, configure
from launch.settings import ROOT
from tests.chassis.laboratory import ask_database
from tests.postgres import Postgres


@pytest.fixture
async def empty(postgres: Postgres) -> AsyncIterator[str]:
    """The URL of a database with nothing in it."""
    name = f"empty_{new_id().hex}"
    await postgres.run(f"CREATE DATABASE {name}")
    yield postgres.url(name)
    await postgres.run(f"DROP DATABASE {name} WITH (FORCE)")


async def migrate(url: str | None, *arguments: str) -> tuple[int, str]:
    """Its exit status, and what it says to stderr."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TASKSYNC_")}
    if url:
        environ["TASKSYNC_ROOMS_DATABASE_URL"] = url
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "chassis.migrate", *arguments, env=environ, stderr=asyncio.subprocess.PIPE
    )
    _, errors = await process.communicate()
    return int(process.returncode or 0), errors.decode()


async def test_two_at_once_and_once_more_make_one_schema(empty: str) -> None:
    together = await asyncio.gather(*(migrate(empty, "rooms") for _ in range(3)))
    assert [status for status, _ in together] == [0, 0, 0], together
    versions = await ask_database(empty, "SELECT array_agg(version_num) FROM alembic_version")
    assert len(versions) == 1
    assert await ask_database(empty, "SELECT count(*) FROM rooms") == 0
    assert (await migrate(empty, "rooms"))[0] == 0
    assert await ask_database(empty, "SELECT array_agg(version_num) FROM alembic_version") == versions


async def test_a_database_of_a_later_release_is_left_as_it_is(empty: str) -> None:
    """Who goes back by a release starts the old migrations too; they must not keep the old services from starting."""
    assert (await migrate(empty, "rooms"))[0] == 0
    await ask_database(empty, "UPDATE alembic_version SET version_num = '9999'")
    status, errors = await migrate(empty, "rooms")
    assert (status, errors.count("\n")) == (0, 1)
    assert "of a later release" in errors
    assert await ask_database(empty, "SELECT version_num FROM alembic_version") == "9999"


def test_a_new_version_has_the_next_number_and_the_form_of_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "rooms" / "migrations", folder)
    before = {each.name for each in folder.glob("*.py")}
    config = configure("rooms", "")
    config.set_main_option("version_locations", str(folder))
    begin(config, "invites expire")
    (made,) = {each.name for each in folder.glob("*.py")} - before
    assert made == f"{int(max(before)[:4]) + 1:04}_invites_expire.py"
    ruff = Path(sys.executable).with_name("ruff")
    subprocess.run([ruff, "format", "--check", "--config", ROOT / "pyproject.toml", folder / made], check=True)


async def test_a_missing_url_is_named() -> None:
    assert await migrate(None, "rooms") == (2, "set TASKSYNC_ROOMS_DATABASE_URL\n")


async def test_without_a_service_it_tells_how_to_call_it() -> None:
    status, errors = await migrate(None)
    assert status == 2
    assert errors.startswith("usage: python -m chassis.migrate SERVICE")

"""The embedded PostgreSQL: made once, found again, and refused in one sentence when it is no good."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from launch.folder import DataFolder
from launch.postgres import Postgres
from launch.programs import Kept
from launch.screen import LaunchError
from tests.launch.polling import until


@asynccontextmanager
async def running(folder: DataFolder) -> AsyncIterator[Postgres]:
    postgres = Postgres(folder)
    kept = Kept(await postgres.prepare())
    try:
        await until(postgres.answers)
        yield postgres
    finally:
        await kept.stop(10)
        postgres.clean_up()


@pytest.mark.parametrize("name", ["data", "data of Zoë, " + "long " * 20])
async def test_a_second_start_finds_the_databases_wherever_the_folder_lies(place: Path, name: str) -> None:
    folder = DataFolder(place / name)
    with folder.held():
        async with running(folder) as postgres:
            await postgres.ensure_databases(["things"])
            connection = await asyncpg.connect(postgres.url("things"))
            await connection.execute("CREATE TABLE kept AS SELECT lower('ÄÉΩ') AS word")
            await connection.close()
        async with running(folder) as postgres:
            await postgres.ensure_databases(["things"])
            connection = await asyncpg.connect(postgres.url("things"))
            assert await connection.fetchval("SELECT word FROM kept") == "äéω"
            await connection.close()
    assert not list(folder.postgres.glob(".s.PGSQL*"))


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        ("16\n", r"is of PostgreSQL '16', and this is PostgreSQL \d+; restore one that fits, or move it away"),
        ("\0nonsense", r"and this is PostgreSQL"),
        (None, r"is broken: its PG_VERSION cannot be read \(No such file or directory\)"),
    ],
)
async def test_files_of_another_version_or_of_none_are_one_sentence(
    folder: DataFolder, version: str | None, sentence: str
) -> None:
    folder.postgres.mkdir()
    (folder.postgres / "base").mkdir()
    if version is not None:
        (folder.postgres / "PG_VERSION").write_text(version)
    with pytest.raises(LaunchError, match=sentence):
        await Postgres(folder).prepare()


async def test_a_file_in_place_of_the_database_is_one_sentence(folder: DataFolder) -> None:
    folder.postgres.write_text("")
    with pytest.raises(LaunchError, match="holds no database that can be read: Not a directory"):
        await Postgres(folder).prepare()


async def test_a_first_start_cut_short_leaves_nothing_that_a_second_would_take_for_a_database(
    folder: DataFolder,
) -> None:
    unfinished = folder.path / "postgres.new"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    async with running(folder) as postgres:
        assert await postgres.answers()
    assert not unfinished.exists()

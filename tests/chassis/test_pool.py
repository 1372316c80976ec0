"""The pool of a service's connections, in this process: none is lost, and what an error or a plan says of it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import asyncpg
import pytest
from asyncpg.pool import PoolConnectionHolder

from chassis.database import Database
from chassis.problems import Problem
from chassis.settings import DatabaseSettings
from tests.chassis.laboratory import ask_database, lab_database
from tests.postgres import Postgres

_OPEN = """
    SELECT count(*)
    FROM pg_stat_activity
    WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> $1
"""


def small_database(url: str) -> Database:
    """A pool of one connection: any that leaks is missed at once."""
    settings = DatabaseSettings(bind="", passport_secret="", database_url=url, database_pool=1, database_seconds=10)
    return Database(settings, "test")


async def read(database: Database) -> None:
    async with database.connection() as connection:
        await connection.fetchval("SELECT 1")


async def write(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute("INSERT INTO things (name, count) VALUES ('cut', 0)")
        await connection.fetchval("SELECT 1")


@pytest.mark.parametrize("work", [read, write])
async def test_whoever_is_cancelled_at_any_moment_leaks_no_connection(
    postgres: Postgres, work: Callable[[Database], Awaitable[None]]
) -> None:
    async with lab_database(postgres) as url:
        database = small_database(url)
        await database.connect()
        steps = 0
        while await asyncio.wait_for(is_cut_after(steps, database, work), 30):
            steps += 1
        assert steps > 5
        await asyncio.wait_for(database.disconnect(), 30)


async def is_cut_after(steps: int, database: Database, work: Callable[[Database], Awaitable[None]]) -> bool:
    """Cancels `work` after so many turns of the event loop, if it lasts; then the same task reads, and another."""

    async def work_then_read() -> None:
        try:
            await work(database)
        finally:
            finished.append(True)
            await read(database)

    finished: list[bool] = []
    task = asyncio.create_task(work_then_read())
    for _ in range(steps):
        await asyncio.sleep(0)
    is_cut = not finished
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await read(database)
    return is_cut


async def test_what_was_prepared_and_not_run_is_ended(lab_url: str) -> None:
    """Else its time runs on while nobody uses the connection, and the next statement there is told 504 at once."""
    database, watcher = small_database(lab_url), await asyncpg.connect(lab_url)
    await database.connect()

    async def run(statement: str, *values: object) -> None:
        async with database.connection() as connection:
            await connection.fetchval(statement, *values)

    async def is_left_open() -> bool:
        return bool(await watcher.fetchval(_OPEN, await watcher.fetchval("SELECT pg_backend_pid()")))

    with pytest.raises(Problem):
        await run("SELECT $1::bigint", 2**63)
    assert not await is_left_open()
    for steps in range(20):
        task = asyncio.create_task(run(f"SELECT {steps}"))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert not await is_left_open(), steps
    await watcher.close()
    await database.disconnect()


async def test_one_waiting_for_a_connection_who_is_cancelled_takes_none(lab_url: str) -> None:
    database = small_database(lab_url)
    await database.connect()
    async with database.connection():
        waiting = asyncio.create_task(read(database))
        await asyncio.sleep(0.01)
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
    await asyncio.wait_for(asyncio.create_task(read(database)), 30)
    await database.disconnect()


async def test_a_task_goes_on_after_a_connection_that_was_lost_as_it_was_given_back(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen before: the job that it was, such as following Keys, had no connection any more until the next start."""
    release = PoolConnectionHolder.release

    async def lose_and_release(self: PoolConnectionHolder, timeout: float | None) -> None:
        self._con.terminate()  # type: ignore[attr-defined]
        await release(self, timeout)

    async with lab_database(postgres) as url:
        database = Database(DatabaseSettings(bind="", passport_secret="", database_url=url), "tests")
        await database.connect()
        with monkeypatch.context() as patch:
            patch.setattr(PoolConnectionHolder, "release", lose_and_release)
            async with database.connection() as connection:
                assert await connection.fetchval("SELECT 1") == 1
        async with database.connection() as connection:
            assert await connection.fetchval("SELECT 2") == 2
        await database.disconnect()


async def test_an_error_of_the_database_keeps_the_rows_values_to_itself(postgres: Postgres) -> None:
    async with lab_database(postgres) as url:
        database = small_database(url)
        await database.connect()
        await ask_database(url, "CREATE UNIQUE INDEX ON things (name)")
        with pytest.raises(asyncpg.UniqueViolationError) as raised:
            async with database.connection() as connection:
                await connection.execute("INSERT INTO things (name, count) VALUES ('ann@x.org', 1), ('ann@x.org', 1)")
        assert "ann@" not in str(raised.value)
        assert raised.value.constraint_name == "things_name_idx"
        await database.disconnect()


async def test_a_value_no_column_can_hold_is_bad_input(lab_url: str) -> None:
    database = small_database(lab_url)
    await database.connect()
    for value in (2**63, "not a number"):
        with pytest.raises(Problem) as raised:
            async with database.connection() as connection:
                await connection.fetchval("SELECT $1::bigint", value)
        assert raised.value.status == 422
        assert str(value) not in str(raised.value)
    await database.disconnect()


@pytest.mark.parametrize("lack", ["disk_full", "out_of_memory"])
async def test_a_database_that_has_no_room_answers_503(lab_url: str, lack: str) -> None:
    database = small_database(lab_url)
    await database.connect()
    with pytest.raises(Problem) as raised:
        async with database.transaction() as connection:
            await connection.execute(f"DO $$ BEGIN RAISE 'no room' USING ERRCODE = '{lack}'; END $$")
    assert (raised.value.status, raised.value.code) == (503, "unavailable")
    await database.disconnect()


async def test_what_is_planned_while_a_table_is_about_empty_does_not_read_it_whole_later(lab_url: str) -> None:
    database = small_database(lab_url)
    await database.connect()
    async with database.connection() as connection:
        await connection.execute("ANALYZE things")
        plan = await connection.fetch("EXPLAIN SELECT FROM things WHERE id = 1")
    assert "Index" in plan[0][0]
    await database.disconnect()

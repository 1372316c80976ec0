"""What a service answers when its database is full, slow, gone or silent, and that nothing of it lasts."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from asyncpg.pool import PoolConnectionHolder

from chassis.database import Database
from chassis.problems import Problem
from chassis.settings import DatabaseSettings
from tests.chassis.cable import Cable, Streams, lay_cable
from tests.chassis.laboratory import (
    NO_DATABASE,
    Lab,
    ask_database,
    count_backends,
    count_things,
    lab_database,
    run_lab,
    until,
)
from tests.postgres import Postgres
from tests.system import Reply

# Beyond a stall of this machine; and what lasts far longer, of which no time-out is meant to be the end.
SECONDS, LONG = 2.0, 60.0
POOL = {"TASKSYNC_DATABASE_POOL": "2"}
QUICK = {"TASKSYNC_DATABASE_SECONDS": str(SECONDS), **POOL}
PATIENT = {"TASKSYNC_DATABASE_SECONDS": str(LONG), **POOL}


@asynccontextmanager
async def wired_lab(postgres: Postgres, settings: dict[str, str]) -> AsyncIterator[tuple[Lab, Cable, str]]:
    """A lab whose database is at the other end of a cable."""
    async with lab_database(postgres) as url:
        parts = urlsplit(url)
        socket = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432"

        async def connect() -> Streams:
            return await asyncio.open_unix_connection(socket)

        async with lay_cable(connect) as cable:
            near = f"postgresql://postgres@127.0.0.1:{cable.port}{parts.path}"
            async with run_lab(near, **settings) as lab:
                yield lab, cable, url


async def timed(call: Awaitable[Reply]) -> tuple[Reply, float]:
    started = time.monotonic()
    return await call, time.monotonic() - started


async def until_healed(lab: Lab) -> None:
    async def is_healed() -> bool:
        return (await lab.call("GET", "/things")).status == 200

    await until(is_healed)


async def until_backends(url: str, state: str, count: int) -> None:
    async def are_there() -> bool:
        return await count_backends(url, state) == count

    await until(are_there)


async def test_a_full_pool_answers_503_in_bounded_time_and_empties(lab_url: str) -> None:
    """The first two end before those who wait give up; what takes their place ends after that."""
    async with run_lab(lab_url, **POOL, TASKSYNC_DATABASE_SECONDS="5.0") as lab:
        holders = [asyncio.create_task(lab.call("GET", "/hold/2.5")) for _ in range(2)]
        await until_backends(lab_url, "idle in transaction", 2)
        waiting = [asyncio.create_task(timed(lab.call("GET", "/query/3.7"))) for _ in range(4)]
        replies = [reply for reply, seconds in await asyncio.gather(*waiting) if seconds < LONG / 2]
        assert sorted(reply.status for reply in replies) == [204, 204, 503, 503]
        assert {reply.code for reply in replies if reply.status == 503} == {"unavailable"}
        assert [reply.status for reply in await asyncio.gather(*holders)] == [204, 204]
        assert (await lab.call("GET", "/things")).status == 200


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


async def test_a_slow_statement_answers_504_and_ends_on_the_server(lab_url: str) -> None:
    async with run_lab(lab_url, **QUICK) as lab:
        reply, seconds = await timed(lab.call("GET", f"/query/{LONG}"))
        assert (reply.status, reply.code) == (504, "timeout")
        assert seconds < LONG / 3
        await until_healed(lab)
        await until_backends(lab_url, "active", 0)


async def test_a_transaction_that_idles_too_long_is_rolled_back(postgres: Postgres) -> None:
    async with lab_database(postgres) as url, run_lab(url, **QUICK) as lab:
        reply, _ = await timed(lab.call("GET", f"/hold/{SECONDS + 2}"))
        assert reply.status in {503, 504}
        assert await count_things(url) == 0
        await until_healed(lab)


async def test_a_service_starts_without_its_database_and_says_so() -> None:
    async with run_lab(NO_DATABASE, **POOL) as lab:
        reply = await lab.call("GET", "/things")
        assert (reply.status, reply.code) == (503, "unavailable")
        ready = await lab.request("GET", "/readyz")
        assert (ready.status, ready.json()) == (503, {"ready": False, "checks": {"database": "unavailable"}})
        assert (await lab.request("GET", "/livez")).status == 200


@pytest.mark.parametrize("database", ["nobody@127.0.0.1:{port}/none", "postgres@127.0.0.1:{port}/none"])
async def test_a_database_that_refuses_the_service_is_named_by_readyz(postgres: Postgres, database: str) -> None:
    async with wired_lab(postgres, POOL) as (_, cable, _):
        async with run_lab("postgresql://" + database.format(port=cable.port), **POOL) as lab:
            assert (await lab.request("GET", "/readyz")).status == 503
            assert (await lab.call("GET", "/things")).status == 503


async def test_a_lost_database_answers_503_and_heals(postgres: Postgres) -> None:
    async with wired_lab(postgres, PATIENT) as (lab, cable, url):
        assert (await lab.call("GET", "/things")).status == 200
        under_way = asyncio.create_task(lab.call("GET", f"/query/{LONG / 2}"))
        await until_backends(url, "active", 1)
        cable.cut()
        assert (await under_way).status == 503
        assert (await lab.call("GET", "/things")).status == 503
        cable.mend()
        await until_healed(lab)


async def test_a_silent_database_answers_in_bounded_time_and_heals(postgres: Postgres) -> None:
    async with wired_lab(postgres, QUICK) as (lab, cable, _):
        assert (await lab.call("GET", "/things")).status == 200
        cable.block()
        timings = await asyncio.gather(*(timed(lab.call("GET", "/things")) for _ in range(6)))
        assert {reply.status for reply, _ in timings} <= {503, 504}
        assert max(seconds for _, seconds in timings) < LONG / 2
        cable.mend()
        await until_healed(lab)


async def test_a_backend_that_is_terminated_answers_503_and_heals(postgres: Postgres) -> None:
    async with lab_database(postgres) as url, run_lab(url, **PATIENT) as lab:
        under_way = asyncio.create_task(lab.call("GET", f"/query/{LONG / 2}"))
        await until_backends(url, "active", 1)
        await ask_database(url, TERMINATE)
        assert (await under_way).status == 503
        await until_healed(lab)


async def test_a_statement_between_the_last_word_of_a_backend_and_its_end_answers_503(postgres: Postgres) -> None:
    async with wired_lab(postgres, PATIENT) as (lab, cable, url):
        assert (await lab.call("GET", "/things")).status == 200
        cable.hide_ends()
        await ask_database(url, TERMINATE)
        await until(cable.has_hidden_all)
        assert (await lab.call("GET", "/things")).status == 503
        cable.mend()
        await until_healed(lab)


TERMINATE = """
    SELECT bool_or(pg_terminate_backend(pid))
    FROM pg_stat_activity
    WHERE application_name = 'tasksync-lab' AND datname = current_database()
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


async def test_what_is_planned_while_a_table_is_about_empty_does_not_read_it_whole_later(lab_url: str) -> None:
    database = small_database(lab_url)
    await database.connect()
    async with database.connection() as connection:
        await connection.execute("ANALYZE things")
        plan = await connection.fetch("EXPLAIN SELECT FROM things WHERE id = 1")
    assert "Index" in plan[0][0]
    await database.disconnect()

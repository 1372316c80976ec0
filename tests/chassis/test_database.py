"""What a service answers when its database is full, slow, gone or silent, and that nothing of it lasts."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.chassis.cable import Cable, Streams, lay_cable
from tests.chassis.laboratory import (
    NO_DATABASE,
    Lab,
    ask_database,
    count_things,
    lab_database,
    run_lab,
    until_backends,
)
from tests.launch.polling import until
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

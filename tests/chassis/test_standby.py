"""While a database is a standby, or takes no writes: 503, and afterwards all goes on by itself, the feed too."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from chassis.database import Database
from chassis.feed import Feed
from chassis.problems import Problem
from tests.chassis.feeds import copied, logged, read_until, replica, tell
from tests.chassis.laboratory import Lab, lab_database, run_lab
from tests.launch.polling import until
from tests.postgres import Postgres

# asyncpg knows a standby by it.
DEMOTE = "ALTER DATABASE {name} SET default_transaction_read_only = on"
PROMOTE = "ALTER DATABASE {name} RESET default_transaction_read_only"
END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"


@pytest.fixture
async def name(postgres: Postgres) -> AsyncIterator[str]:
    async with copied(postgres, await logged(postgres)) as name:
        yield name


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One for each connection that a bell has tried to make, with the name of what it failed with."""
    made: list[str] = []

    async def connect(*args: Any, **options: Any) -> Any:
        try:
            connection = await real(*args, **options)
        except Exception as error:
            made.append(type(error).__name__)
            raise
        made.append("")
        return connection

    real = asyncpg.connect
    monkeypatch.setattr(asyncpg, "connect", connect)
    return made


def writable(url: str) -> str:
    """As with several hosts, of which one is the primary."""
    return f"{url}{'&' if '?' in url else '?'}target_session_attrs=read-write"


async def is_healed(lab: Lab) -> bool:
    return (await lab.call("POST", "/things", json={"name": "Tea"})).status < 400


async def until_told(feed: Feed, database: Database) -> None:
    async with asyncio.timeout(30):
        while True:
            with suppress(Problem):
                written = await tell(database)
                assert written in await read_until(feed, written)
                return
            await asyncio.sleep(0.01)


async def test_after_a_switchover_in_which_there_was_no_primary(
    postgres: Postgres, name: str, attempts: list[str]
) -> None:
    async with replica(writable(postgres.url(name))) as (feed, database):
        for statement in (DEMOTE, END):
            await postgres.run(statement.format(name=name))
        await until(lambda: met("TargetServerAttributeNotMatched", attempts))
        with pytest.raises(Problem, match="503"):
            await tell(database)
        await postgres.run(PROMOTE.format(name=name))
        await until_told(feed, database)


async def met(error: str, attempts: list[str]) -> bool:
    return error in attempts


@pytest.mark.parametrize("is_asked_for", [False, True])
async def test_a_database_that_takes_no_writes_answers_503_and_heals(postgres: Postgres, is_asked_for: bool) -> None:
    """As a full disk, or a standby: a URL of several hosts asks for one that writes, and none may be there."""
    async with lab_database(postgres) as url:
        name = urlsplit(url).path[1:]
        await postgres.run(DEMOTE.format(name=name))
        async with run_lab(writable(url) if is_asked_for else url) as lab:
            assert (await lab.call("POST", "/things", json={"name": "Tea"})).status == 503
            assert (await lab.call("GET", "/things")).status == (503 if is_asked_for else 200)
            for statement in (PROMOTE, END):
                await postgres.run(statement.format(name=name))
            await until(lambda: is_healed(lab))

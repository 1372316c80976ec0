"""The feed after a crash of PostgreSQL, which gives the numbers of transactions out again that it did not keep."""

from collections.abc import Iterator

import asyncpg
import pytest

from chassis.feed import storage
from chassis.feed.positions import Position
from tests.chassis.feeds import logged, read_until, replica, tell
from tests.postgres import Postgres, run_postgres

# As a server has it whose data is to last, but for a log that is not written in the background.
_LASTING = """
autovacuum = off
wal_writer_delay = 10s
bgwriter_delay = 10s
"""
_NUMBERS = 100
_TRIES = 5


@pytest.fixture(scope="module")
def lasting() -> Iterator[Postgres]:
    with run_postgres(_LASTING) as server:
        yield server


@pytest.mark.parametrize("guarded", [True, False], ids=["with a place that lasts", "with the fence as the place"])
async def test_a_crash_of_the_server_hides_no_change(
    lasting: Postgres, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    if not guarded:
        monkeypatch.setattr(storage, "_end", lambda row: Position(row["epoch"], int(row["fence"]), 0))
    url = lasting.url(await logged(lasting))
    place, fence = await _crash_beyond(lasting, url)
    async with replica(url) as (feed, database):
        hidden = await tell(database)
        while await _use_number(url) < fence:
            pass
        last = await tell(database)
        found = await read_until(feed, last, place)
    assert found == ([hidden, last] if guarded else [last])


async def _crash_beyond(postgres: Postgres, url: str) -> tuple[str, int]:
    """A place in the feed and the fence of then, and a crash that forgets many numbers below it."""
    for _ in range(_TRIES):
        async with replica(url) as (feed, database):
            await tell(database)
            for _ in range(_NUMBERS):
                fence = await _use_number(url)
            place = await feed.start()
        postgres.crash()
        # Else the log was written meanwhile after all.
        if await _use_number(url) < fence - _NUMBERS / 2:
            return str(place), fence
    raise AssertionError("the server lost nothing in its crashes")


async def _use_number(url: str) -> int:
    """The number of a transaction that writes nothing, and so is not flushed."""
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("SELECT pg_current_xact_id()::text"))
    finally:
        await connection.close()

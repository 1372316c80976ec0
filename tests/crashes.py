"""Crashes of PostgreSQL that lose what is not on the disk: also which numbers it had given to transactions."""

from tests.postgres import Postgres, connected

# As a server has it whose data is to last, but for a log that is not written in the background.
LASTING = """
autovacuum = off
wal_writer_delay = 10s
bgwriter_delay = 10s
"""
TRIES = 5
_NUMBERS = 100


async def use_number(url: str) -> int:
    """The number of a transaction that writes nothing, and so is not flushed."""
    async with connected(url) as connection:
        return int(await connection.fetchval("SELECT pg_current_xact_id()::text"))


async def use_numbers(url: str) -> int:
    """The last of many."""
    return [await use_number(url) for _ in range(_NUMBERS)][-1]


async def crash_loses(postgres: Postgres, url: str, last: int) -> bool:
    """Crashes the server. Whether it forgot numbers up to `last`: else its log was written meanwhile."""
    postgres.crash()
    return await use_number(url) < last - _NUMBERS / 2

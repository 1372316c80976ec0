"""What comes a moment later: tests wait for what Keys is told after an answer, and for who stands at a lock."""

import asyncio

from chassis.database import Connection
from tests.postgres import connected

_OPEN = "SELECT count(*) FROM claims"
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
_SECONDS = 20


async def until_settled(keys: Connection) -> None:
    """Until no claim is open, in the database of Keys behind this connection."""
    async with asyncio.timeout(_SECONDS):
        while await keys.fetchval(_OPEN):
            await asyncio.sleep(0.01)


async def settle(url: str) -> None:
    """The same, by the address of that database."""
    async with connected(url) as connection:
        await until_settled(connection)


async def until_one_waits(connection: Connection) -> None:
    """Until somebody waits for a lock, in the database behind this connection, which may hold that lock."""
    async with asyncio.timeout(_SECONDS):
        while not await connection.fetchval(_WAITING):
            await asyncio.sleep(0.01)
            # What a transaction has seen of the others, it goes on to see.
            await connection.execute("SELECT pg_stat_clear_snapshot()")

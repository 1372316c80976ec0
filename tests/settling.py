"""What Keys is told a moment after an answer: tests that count its rows wait for that."""

import asyncio

import asyncpg

from chassis.database import Connection

_OPEN = "SELECT count(*) FROM claims"
_SECONDS = 20


async def until_settled(keys: Connection) -> None:
    """Until no claim is open, in the database of Keys behind this connection."""
    async with asyncio.timeout(_SECONDS):
        while await keys.fetchval(_OPEN):
            await asyncio.sleep(0.01)


async def settle(url: str) -> None:
    """The same, by the address of that database."""
    connection = await asyncpg.connect(url)
    try:
        await until_settled(connection)
    finally:
        await connection.close()

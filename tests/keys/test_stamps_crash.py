"""A stamp from before a crash of PostgreSQL: the table of stamps is empty after it, and no view of before holds."""

import asyncio
import os
import signal
from contextlib import suppress
from uuid import UUID

import asyncpg
import pytest

from keys.queries import stamps
from tests.keys.ground import add_room, add_user
from tests.postgres import Postgres, connected

pytestmark = pytest.mark.usefixtures("passport")


async def test_what_was_remembered_before_the_crash_of_one_connection_holds_no_more(lasting: Postgres) -> None:
    """The server goes on, with the time of its start; but what was stamped before is as if it had never been."""
    async with lasting.clone("keys") as url:
        async with connected(url) as connection:
            ada = await add_user(connection)
            room_id = await add_room(connection, owner=ada)
            # As after a start: nothing has been written in the room since.
            await connection.execute("TRUNCATE stamps")
        before = await stamp_of(url, room_id, ada)
        assert await stamp_of(url, room_id, ada) == before
        async with connected(url) as connection:
            await stamps.stamp(connection, [room_id])
        connection = await asyncpg.connect(url)
        os.kill(await connection.fetchval("SELECT pg_backend_pid()"), signal.SIGKILL)
        await until_it_is_back(url)
        connection.terminate()
        assert await stamp_of(url, room_id, ada) != before


async def stamp_of(url: str, room_id: UUID, user_id: UUID) -> str:
    async with connected(url) as connection:
        (row,) = await stamps.standings(connection, [room_id], [user_id])
    return str(row["stamp"])


async def until_it_is_back(url: str) -> None:
    """It ends all connections, and takes new ones when it has recovered."""
    async with asyncio.timeout(30):
        while True:
            with suppress(OSError, asyncpg.PostgresError):
                async with connected(url) as connection:
                    if not await connection.fetchval("SELECT EXISTS (SELECT FROM stamps)"):
                        return
            await asyncio.sleep(0.05)

"""The database pool. `databases` is imported here and nowhere else, so that a later swap stays local.

It keeps the pool and each task's connection; statements go to asyncpg's own connection under it, which neither
compiles the text anew at each call nor wraps each row. SQL is PostgreSQL's, with $1 parameters.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg
import msgspec
from databases import Database as Pool
from quart import current_app

from chassis.problems import Problem, unavailable
from chassis.settings import DatabaseSettings

# Only the stubs know it as generic, so its name stands in quotes.
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Row = asyncpg.Record

EXTENSION = "tasksync.database"
_LOST = (asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, asyncpg.InterfaceError, OSError)


class Database:
    """One service's database. Raises a 503 problem when it cannot be reached, 504 when a statement takes too long."""

    def __init__(self, settings: DatabaseSettings, name: str) -> None:
        self._seconds = settings.database_seconds
        milliseconds = str(int(settings.database_seconds * 1000))
        self._pool = Pool(
            settings.database_url,
            # No connection is made at start: a service starts without its database, and readyz says so.
            min_size=0,
            max_size=settings.database_pool,
            init=_set_codecs,
            server_settings={
                "application_name": f"tasksync-{name}",
                "statement_timeout": milliseconds,
                "idle_in_transaction_session_timeout": milliseconds,
            },
        )

    async def connect(self) -> None:
        await self._pool.connect()

    async def disconnect(self) -> None:
        await self._pool.disconnect()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection for reads: each statement is its own transaction."""
        handle = self._pool.connection()
        try:
            async with asyncio.timeout(self._seconds):
                await handle.__aenter__()
        except (TimeoutError, *_LOST) as error:
            raise unavailable("database") from error
        try:
            yield handle.raw_connection
        except asyncpg.QueryCanceledError as error:
            raise Problem(504, "timeout", "The database took too long.") from error
        except _LOST as error:
            raise unavailable("database") from error
        finally:
            await handle.__aexit__()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A connection inside a transaction: committed at the end, rolled back by any exception."""
        async with self.connection() as connection, connection.transaction():
            yield connection

    async def is_ready(self) -> bool:
        try:
            async with self.connection() as connection:
                return await connection.fetchval("SELECT true") is True
        except Problem:
            return False


async def _set_codecs(connection: Connection) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: msgspec.json.encode(value).decode(),
        decoder=msgspec.json.decode,
    )


def current_database() -> Database:
    """The database of the service whose request this is."""
    database: Database = current_app.extensions[EXTENSION]
    return database


def affected(status: str) -> int:
    """The number of rows in a command's status, as `UPDATE 3`."""
    return int(status.rpartition(" ")[2])

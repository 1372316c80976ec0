"""What the services' databases hold, as one value to compare."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg

from tests.settling import until_settled
from tests.system import System

# Each attempt and each request counts, also one that fails; and the place in the feed of Keys moves by itself.
_MOVING = {"attempts", "buckets", "followed"}

_TABLES = """
    SELECT tablename
    FROM pg_tables
    WHERE schemaname = 'public'
    ORDER BY tablename
"""
_DIGEST = "SELECT '{0}', count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM {0} AS t"


class Stored:
    """Open connections to the databases, each with the one statement that digests all its tables."""

    def __init__(self) -> None:
        self._databases: dict[str, tuple[asyncpg.Connection[asyncpg.Record], str]] = {}

    async def add(self, service: str, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        tables = [row[0] for row in await connection.fetch(_TABLES) if row[0] not in _MOVING]
        self._databases[service] = connection, " UNION ALL ".join(map(_DIGEST.format, tables))

    async def read(self) -> set[tuple[str, str]]:
        """Service, table, number of rows and their digest."""
        await until_settled(self._databases["keys"][0])
        return {
            (service, *row)
            for service, (connection, statement) in self._databases.items()
            for row in await connection.fetch(statement)
        }


@asynccontextmanager
async def open_stored(system: System) -> AsyncIterator[Stored]:
    async with AsyncExitStack() as stack:
        stored = Stored()
        for service, url in system.databases.items():
            connection = await asyncpg.connect(url)
            stack.push_async_callback(connection.close)
            await stored.add(service, connection)
        yield stored

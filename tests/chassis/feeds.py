"""A feed over a small database of its own, its replicas, and who reads them."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from chassis.database import Database
from chassis.feed import FEED_TABLE, Change, Feed, Log, changes_table, positions, write
from chassis.ids import new_id
from chassis.problems import Problem
from chassis.settings import DatabaseSettings
from tests.postgres import Postgres

LOG = Log(columns="topic_id, entity_id AS id, op, version, after::text AS record", topics=("topic_id",))
TOPIC = new_id()
# Nothing, or the column and the topics.
About = tuple[()] | tuple[str, list[UUID]]


async def logged(postgres: Postgres) -> str:
    """The name of a new database with a log."""
    name = f"feed_{new_id().hex}"
    await postgres.run(f"CREATE DATABASE {name}")
    connection = await asyncpg.connect(postgres.url(name))
    await connection.execute(FEED_TABLE + changes_table("topic_id"))
    await connection.close()
    return name


@asynccontextmanager
async def copied(postgres: Postgres, template: str) -> AsyncIterator[str]:
    name = f"feed_{new_id().hex}"
    await postgres.run(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield name
    finally:
        await postgres.run(f"DROP DATABASE {name} WITH (FORCE)")


@asynccontextmanager
async def replica(url: str) -> AsyncIterator[tuple[Feed, Database]]:
    """One process's feed."""
    settings = DatabaseSettings(passport_secret="p" * 40, bind="", database_url=url)
    database = Database(settings, "lab")
    feed = Feed(LOG, settings, database)
    await database.connect()
    try:
        async with feed.run():
            await until_open(feed)
            yield feed, database
    finally:
        await database.disconnect()


async def until_open(feed: Feed) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                await feed.page(None, 1)
            except Problem:
                await asyncio.sleep(0.005)
            else:
                return


async def tell(database: Database, topic: UUID = TOPIC, version: int = 1) -> UUID:
    """Writes a change, and returns what it is about."""
    entity = new_id()
    async with database.transaction() as connection:
        change = Change("thing", entity, "create", version, None, None, {"id": str(entity)})
        await write(connection, "topic_id", topic, change)
    return entity


async def read_until(
    feed: Feed, last: UUID, after: str | None = None, limit: int = 500, by: str = "", of: Sequence[UUID] = ()
) -> list[UUID]:
    """The changes up to `last`, page by page: other databases of the server may hold the fence back for a moment."""
    found: list[UUID] = []
    async with asyncio.timeout(30):
        while last not in found:
            page = await feed.page(None if after is None else positions.parse(after), limit, by, of)
            assert len(page.items) <= limit
            found += [item["id"] for item in page.items]
            after = page.position
            await asyncio.sleep(0 if page.items else 0.005)
    return found


class Reader:
    """Reads a feed's lines from now on; `waited` is how long the last change took to come."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self.lines: AsyncIterator[bytes]

    async def __aenter__(self) -> "Reader":
        self.lines = self._feed.lines(await self._feed.start())
        await anext(self.lines)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.lines.aclose()  # type: ignore[attr-defined]

    async def next(self) -> list[str]:
        """The next changes."""
        async with asyncio.timeout(30):
            while True:
                page: Any = msgspec.json.decode(await anext(self.lines))
                if page["items"]:
                    return [item["id"] for item in page["items"]]


async def told(database: Database, reader: Reader) -> float:
    """Writes a change that the reader is waiting for; how long it takes after the commit."""
    coming = asyncio.create_task(reader.next())
    await asyncio.sleep(0.02)
    entity = await tell(database)
    began = time.perf_counter()
    assert await coming == [str(entity)]
    return time.perf_counter() - began

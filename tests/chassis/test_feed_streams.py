"""The streams of a feed, which many followers read at the same time."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from chassis.feed import Feed
from chassis.feed.storage import Page
from tests.chassis.feeds import Reader, logged, replica, tell
from tests.postgres import Postgres


async def test_streams_that_wait_for_the_same_are_told_by_one_reading(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.url(await logged(postgres))
    async with replica(url) as (feed, database), AsyncExitStack() as stack:
        readers = [await stack.enter_async_context(Reader(feed)) for _ in range(20)]
        coming = [asyncio.create_task(reader.next()) for reader in readers]
        await asyncio.sleep(0)
        readings = counted(monkeypatch)
        entity = await tell(database)
        assert await asyncio.gather(*coming) == [[str(entity)]] * len(readers)
        # One finds it, and some may find that an older transaction holds it back, or be of the poll.
        assert 0 < len(readings) < len(readers)


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What grows by one with each reading of a feed."""
    readings: list[str] = []

    async def page(feed: Feed, *asked: Any) -> Page:
        readings.append(str(asked))
        return await read(feed, *asked)

    read = Feed.page
    monkeypatch.setattr(Feed, "page", page)
    return readings

"""The feed, over a small database of its own: in order, none skipped, told at once, and never a quiet hole."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from functools import partial
from uuid import UUID

import asyncpg
import pytest

from chassis.database import Connection, Database
from chassis.feed import Change, Feed, positions, storage, write
from chassis.feed import feed as feed_module
from chassis.ids import new_id
from chassis.problems import Problem
from tests.chassis.feeds import TOPIC, About, Reader, copied, logged, read_until, replica, tell, told
from tests.postgres import Postgres
from tests.quick import quickest


@pytest.fixture(scope="module")
async def template(postgres: Postgres) -> str:
    return await logged(postgres)


@pytest.fixture
async def name(postgres: Postgres, template: str) -> AsyncIterator[str]:
    async with copied(postgres, template) as name:
        yield name


@pytest.fixture
async def one(postgres: Postgres, name: str) -> AsyncIterator[tuple[Feed, Database]]:
    async with replica(postgres.url(name)) as pair:
        yield pair


async def test_pages_of_any_size_bring_all_in_order(one: tuple[Feed, Database]) -> None:
    feed, database = one
    written = [await tell(database) for _ in range(7)]
    for limit in (1, 2, 3, 7, 500):
        assert await read_until(feed, written[-1], limit=limit) == written


async def test_who_has_read_all_is_told_of_nothing_again(one: tuple[Feed, Database]) -> None:
    feed, database = one
    written = [await tell(database) for _ in range(3)]
    await read_until(feed, written[-1])
    end = (await feed.page(None)).position
    assert (await feed.page(positions.parse(end))).items == []
    assert await read_until(feed, new := await tell(database), end) == [new]


async def test_by_topic_come_those_of_the_topic_alone(one: tuple[Feed, Database]) -> None:
    feed, database = one
    other, both = new_id(), new_id()
    written = [await tell(database, topic) for topic in (TOPIC, other, TOPIC, both, other, TOPIC)]
    await read_until(feed, written[-1])
    found = (await feed.page(None, 500, "topic_id", [TOPIC, both])).items
    assert [item["id"] for item in found] == [written[0], written[2], written[3], written[5]]
    first = await feed.page(None, 3, "topic_id", [TOPIC, both])
    rest = await feed.page(positions.parse(first.position), 3, "topic_id", [TOPIC, both])
    assert ([item["id"] for item in first.items + rest.items], first.more) == ([item["id"] for item in found], True)


@pytest.mark.parametrize("about", [(), ("topic_id", [TOPIC])], ids=["whole", "by topic"])
@pytest.mark.parametrize("guarded", [True, False], ids=["with the fence", "without it"])
async def test_what_commits_late_is_not_skipped(
    postgres: Postgres, name: str, monkeypatch: pytest.MonkeyPatch, guarded: bool, about: About
) -> None:
    """A transaction that began first commits last. Two replicas read meanwhile, each on its own."""
    if not guarded:
        fence, statement = "AND changes.xid < fence.xmin", "_BY_TOPIC" if about else "_ALL"
        assert fence in getattr(storage, statement)
        monkeypatch.setattr(storage, statement, getattr(storage, statement).replace(fence, ""))
        monkeypatch.setattr(storage, "_is_gone", lambda *_: False)
    url = postgres.url(name)
    async with replica(url) as (first, database), replica(url) as (second, elsewhere):
        begun = await tell(database)
        await read_until(first, begun)
        starts = [await feed.start() for feed in (first, second)]
        late = new_id()
        async with database.transaction() as connection:
            await write(connection, "topic_id", TOPIC, Change("thing", late, "create", 1, None, None, None))
            early = await tell(elsewhere)
            # In tasks of their own, and so with connections of their own.
            between = await asyncio.gather(first.page(starts[0], 1, *about), second.page(starts[1], 1, *about))
        last = await tell(database)
        for feed, page in zip((first, second), between, strict=True):
            found = [item["id"] for item in page.items] + await read_until(feed, last, page.position, 1, *about)
            assert found == ([late, early, last] if guarded else [early, last])


async def test_what_is_held_back_is_told_soon_after(
    one: tuple[Feed, Database], postgres: Postgres, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction of somebody else, which need not even write here. Polling is too slow to be what tells."""
    monkeypatch.setattr(feed_module, "_POLL_SECONDS", 30.0)
    feed, database = one
    holder = await asyncpg.connect(postgres.url(name))
    async with Reader(feed) as reader:
        assert await quickest(lambda: held_back(holder, feed, database, reader), 0.2) < 0.2
    await read_until(feed, await tell(database))
    await feed.measure()
    assert lag_of(feed) == 0
    await holder.close()


async def held_back(holder: Connection, feed: Feed, database: Database, reader: Reader) -> float:
    """How long a change takes to come after what held it back has ended."""
    holding = holder.transaction()
    await holding.start()
    await holder.execute("SELECT pg_current_xact_id()")
    entity = await tell(database)
    coming = asyncio.create_task(reader.next())
    await asyncio.sleep(0.3)
    assert not coming.done()
    await feed.measure()
    assert lag_of(feed) > 0.25
    await holding.rollback()
    began = time.perf_counter()
    assert await coming == [str(entity)]
    return time.perf_counter() - began


def lag_of(feed: Feed) -> float:
    (metric,) = feed._lag.collect()
    return metric.samples[0].value


async def test_a_reader_is_woken_at_once_here_and_in_other_replicas(
    postgres: Postgres, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Polling is made so slow that it is not what tells."""
    monkeypatch.setattr(feed_module, "_POLL_SECONDS", 30.0)
    url = postgres.url(name)
    async with replica(url) as (here, database), replica(url) as (there, _):
        for feed in (here, there):
            async with Reader(feed) as reader:
                assert await quickest(partial(told, database, reader), 0.05) < 0.05


async def test_polling_alone_suffices(postgres: Postgres, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.feed.bell.Bell.ring", lambda _bell: None)
    monkeypatch.setattr("chassis.feed.bell.Bell._hear", lambda *_: None)
    async with replica(postgres.url(name)) as (feed, database), Reader(feed) as reader:
        enough = 5 * feed_module._POLL_SECONDS
        assert await quickest(lambda: told(database, reader), enough) < enough


async def test_old_changes_are_forgotten_and_their_cursors_told_so(one: tuple[Feed, Database]) -> None:
    feed, database = one
    old = [await tell(database) for _ in range(3)]
    await read_until(feed, old[-1])
    places = [(await feed.page(None, limit)).position for limit in (1, 2)]
    async with database.connection() as connection:
        await connection.execute("UPDATE changes SET at = at - interval '31 days'")
    new = await tell(database)
    await feed.prune()
    assert await read_until(feed, new) == [new]
    for place in places:
        await assert_resync(feed, positions.parse(place))


async def assert_resync(feed: Feed, place: positions.Position) -> None:
    with pytest.raises(Problem) as raised:
        await feed.page(place)
    assert (raised.value.status, raised.value.code) == (410, "resync")


async def test_who_has_read_all_may_wait_until_all_of_it_is_forgotten(one: tuple[Feed, Database]) -> None:
    feed, database = one
    await read_until(feed, await tell(database))
    places = [await feed.start()]
    async with database.connection() as connection:
        await connection.execute("UPDATE changes SET at = at - interval '31 days'")
    await feed.prune()
    places.append(await feed.start())
    new = await tell(database)
    for place in places:
        assert await read_until(feed, new, str(place)) == [new]


async def test_who_read_when_there_was_nothing_is_told_when_the_first_is_forgotten(
    one: tuple[Feed, Database],
) -> None:
    feed, database = one
    place = await feed.start()
    first = await tell(database)
    assert await read_until(feed, first, str(place)) == [first]
    async with database.connection() as connection:
        await connection.execute("UPDATE changes SET at = at - interval '31 days'")
    await feed.prune()
    await assert_resync(feed, place)


async def test_a_position_ahead_of_the_database_is_told_so(one: tuple[Feed, Database]) -> None:
    feed, _ = one
    now = await feed.start()
    await assert_resync(feed, now._replace(xid=now.xid + 1_000_000_000))


RELOADED = """
    CREATE TEMP TABLE dump AS TABLE feed;
    DROP TABLE feed;
    CREATE TABLE feed (LIKE dump);
    INSERT INTO feed TABLE dump;
"""


@pytest.mark.parametrize("how", ["template", "reload"])
async def test_a_copy_is_another_history(postgres: Postgres, name: str, how: str) -> None:
    """Made by the server, or loaded from a dump, be it into the same database: its old cursors are good no more."""
    async with AsyncExitStack() as stack:
        async with replica(postgres.url(name)) as (feed, database):
            kept = [await tell(database) for _ in range(2)]
            await read_until(feed, kept[-1])
            place = await feed.start()
        if how == "template":
            name = await stack.enter_async_context(copied(postgres, name))
        else:
            connection = await asyncpg.connect(postgres.url(name))
            await connection.execute(RELOADED)
            await connection.close()
        async with replica(postgres.url(name)) as (feed, database):
            await assert_resync(feed, place)
            assert await read_until(feed, kept[-1]) == kept


async def test_the_same_database_goes_on_where_it_was(postgres: Postgres, name: str) -> None:
    async with replica(postgres.url(name)) as (feed, database):
        place = await feed.start()
    async with replica(postgres.url(name)) as (feed, database):
        written = await tell(database)
        assert await read_until(feed, written, str(place)) == [written]


async def test_without_its_database_a_feed_says_so_and_goes_on_when_it_is_back(
    one: tuple[Feed, Database], postgres: Postgres, name: str
) -> None:
    feed, database = one
    await postgres.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    async with asyncio.timeout(30):
        found: list[UUID] = []
        while not found:
            with suppress(Problem):
                found = await read_until(feed, await tell(database))
            await asyncio.sleep(0.005)

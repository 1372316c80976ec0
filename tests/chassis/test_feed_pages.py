"""Pages of a feed are bounded, in what is read for them and in what they hold, and lose nothing by it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast
from uuid import UUID

import pytest

import keys.feed
import rooms.changes
import tasks.changes
import users.changes
from bench.plans.explain import Explainer
from chassis.database import Connection, Database
from chassis.feed import Log, positions, storage
from chassis.feed.storage import Page
from chassis.ids import new_id
from chassis.problems import Problem
from chassis.settings import DatabaseSettings
from tests.chassis.feeds import LOG, TOPIC, copied, logged
from tests.postgres import Postgres

_LOGS = {"keys": keys.feed.LOG, "rooms": rooms.changes.LOG, "tasks": tasks.changes.LOG, "users": users.changes.LOG}
_READ_BY = [(service, topic) for service, log in _LOGS.items() for topic in log.topics]
_TOPICS = [new_id() for _ in range(40)]
_EACH = _LIMIT = 40

# Whose membership or task a change is about, its record says.
_FILL = """
    INSERT INTO changes ({topic}, kind, entity_id, op, version, after)
    SELECT topic, 'member', gen_random_uuid(), 'update', number, jsonb_build_object('source', topic, 'task_id', topic)
    FROM unnest($1::uuid[]) WITH ORDINALITY AS topics (topic, place)
    CROSS JOIN generate_series(1, $2) AS number
    ORDER BY {order}
"""
# `$2` is how long the records are, in turn.
_FILL_LARGE = """
    INSERT INTO changes (topic_id, kind, entity_id, op, version, after)
    SELECT $1, 'thing', gen_random_uuid(), 'update', number, jsonb_build_object('text', repeat('é', length / 2))
    FROM unnest($2::int[]) WITH ORDINALITY AS lengths (length, number)
    ORDER BY number
"""
_OLD = """
    INSERT INTO changes (xid, topic_id, kind, entity_id, op, version, at)
    VALUES ($1::text::xid8, $2, 'thing', gen_random_uuid(), 'create', 1, now() - interval '31 days')
"""
_IN_ORDER = "SELECT entity_id FROM changes ORDER BY xid, seq"


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connection]:
    """As the services connect."""
    settings = DatabaseSettings(bind="", passport_secret="", database_url=url, database_seconds=120)
    database = Database(settings, "tests")
    await database.connect()
    try:
        async with database.connection() as connection:
            yield connection
    finally:
        await database.disconnect()


@pytest.fixture(scope="module")
async def template(postgres: Postgres) -> str:
    return await logged(postgres)


@pytest.fixture
async def connection(postgres: Postgres, template: str) -> AsyncIterator[Connection]:
    async with copied(postgres, template) as name, connected(postgres.url(name)) as connection:
        yield connection


async def pages(connection: Connection, limit: int, *about: str | list[UUID], log: Log = LOG) -> list[Page]:
    """All pages since ever."""
    found: list[Page] = []
    while not found or found[-1].more:
        after = positions.parse(found[-1].position) if found else None
        found.append(await storage.page(connection, log, after, limit, *about))  # type: ignore[arg-type]
        assert len(found[-1].items) <= limit
    return found


def ids(found: list[Page]) -> list[UUID]:
    return [item["id"] for page in found for item in page.items]


@pytest.mark.parametrize(("service", "topic"), _READ_BY, ids=[f"{service} {topic}" for service, topic in _READ_BY])
async def test_a_page_of_many_topics_reads_a_few_times_its_own_length(
    postgres: Postgres, service: str, topic: str
) -> None:
    """However the changes of the topics are mixed: all of one before those of the next is the worst."""
    column = "room_id" if topic == "user_id" else topic
    async with postgres.clone(service) as url, connected(url) as connection:
        for order in ("place, number", "power(place, 3) * random()"):
            await connection.execute("TRUNCATE changes")
            await connection.execute(_FILL.format(topic=column, order=order), _TOPICS, _EACH)
            await connection.execute("ANALYZE changes")
            expected = await connection.fetch(_IN_ORDER)
            for mode in ("custom", "generic"):
                explainer = Explainer(connection, mode)
                wire = cast("Connection", explainer)
                page = await storage.page(wire, _LOGS[service], None, _LIMIT, topic, _TOPICS)
                assert ids([page]) == [row["entity_id"] for row in expected[:_LIMIT]]
                (plan,) = explainer.plans
                assert {scan for scan in plan.scans if scan.startswith("Seq Scan")} <= {"Seq Scan feed"}
                assert plan.touched <= 10 * _LIMIT


@pytest.mark.parametrize("service", _LOGS)
async def test_a_page_that_is_planned_for_an_empty_log_finds_its_changes_by_their_numbers(
    postgres: Postgres, service: str
) -> None:
    """There all indexes look the same, and one that only ends with the number would be read whole for each change."""
    async with postgres.clone(service) as url, connected(url) as connection:
        for is_analyzed in (False, True):
            if is_analyzed:
                await connection.execute("ANALYZE changes")
            explainer = Explainer(connection, "generic")
            await storage.page(cast("Connection", explainer), _LOGS[service], None, _LIMIT)
            (plan,) = explainer.plans
            found = {scan for scan in plan.scans if scan.startswith("Index Scan changes")}
            assert found <= {"Index Scan changes changes_pkey", "Index Scan changes changes_seq"}
            assert found


async def test_pages_of_many_topics_bring_all_in_order_at_any_limit(connection: Connection) -> None:
    """Some topics are busy, some are quiet, and one is not asked for."""
    await connection.execute(_FILL.format(topic="topic_id", order="random()"), _TOPICS[:3], 40)
    await connection.execute(_FILL.format(topic="topic_id", order="random()"), _TOPICS[2:20], 2)
    wanted = [*_TOPICS[1:20], new_id()]
    rows = await connection.fetch("SELECT entity_id FROM changes WHERE topic_id = ANY($1) ORDER BY xid, seq", wanted)
    for limit in (1, 2, 3, 7, 50, 500):
        found = await pages(connection, limit, "topic_id", wanted)
        assert ids(found) == [row["entity_id"] for row in rows], limit
        assert {len(page.items) for page in found[:-1]} <= {limit}
    assert await pages(connection, 5, "topic_id", []) == [Page([], found[-1].position, False, False)]


@pytest.mark.parametrize("about", [(), ("topic_id", [TOPIC])], ids=["whole", "by topic"])
async def test_a_page_ends_after_a_mebibyte_of_records_and_the_next_goes_on_there(
    connection: Connection, about: tuple[str | list[UUID], ...]
) -> None:
    lengths = [200_000] * 11 + [3_000_000] * 2 + [100] * 5
    await connection.execute(_FILL_LARGE, TOPIC, lengths)
    found = await pages(connection, 500, *about)
    assert [len(page.items) for page in found] == [6, 6, 1, 5]
    assert ids(found) == [row["entity_id"] for row in await connection.fetch(_IN_ORDER)]


async def test_a_cursor_whose_changes_are_forgotten_is_told_so_also_when_they_went_before_older_ones(
    connection: Connection,
) -> None:
    """Who began first may have written last: what is forgotten then comes before what was forgotten already."""
    xids = [await connection.fetchval("SELECT pg_current_xact_id()::text") for _ in range(3)]
    for xid in reversed(xids):
        await connection.execute(_OLD, xid, TOPIC)
    place = (await storage.page(connection, LOG, None, 2)).position
    for _ in xids:
        assert await storage.prune(connection, 30, 1) == 1
    with pytest.raises(Problem) as raised:
        await storage.page(connection, LOG, positions.parse(place), 500)
    assert raised.value.code == "resync"

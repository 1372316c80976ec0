"""The feed of changes: in order, each once, and none skipped, whatever commits late."""

import asyncio

import asyncpg
import msgspec
import pytest

from chassis.database import Connection
from chassis.feed import positions, storage
from chassis.ids import new_id
from keys.client import Change
from keys.feed import LOG
from tests.launch.polling import until
from tests.system import System

_TELL = "INSERT INTO changes (kind, entity_id, op) VALUES ('room', $1, 'buried')"
_TELL_AT = "INSERT INTO changes (kind, entity_id, op, xid) VALUES ('room', $1, 'buried', $2::text::xid8)"
_FENCE = "AND changes.xid < fence.xmin"
_limit = 500


async def test_pages_follow_the_numbers_of_transactions_and_not_their_digits(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.keys.test_feed._limit", 1)
    told = [new_id() for _ in range(3)]
    for xid, entity in zip(("9", "10", "100"), told, strict=True):
        await connection.execute(_TELL_AT, entity, xid)
    assert [change.entity for change in await _read_on(connection, None)] == told


async def test_a_change_that_commits_late_is_not_skipped(url: str) -> None:
    assert await _late_commit(url) == ["first", "late", "early"]


async def test_without_the_fence_a_late_commit_is_skipped(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _FENCE in storage._ALL
    # A reader that runs ahead of the fence would be told so.
    monkeypatch.setattr(storage, "_is_gone", lambda *_: False)
    monkeypatch.setattr(storage, "_ALL", storage._ALL.replace(_FENCE, ""))
    assert await _late_commit(url) == ["first", "early"]


async def test_the_whole_feed_is_for_services_and_a_part_of_it_for_whom_that_is_about(system: System) -> None:
    eve, other = new_id(), new_id()
    for path in ("/internal/feed", "/internal/feed/stream"):
        refused = await system.call("keys", "GET", path, user=eve)
        assert (refused.status, refused.code) == (403, "forbidden"), path
    await until(lambda: is_told(system))
    asked = [
        ("user_id", [eve], 200),
        ("user_id", [eve, other], 403),
        ("room_id", [other], 403),
        # A column, and no more than that would stand in the statement.
        ("entity_id", [eve], 422),
        ("user_id = user_id OR user_id", [eve], 422),
    ]
    for by, of, status in asked:
        json = {"by": by, "of": [str(each) for each in of]}
        assert (await system.call("keys", "POST", "/internal/feed", user=eve, json=json)).status == status, by


async def test_a_stream_from_what_is_not_kept_is_refused_before_it_begins(system: System) -> None:
    await until(lambda: is_told(system))
    refused = await system.call("keys", "GET", "/internal/feed/stream?after=other.1.0")
    assert (refused.status, refused.code) == (410, "resync")


async def is_told(system: System) -> bool:
    """A service may be there before its feed is."""
    return (await system.call("keys", "GET", "/internal/feed")).status == 200


async def _late_commit(url: str) -> list[str]:
    """What a reader sees who reads while one transaction is open and another, begun later, has committed."""
    first, late, early = new_id(), new_id(), new_id()
    reader, writer = await asyncpg.connect(url), await asyncpg.connect(url)
    try:
        await reader.execute(_TELL, first)
        seen = await _wait_for_more(reader, None)
        async with writer.transaction():
            await writer.execute(_TELL, late)
            await reader.execute(_TELL, early)
            seen += await _read_on(reader, seen[-1].cursor)
        # What is told last comes last: with it, all before has come or never will.
        await reader.execute(_TELL, first)
        while seen[-1].entity != first or len(seen) == 1:
            seen += await _wait_for_more(reader, seen[-1].cursor)
    finally:
        await reader.close()
        await writer.close()
    names = {first: "first", late: "late", early: "early"}
    return [names[change.entity] for change in seen[:-1]]


async def _wait_for_more(connection: Connection, after: str | None) -> list[Change]:
    """Writes elsewhere in the cluster may hold the fence back for a moment."""
    async with asyncio.timeout(30):
        while not (found := await _read_on(connection, after)):
            await asyncio.sleep(0.01)
    return found


async def _read_on(connection: Connection, after: str | None) -> list[Change]:
    found: list[Change] = []
    while items := await _page(connection, after):
        found += items
        after = items[-1].cursor
    return found


async def _page(connection: Connection, after: str | None) -> list[Change]:
    place = None if after is None else positions.parse(after)
    page = await storage.page(connection, LOG, place, _limit)
    return msgspec.json.decode(msgspec.json.encode(page.items), type=list[Change])

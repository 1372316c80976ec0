"""Several changes of Keys share a transaction: it and what people write hold a room before what is in it."""

import asyncio
from uuid import UUID

import pytest

from chassis.database import Database
from chassis.ids import new_id
from chassis.problems import Problem
from keys.client import Change
from tasks import cascades, commenting, following, writing
from tasks.queries import assignees, rooms
from tests.settling import until_one_waits
from tests.tasks.making import ME, OTHER, ROOM, make, open_count, titles


def went(kind: str, entity: UUID, op: str, **before: str) -> Change:
    return Change("a position", kind, entity, op, before or None)


async def follow(database: Database, *page: Change) -> None:
    async with database.transaction() as connection:
        for change in page:
            assert not await following.apply(connection, change)


@pytest.mark.parametrize("first", ["assignee", "author", "comment"])
async def test_a_page_of_changes_and_a_write_in_a_room_do_not_wait_for_each_other(
    database: Database, first: str
) -> None:
    async with database.transaction() as connection:
        kept, gone = await make(connection, *"ab", assignees=(OTHER,))
        comment = await commenting.create(connection, new_id(), kept.id, "a word", ME)
        link = await assignees.link(connection, kept.id, OTHER)
    changes = {
        "assignee": went("assignee", link or new_id(), "dropped"),
        "author": went("author", new_id(), "dropped", target=str(ME)),
        "comment": went("comment", comment.id, "buried"),
    }
    async with asyncio.timeout(30):
        async with database.transaction() as connection:
            await rooms.hold(connection, ROOM)
            following_it = asyncio.create_task(follow(database, changes[first], went("task", gone.id, "buried")))
            await until_one_waits(connection)
            await writing.hold(connection, kept.id, ROOM)
            await commenting.hold(connection, comment.id, ROOM)
        await following_it
    async with database.connection() as connection:
        assert (await titles(connection), await open_count(connection)) == ("a", 1)


@pytest.mark.parametrize("first", ["assignee", "author", "comment", "task", "room"])
async def test_a_write_that_waits_for_a_page_of_changes_does_not_hold_it_up(
    database: Database, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """It would wait for a row with the room in its hands, and the page for the room."""
    monkeypatch.setattr(cascades, "_BATCH", 2)
    async with database.transaction() as connection:
        task, other, _ = await make(connection, *"abc", assignees=(OTHER,))
        comment, last = [await commenting.create(connection, new_id(), on.id, "a word", ME) for on in (task, other)]
        link = await assignees.link(connection, task.id, OTHER)
    changes = {
        "assignee": went("assignee", link or new_id(), "dropped"),
        "author": went("author", new_id(), "dropped", target=str(ME)),
        "comment": went("comment", comment.id, "buried"),
        "task": went("task", task.id, "buried"),
        "room": went("room", ROOM, "buried"),
    }

    async def write() -> None:
        async with database.transaction() as connection:
            if first == "comment":
                await commenting.hold(connection, comment.id, ROOM)
            await writing.hold(connection, task.id, ROOM, with_room=first == "room")

    async def status() -> int:
        try:
            await write()
        except Problem as problem:
            return problem.status
        return 200

    async with asyncio.timeout(30):
        async with database.transaction() as connection:
            await following.apply(connection, changes[first])
            writing_it = asyncio.create_task(status())
            await until_one_waits(connection)
            rest = changes[first] if first == "room" else went("comment", last.id, "buried")
            while await following.apply(connection, rest):
                pass
        # Of two that wait for each other the database ends one: that is 503.
        assert await writing_it == (200 if first in {"assignee", "author"} else 404)
    async with database.connection() as connection:
        assert not await connection.fetchval("SELECT count(*) FROM comments WHERE id = $1", last.id)


async def test_a_comment_goes_while_it_is_edited(database: Database) -> None:
    async with database.transaction() as connection:
        (task,) = await make(connection, "a")
        comment = await commenting.create(connection, new_id(), task.id, "a word", ME)
    async with asyncio.timeout(30):
        async with database.transaction() as connection:
            before = await commenting.hold(connection, comment.id, ROOM)
            following_it = asyncio.create_task(follow(database, went("comment", comment.id, "buried")))
            await until_one_waits(connection)
            await commenting.edit(connection, before, "another", ROOM, ME)
        await following_it
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM comments") == 0
        assert await connection.fetchval("SELECT count(*) FROM texts") == 1

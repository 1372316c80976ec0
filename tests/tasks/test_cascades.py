"""What goes elsewhere goes here: once, completely, and in the log."""

import asyncio
import itertools
from uuid import UUID

import pytest

from chassis.database import Connection, Database
from chassis.ids import new_id
from tasks import assigning, cascades, commenting, following, trash, writing
from tasks.queries import assignees, tasks
from tests.settling import until_one_waits
from tests.tasks.making import ME, OTHER, ROOM, discard, make, open_count, titles
from tests.tasks.test_following import went

AUTHOR = new_id()


async def log_of(connection: Connection, entity_id: UUID) -> list[tuple[str, int]]:
    rows = await connection.fetch("SELECT op, version FROM changes WHERE entity_id = $1 ORDER BY seq", entity_id)
    return [(row["op"], row["version"]) for row in rows]


async def count(connection: Connection, table: str) -> int:
    found: int = await connection.fetchval(f"SELECT count(*) FROM {table}")
    return found


async def test_a_task_goes_with_all_that_hangs_on_it_once(database: Database) -> None:
    async with database.transaction() as connection:
        kept, gone, trashed = await make(connection, *"abc", assignees=(OTHER,))
        await commenting.create(connection, new_id(), gone.id, "a word", ME)
        await discard(connection, trashed)
        for _ in range(2):
            await cascades.remove_task(connection, gone.id)
            await cascades.remove_task(connection, trashed.id)
        assert await titles(connection) == kept.title
        assert await open_count(connection) == 1
        assert [await count(connection, name) for name in ("task_assignees", "comments", "texts")] == [1, 0, 1]
        assert await log_of(connection, gone.id) == [("create", 1), ("delete", 2)]
        assert await log_of(connection, trashed.id) == [("create", 1), ("delete", 2)]


async def test_news_of_an_old_link_leaves_a_newer_one(database: Database) -> None:
    async with database.transaction() as connection:
        (task,) = await make(connection, "a", assignees=(OTHER,))
        old = await assignees.link(connection, task.id, OTHER)
        assert old is not None
        unassigned = await assigning.unassign(connection, task, old, ME)
        again = await assigning.assign(connection, unassigned, OTHER, new_id(), ME)
        await cascades.remove_assignee(connection, old)
        assert await writing.hold(connection, task.id, ROOM) == again
        assert again.assignees == [OTHER]


async def test_a_link_that_went_by_itself_unassigns_as_nobody(database: Database) -> None:
    async with database.transaction() as connection:
        live, trashed = await make(connection, *"ab", assignees=(OTHER,))
        await discard(connection, trashed)
        for task in (live, trashed, live):
            link = await assignees.link(connection, task.id, OTHER)
            await cascades.remove_assignee(connection, link or new_id())
        assert await count(connection, "task_assignees") == 0
        assert await log_of(connection, live.id) == [("create", 1), ("update", 2)]
        assert await log_of(connection, trashed.id) == [("create", 1), ("delete", 2)]
        change = await connection.fetchrow("SELECT * FROM changes WHERE op = 'update'")
        assert change is not None
        assert change["actor"] is None
        assert change["before"] == {"assignees": [str(OTHER)]}
        assert change["after"]["assignees"] == []


async def test_a_user_goes_and_what_they_made_stays(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cascades, "_BATCH", 2)
    async with database.transaction() as connection:
        made = await make(connection, *"abcde", assignees=(ME, OTHER))
        await discard(connection, made[4])
        comments = [await commenting.create(connection, new_id(), made[0].id, "words", ME) for _ in range(3)]
    rounds = 1
    async with database.connection() as connection:
        while True:
            async with connection.transaction():
                if not await cascades.clear_user(connection, ME):
                    break
            rounds += 1
        assert rounds >= 3
        for task in made[:4]:
            found = await tasks.seen(connection, task.id, [ROOM])
            assert found is not None
            assert (found.created_by, found.assignees, found.version) == (None, [OTHER], 3)
            assert found.updated_at == task.updated_at
        assert await connection.fetchval("SELECT count(*) FROM comments WHERE author IS NULL AND version = 2") == 3
        assert await connection.fetchval("SELECT count(*) FROM changes WHERE actor IS NOT NULL") == 0
        # What is in the trash has a new version when it comes back, and none before.
        assert await connection.fetchval("SELECT version FROM tasks WHERE id = $1", made[4].id) == 2
        assert await log_of(connection, made[4].id) == [("create", 1), ("delete", 2)]
        assert await log_of(connection, comments[0].id) == [("create", 1), ("update", 2)]
        assert not await cascades.clear_user(connection, ME)


@pytest.mark.parametrize("user", [OTHER, ME, AUTHOR], ids=["assigned", "made", "said"])
async def test_a_user_goes_from_all_there_is_whatever_there_is_most_of(
    database: Database, monkeypatch: pytest.MonkeyPatch, user: UUID
) -> None:
    """The log names them no more: it is kept for 30 days."""
    monkeypatch.setattr(cascades, "_BATCH", 2)
    async with database.transaction() as connection:
        made = await make(connection, *"abcde", assignees=(OTHER,))
        for task in made:
            await commenting.create(connection, new_id(), task.id, "words", AUTHOR)
        await connection.execute("TRUNCATE changes")
    async with database.transaction() as connection:
        while await cascades.clear_user(connection, user):
            pass
        for table, column in (("task_assignees", "user_id"), ("tasks", "created_by"), ("comments", "author")):
            assert await connection.fetchval(f"SELECT count(*) FROM {table} WHERE {column} = $1", user) == 0


async def test_a_comment_that_loses_its_author_has_a_new_version_also_in_the_trash(database: Database) -> None:
    async with database.transaction() as connection:
        (task,) = await make(connection, "a")
        kept, gone = [await commenting.create(connection, new_id(), task.id, "words", OTHER) for _ in range(2)]
        await commenting.discard(connection, gone, ROOM, ME)
        await discard(connection, task)
        await cascades.clear_user(connection, OTHER)
        await trash.restore(connection, task.id, ROOM, ME)
        found = await commenting.hold(connection, kept.id, ROOM)
        assert (found.author, found.version) == (None, 2)
        assert await log_of(connection, kept.id) == [("create", 1), ("update", 2)]
        # To bring it back makes a version, and tells all of it.
        assert await connection.fetchval("SELECT version FROM comments WHERE id = $1", gone.id) == 2
        assert await log_of(connection, gone.id) == [("create", 1), ("delete", 2)]


async def test_a_room_goes_in_parts_and_others_stay(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cascades, "_BATCH", 2)
    async with database.transaction() as connection:
        await make(connection, *"abcde")
        await make(connection, "x", room_id=OTHER)
        assert [await cascades.remove_room(connection, ROOM) for _ in range(6)] == [True] * 4 + [False] * 2
        assert await titles(connection, OTHER) == "x"
        assert [await count(connection, name) for name in ("tasks", "texts", "room_counters")] == [1, 1, 1]


@pytest.mark.parametrize("kind", ["task", "room"])
async def test_however_many_comments_go_each_transaction_takes_a_few(
    database: Database, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """One that took all would take longer than a statement may, time and again, and hold up all that goes after."""
    monkeypatch.setattr(cascades, "_BATCH", 2)
    async with database.transaction() as connection:
        task, other = await make(connection, "a") + await make(connection, "x", room_id=OTHER)
        for on in (*[task] * 5, other):
            await commenting.create(connection, new_id(), on.id, "a word", ME)
    left, is_left = [6], True
    while is_left:
        async with database.transaction() as connection:
            is_left = await following.apply(connection, went(kind, ROOM if kind == "room" else task.id, "buried"))
            left.append(await count(connection, "comments"))
            assert await count(connection, "texts") == left[-1] + await count(connection, "tasks")
    assert max(before - after for before, after in itertools.pairwise(left)) == 2
    async with database.connection() as connection:
        assert (left[-1], await titles(connection), await titles(connection, OTHER)) == (1, "", "x")


async def test_who_waits_for_a_task_sees_it_as_it_is_then(database: Database) -> None:
    async with database.connection() as connection:
        (task,) = await make(connection, "a")
    assigned, waited_for = asyncio.Event(), asyncio.Event()

    async def assign() -> None:
        async with database.transaction() as connection:
            before = await writing.hold(connection, task.id, ROOM)
            await assigning.assign(connection, before, OTHER, new_id(), ME)
            assigned.set()
            await waited_for.wait()

    async def read() -> list[UUID]:
        await assigned.wait()
        async with database.transaction() as connection:
            return (await writing.hold(connection, task.id, ROOM)).assignees

    async def watch() -> None:
        async with database.connection() as connection:
            await until_one_waits(connection)
        waited_for.set()

    async with asyncio.timeout(30):
        _, seen, _ = await asyncio.gather(assign(), read(), watch())
    assert seen == [OTHER]

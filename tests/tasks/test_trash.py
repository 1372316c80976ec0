"""The trash keeps a task whole for 30 days: its number, place, people, and its part in the room's count."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.database import Connection, Database
from chassis.ids import new_id
from chassis.problems import Problem
from tasks import commenting, trash, writing
from tasks.models import Move, Task, TaskEdit
from tasks.queries import home
from tasks.queries import trash as queries
from tests.tasks.making import ME, OTHER, ROOM, discard, make, move, open_count, titles


async def restore(connection: Connection, task: Task) -> Task:
    return await trash.restore(connection, task.id, task.room_id, ME)


async def age(connection: Connection, task: Task, days: float) -> None:
    await connection.execute(
        "UPDATE tasks SET deleted_at = deleted_at - $2::interval WHERE id = $1", task.id, timedelta(days=days)
    )


async def test_a_task_comes_back_to_its_place_with_all_it_had(database: Database) -> None:
    async with database.transaction() as connection:
        _, b, _ = await make(connection, *"abc", assignees=(OTHER,))
        comment = await commenting.create(connection, new_id(), b.id, "kept", ME)
        await discard(connection, b)
        assert (await titles(connection), await open_count(connection)) == ("ac", 2)
        assert await home.counts(connection, ROOM) == home.TaskCounts(todo=2, doing=0, done=0)
        back = await restore(connection, b)
        assert (await titles(connection), await open_count(connection)) == ("abc", 3)
        assert (back.number, back.assignees, back.version) == (b.number, [OTHER], 3)
        assert await commenting.hold(connection, comment.id, ROOM) == comment


async def test_a_place_taken_since_is_left_to_who_has_it(database: Database) -> None:
    async with database.connection() as connection:
        a, b, c = await make(connection, *"abc")
        async with connection.transaction():
            await discard(connection, b)
        moved = await move(database, a, Move(before=c.id))
        # By chance or after a spread, another task may hold the very key.
        await connection.execute("UPDATE tasks SET position = $2 WHERE id = $1", moved.id, b.position)
        async with connection.transaction():
            back = await restore(connection, b)
        assert await titles(connection) == "abc"
        assert back.position != b.position


async def test_a_done_task_counts_as_open_neither_before_nor_after(database: Database) -> None:
    async with database.transaction() as connection:
        (a,) = await make(connection, "a")
        done = await writing.save(connection, a, TaskEdit(status="done").apply(a), ME)
        assert done.completed_at is not None
        await discard(connection, done)
        assert await open_count(connection) == 0
        back = await restore(connection, done)
        assert await open_count(connection) == 0
        reopened = await writing.save(connection, back, TaskEdit(status="doing").apply(back), ME)
        assert (await open_count(connection), reopened.completed_at) == (1, None)


async def test_after_thirty_days_it_is_listed_no_more_and_cannot_come_back(database: Database) -> None:
    async with database.transaction() as connection:
        old, young = await make(connection, *"ab")
        await discard(connection, old)
        await discard(connection, young)
        await age(connection, old, 30.01)
        await age(connection, young, 29.9)
        newest = (datetime.max.replace(tzinfo=UTC), 0)
        listed, more = await queries.page(connection, ROOM, trash.KEPT, newest, 10)
        assert ([task.title for task in listed], more) == (["b"], False)
        with pytest.raises(Problem) as caught:
            await restore(connection, old)
        assert caught.value.status == 404
        assert (await restore(connection, young)).title == "b"


async def test_what_is_not_in_the_trash_cannot_be_restored(database: Database) -> None:
    async with database.transaction() as connection:
        (a,) = await make(connection, "a")
        with pytest.raises(Problem):
            await restore(connection, a)

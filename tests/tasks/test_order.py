"""The order of a room: by intent, total under concurrency, one row a move, and room without end."""

import asyncio
import random
from typing import Literal

import pytest

from chassis import pages
from chassis.database import Database
from chassis.ids import new_id
from chassis.problems import Problem
from tasks import listing, merging, order, trash, writing
from tasks.models import ListQuery, Move, Task
from tasks.queries import rooms
from tests.settling import until_one_waits
from tests.tasks.making import ME, ROOM, crowd, discard, keys_in_order, make, move, titles


async def test_a_move_goes_where_it_says(database: Database) -> None:
    async with database.connection() as connection:
        a, b, c, d = await make(connection, *"abcd")
        for task, intent, expected in (
            (d, Move(before=a.id), "dabc"),
            (d, Move(after=c.id), "abcd"),
            (a, Move(after=b.id), "bacd"),
            (a, Move(before=d.id), "bcad"),
            (c, Move(before=b.id, status="done"), "cbad"),
            (c, Move(status="todo"), "cbad"),
        ):
            await move(database, task, intent)
            assert await titles(connection) == expected


@pytest.mark.parametrize("wanted", [Move(), Move(before=new_id(), after=new_id())])
def test_a_move_names_something_and_one_neighbour_at_most(wanted: Move) -> None:
    with pytest.raises(Problem) as raised:
        wanted.check()
    assert raised.value.status == 422


async def test_a_move_to_where_the_task_is_writes_nothing(database: Database) -> None:
    async with database.connection() as connection:
        a, b, _ = await make(connection, *"abc")
    assert (await move(database, b, Move(after=a.id))).version == 1
    assert (await move(database, a, Move(before=b.id))).version == 1


async def test_a_move_touches_one_row(database: Database) -> None:
    async with database.connection() as connection:
        a, *_, z = await make(connection, *"abcdefgh")
        await move(database, z, Move(before=a.id))
        assert await connection.fetchval("SELECT count(*) FROM tasks WHERE version > 1") == 1


async def test_the_other_task_must_be_a_live_one_of_the_same_room(database: Database) -> None:
    async with database.transaction() as connection:
        a, gone = await make(connection, *"ab")
        (elsewhere,) = await make(connection, "x", room_id=new_id())
        await discard(connection, gone)
    for anchor in (elsewhere.id, gone.id, a.id, new_id()):
        with pytest.raises(Problem) as caught:
            await move(database, a, Move(after=anchor))
        assert (caught.value.status, caught.value.errors[0].field) == (422, "after")


async def test_sixteen_movers_keep_one_total_order(database: Database) -> None:
    async with database.connection() as connection:
        tasks = await make(connection, *"abcdefghijkl")

    async def wander(seed: int) -> None:
        own = random.Random(seed)
        for _ in range(25):
            task, anchor = own.sample(tasks, 2)
            await move(database, task, Move(before=anchor.id) if own.random() < 0.5 else Move(after=anchor.id))

    await asyncio.gather(*(wander(seed) for seed in range(16)))
    async with database.connection() as connection:
        keys = await keys_in_order(connection)
        assert sorted(await titles(connection)) == list("abcdefghijkl")
    assert len(set(keys)) == len(keys) == 12


async def test_without_the_room_held_two_moves_find_the_same_gap(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hold_nothing(*_: object) -> None:
        pass

    monkeypatch.setattr(rooms, "hold", hold_nothing)
    async with database.connection() as connection:
        a, b, c, _ = await make(connection, *"abcd")
    first, second = asyncio.Event(), asyncio.Event()

    async def move_when(task: Task, ready: asyncio.Event, done: asyncio.Event) -> str:
        async with database.transaction() as connection:
            before = await writing.hold(connection, task.id, ROOM, with_room=True)
            placed = await order.place(connection, before, Move(before=a.id))
            done.set()
            await ready.wait()
            return placed.position

    found = await asyncio.gather(move_when(b, first, second), move_when(c, second, first))
    assert found[0] == found[1]


async def test_concurrent_creates_number_without_gaps_and_never_share_a_place(database: Database) -> None:
    async def create(title: str) -> Task:
        async with database.transaction() as connection:
            return (await make(connection, title))[0]

    tasks = await asyncio.gather(*(create("t") for _ in range(48)))
    assert sorted(task.number for task in tasks) == list(range(1, 49))
    assert [t.position for t in sorted(tasks, key=lambda t: t.number)] == sorted(t.position for t in tasks)
    assert len({task.position for task in tasks}) == 48


async def test_a_create_that_fails_leaves_no_gap(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as connection:
            await make(connection, "a")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with database.transaction() as connection:
        assert (await make(connection, "b"))[0].number == 1


async def test_crowded_keys_are_spread_out_and_the_order_stays(database: Database) -> None:
    _, moved = await crowd(database, 260)
    assert len(moved.position) > order.LONG
    async with database.transaction() as connection:
        before = await titles(connection)
        rewritten = await order.spread_out(connection, ROOM, moved.position)
        assert await titles(connection) == before
        assert max(map(len, await keys_in_order(connection))) <= 4
        logged = await connection.fetchval("SELECT count(*) FROM changes WHERE actor IS NULL")
    assert rewritten == logged > 0


async def test_keys_are_shortened_while_nobody_else_orders_the_room(database: Database) -> None:
    async with database.connection() as connection:
        (task,) = await make(connection, "a")
    async with asyncio.timeout(30):
        async with database.transaction() as connection:
            await rooms.hold(connection, ROOM)
            shortening = asyncio.create_task(order.make_room(database, task))
            await until_one_waits(connection)
        await shortening


async def test_a_crowd_longer_than_the_reach_ends_between_keys_that_stay(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "_REACH", 3)
    _, moved = await crowd(database, 260)
    async with database.transaction() as connection:
        before = await titles(connection)
        assert await order.spread_out(connection, ROOM, moved.position) <= 4
        assert await titles(connection) == before


async def test_a_page_goes_on_behind_its_last_task_when_keys_were_shortened(database: Database) -> None:
    _, moved = await crowd(database, 100)
    sorts: list[Literal["position", "-position"]] = ["position", "-position"]
    queries = [ListQuery(sort=sort, limit=limit) for sort in sorts for limit in range(1, 8)]
    async with database.transaction() as connection:
        whole = (await listing.list_tasks(connection, ListQuery(), ROOM, ME)).items
        firsts = [await listing.list_tasks(connection, query, ROOM, ME) for query in queries]
        # The last of some page is in the trash by now, and has its place there.
        await discard(connection, whole[3])
        await order.spread_out(connection, ROOM, moved.position)
        for query, first in zip(queries, firsts, strict=True):
            rest = await listing.list_tasks(connection, ListQuery(sort=query.sort, after=first.next), ROOM, ME)
            expected = whole if query.sort == "position" else whole[::-1]
            seen = [task.id for task in first.items + rest.items if task.id != whole[3].id]
            assert seen == [task.id for task in expected if task.id != whole[3].id]


async def test_a_page_goes_on_where_its_last_task_was_if_somebody_moved_it(database: Database) -> None:
    async with database.transaction() as connection:
        _, b, c, d = await make(connection, *"abcd")
        first = await listing.list_tasks(connection, ListQuery(limit=2), ROOM, ME)
    await move(database, b, Move(after=d.id))
    async with database.connection() as connection:
        rest = await listing.list_tasks(connection, ListQuery(after=first.next), ROOM, ME)
        as_before = ListQuery(after=pages.encode(("position", b.position), ROOM))
        assert await listing.list_tasks(connection, as_before, ROOM, ME) == rest
    assert [task.id for task in rest.items] == [c.id, d.id, b.id]


async def test_what_is_in_the_trash_keeps_its_place_when_keys_are_shortened(database: Database) -> None:
    tasks, moved = await crowd(database, 100)
    async with database.transaction() as connection:
        whole = await titles(connection)
        for task in tasks[2:5]:
            await discard(connection, task)
        left = await titles(connection)
        logged = await connection.fetchval("SELECT count(*) FROM changes")
        rewritten = await order.spread_out(connection, ROOM, moved.position)
        assert await titles(connection) == left
        # Nobody sees the trash change.
        assert await connection.fetchval("SELECT count(*) FROM changes") == logged + rewritten
        for task in tasks[2:5]:
            back = await trash.restore(connection, task.id, ROOM, ME)
            assert len(back.position) <= 4
        assert await titles(connection) == whole


async def test_a_key_that_was_shortened_collides_with_an_undo_and_with_no_move(database: Database) -> None:
    """A move says where to; an undo writes the key of before, which tells of another place by now."""
    _, seen = await crowd(database, 260)
    async with database.transaction() as connection:
        await order.spread_out(connection, ROOM, seen.position)
        held = await writing.hold(connection, seen.id, ROOM)
        assert held.position != seen.position
        await merging.refuse_collisions(connection, held, seen.version, ["position", "status"])
        with pytest.raises(Problem, match="conflict"):
            await merging.refuse_collisions(connection, held, seen.version, ["position"], spreads=True)


async def test_a_move_by_somebody_collides_with_a_move(database: Database) -> None:
    async with database.transaction() as connection:
        first, _, seen = await make(connection, *"abc")
    moved = await move(database, seen, Move(before=first.id))
    async with database.transaction() as connection:
        with pytest.raises(Problem, match="conflict"):
            await merging.refuse_collisions(connection, moved, seen.version, ["position"])

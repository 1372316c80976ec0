"""Who takes a right away waits for what was promised to whom it is taken from, and nobody else waits."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg
import msgspec
import pytest

from chassis.database import Connection
from chassis.ids import new_id
from chassis.problems import Problem
from keys import ahead, references
from keys.client import Link, Need, room, task, user
from keys.client import ahead as client
from keys.client.models import ClaimBody
from keys.footings import Footings
from keys.queries import burials, claims, members
from tests.keys.ground import add_room, add_task, add_user, join, refer
from tests.settling import until_one_waits

pytestmark = pytest.mark.usefixtures("passport")

# Found before the one of the system by whoever looks here first: it counts in place of sleeping.
_COUNTING = """
    CREATE TABLE sleeps (seconds double precision);
    CREATE FUNCTION public.pg_sleep(seconds double precision) RETURNS void LANGUAGE sql
        AS 'INSERT INTO public.sleeps VALUES (seconds)';
    SET search_path = public, pg_catalog;
"""
Change = Callable[[Connection, UUID, UUID, UUID], Awaitable[object]]


async def become_viewer(connection: Connection, room_id: UUID, eve: UUID, _link: UUID) -> None:
    await members.set_role(connection, room_id, eve, "viewer", None)


async def leave(connection: Connection, _room: UUID, eve: UUID, link: UUID) -> None:
    await burials.drop(connection, "member", [link], eve)


async def bury_the_room(connection: Connection, room_id: UUID, eve: UUID, _link: UUID) -> None:
    await burials.bury(connection, "room", [room_id], eve)


async def bury_eve(connection: Connection, _room: UUID, eve: UUID, _link: UUID) -> None:
    await burials.bury(connection, "user", [eve], None)


CHANGES = [become_viewer, leave, bury_the_room, bury_eve]


def claim_for(room_id: UUID, eve: UUID) -> ClaimBody:
    made = task(new_id())
    links = [
        Link(relation="in_room", source=made, target=room(room_id)),
        Link(relation="author", source=made, target=user(eve)),
    ]
    return ClaimBody(id=new_id(), nodes=[made], links=links, needs=[Need(action="task.create", on=room(room_id))])


async def promise(connection: Connection, room_id: UUID, eve: UUID) -> list[UUID]:
    made = [claim_for(room_id, eve) for _ in range(3)]
    await ahead.make(connection, made, "tasks", eve, Footings())
    return [claim.id for claim in made]


async def confirm(connection: Connection, made: list[UUID]) -> None:
    await claims.confirm(connection, made, [], None)


async def sleeps(connection: Connection, change: Awaitable[object]) -> int:
    """How often `change` slept, over this connection, that counts it."""
    before = await connection.fetchval("SELECT count(*) FROM sleeps")
    await change
    return int(await connection.fetchval("SELECT count(*) FROM sleeps") - before)


@pytest.mark.parametrize("change", CHANGES)
async def test_who_takes_a_right_away_waits_while_it_is_promised(connection: Connection, change: Change) -> None:
    await connection.execute(_COUNTING)
    eve, ben = await add_user(connection), await add_user(connection)
    room_id = await add_room(connection, owner=ben)
    link = await join(connection, room_id, eve, "editor")
    await promise(connection, room_id, eve)
    assert await sleeps(connection, change(connection, room_id, eve, link)) == 1


async def test_one_statement_waits_once_for_what_is_promised_to_many(connection: Connection) -> None:
    """As where a process has died while many made tasks: all their claims are open until the lease ends."""
    await connection.execute(_COUNTING)
    eve, ben = await add_user(connection), await add_user(connection)
    rooms = [await add_room(connection, owner=eve, editor=ben) for _ in range(2)]
    links = await connection.fetchval("SELECT array_agg(id) FROM links WHERE relation = 'member'")
    for room_id in rooms:
        await promise(connection, room_id, eve)
        await promise(connection, room_id, ben)
    assert await sleeps(connection, burials.bury(connection, "room", rooms, eve)) == 1
    assert await sleeps(connection, burials.drop(connection, "member", links, None)) == 1


@pytest.mark.parametrize("end", [claims.give_up, confirm])
@pytest.mark.parametrize("change", CHANGES)
async def test_a_promise_ends_with_its_claim(
    connection: Connection, change: Change, end: Callable[[Connection, list[UUID]], Awaitable[None]]
) -> None:
    await connection.execute(_COUNTING)
    eve = await add_user(connection)
    room_id = await add_room(connection, owner=await add_user(connection))
    link = await join(connection, room_id, eve, "editor")
    await end(connection, await promise(connection, room_id, eve))
    assert await connection.fetchval("SELECT count(*) FROM claims") == 0
    assert await sleeps(connection, change(connection, room_id, eve, link)) == 0


@pytest.mark.parametrize("change", CHANGES)
async def test_nobody_waits_for_what_is_promised_to_another_or_elsewhere(
    connection: Connection, change: Change
) -> None:
    await connection.execute(_COUNTING)
    eve, ben = await add_user(connection), await add_user(connection)
    room_id, elsewhere = await add_room(connection, owner=ben), await add_room(connection, owner=ben)
    link = await join(connection, room_id, eve, "editor")
    await promise(connection, elsewhere, ben)
    # What is claimed as ever promises nothing.
    await refer(connection, [task(new_id())], [], confirm=False)
    await add_task(connection, room_id, eve)
    assert await sleeps(connection, change(connection, room_id, eve, link)) == 0
    if change in {become_viewer, leave}:
        await promise(connection, room_id, ben)
        assert await sleeps(connection, change(connection, room_id, eve, link)) == 0


async def test_the_wait_is_longer_than_the_promise(connection: Connection) -> None:
    eve = await add_user(connection)
    room_id = await add_room(connection, owner=await add_user(connection))
    await join(connection, room_id, eve, "editor")
    await promise(connection, room_id, eve)
    began = time.monotonic()
    await members.set_role(connection, room_id, eve, "viewer", None)
    assert time.monotonic() - began > client._PROMISED_SECONDS
    source = await connection.fetchval("SELECT prosrc FROM pg_proc WHERE proname = 'outlive_promises'")
    assert float(source.partition("pg_sleep(")[2].partition(")")[0]) > client._PROMISED_SECONDS


@pytest.mark.parametrize("change", CHANGES)
async def test_nothing_is_promised_while_it_is_taken_away(
    connection: Connection, other: Connection, url: str, change: Change
) -> None:
    eve = await add_user(connection)
    room_id = await add_room(connection, owner=await add_user(connection))
    link, watcher = await join(connection, room_id, eve, "editor"), await asyncpg.connect(url)
    async with other.transaction():
        await change(other, room_id, eve, link)
        asked = asyncio.create_task(promise(connection, room_id, eve))
        await until_one_waits(watcher)
    with pytest.raises(Problem) as refused:
        await asked
    assert refused.value.status in {403, 404, 409}
    assert await watcher.fetchval("SELECT count(*) FROM claims") == 0
    await watcher.close()


async def test_only_what_one_right_decides_is_promised(connection: Connection) -> None:
    eve = await add_user(connection)
    room_id, elsewhere = await add_room(connection, owner=eve), await add_room(connection, owner=eve)
    old = task(await add_task(connection, room_id, eve))
    good, there = claim_for(room_id, eve), claim_for(elsewhere, eve)
    bad = [
        there,
        ClaimBody(id=new_id(), nodes=good.nodes, links=there.links, needs=good.needs),
        ClaimBody(id=new_id(), nodes=[task(new_id())], links=[], needs=there.needs),
        ClaimBody(id=new_id(), nodes=[task(new_id())], links=[], needs=[]),
        ClaimBody(id=new_id(), nodes=[task(new_id())], links=[], needs=[*good.needs, *good.needs]),
        ClaimBody(id=new_id(), nodes=[task(new_id())], links=[], needs=good.needs, drops=[new_id()]),
        ClaimBody(
            id=new_id(), nodes=[], links=[Link(relation="author", source=old, target=user(eve))], needs=good.needs
        ),
    ]
    for each in bad:
        with pytest.raises(Problem) as refused:
            await ahead.make(connection, [good, each], "tasks", eve, Footings())
        assert refused.value.status == 422, each
    astray = claim_for(elsewhere, eve)
    for needs in ([], good.needs, [Need(action="task.edit", on=old)]):
        with pytest.raises(Problem) as refused:
            await ahead.make(connection, [msgspec.structs.replace(astray, needs=needs)], "tasks", eve, Footings())
        assert refused.value.status == 422, needs
    at_a_task = ClaimBody(id=new_id(), nodes=[task(new_id())], links=[], needs=[Need(action="task.edit", on=old)])
    with pytest.raises(Problem) as refused:
        await ahead.make(connection, [at_a_task], "tasks", eve, Footings())
    assert refused.value.status == 422
    assert await connection.fetchval("SELECT count(*) FROM claims") == 0
    await ahead.make(connection, [good], "tasks", eve, Footings())
    assert await connection.fetchval("SELECT promised FROM claims") == eve


async def test_what_is_claimed_ahead_is_claimed_as_ever(connection: Connection) -> None:
    """Each by itself: one can be confirmed and another given up."""
    eve = await add_user(connection)
    room_id = await add_room(connection, owner=eve)
    kept, lost, late = await promise(connection, room_id, eve)
    await claims.confirm(connection, [kept], [], None)
    await claims.give_up(connection, [lost])
    rows = await connection.fetch("SELECT claim FROM nodes WHERE type = 'task'")
    assert {row["claim"] for row in rows} == {None, late}
    links = "SELECT claim, count(*) FROM links WHERE source_type = 'task' GROUP BY claim"
    assert {row["claim"]: row["count"] for row in await connection.fetch(links)} == {None: 2, late: 2}


async def test_claims_that_are_given_up_are_all_held_first(
    connection: Connection, other: Connection, url: str
) -> None:
    """Also those after the first, while what one of them made is waited for."""
    eve = await add_user(connection)
    made = await promise(connection, await add_room(connection, owner=eve), eve)
    free = "SELECT count(*) FROM (SELECT FROM claims FOR UPDATE SKIP LOCKED) AS free"

    async def give_up() -> None:
        async with connection.transaction():
            await claims.give_up(connection, made)

    watcher = await asyncpg.connect(url)
    assert await watcher.fetchval(free) == len(made)
    async with other.transaction():
        await other.execute("SELECT FROM links WHERE claim = $1 FOR UPDATE", made[0])
        giving = asyncio.create_task(give_up())
        await until_one_waits(watcher)
        assert await watcher.fetchval(free) == 0
    await giving
    assert await watcher.fetchval("SELECT count(*) FROM claims") == 0
    await watcher.close()


async def test_many_claims_made_ahead_keep_none_from_being_settled(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who repeats a write is answered when it is seen, and that may have been begun after them."""
    monkeypatch.setattr(references, "_OPEN_LIMIT", 2)
    eve = await add_user(connection)
    await promise(connection, await add_room(connection, owner=eve), eve)
    claim = await refer(connection, [task(new_id())], [], confirm=False)
    assert claim in {each.id for each in await references.open_claims(connection, "tasks", 0)}

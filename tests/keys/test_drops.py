"""A reference that an owner takes away goes with its row, or the row stays."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from chassis.database import Connection
from chassis.ids import new_id
from chassis.problems import Problem
from keys import burial, references
from keys.client import Link, task, user
from keys.client.models import ClaimBody
from keys.footings import Footings
from keys.queries import burials, claims
from tests.keys.ground import add_room, add_task, add_user, join, membership, refer
from tests.settling import until_one_waits

pytestmark = pytest.mark.usefixtures("passport")


async def test_what_is_confirmed_in_just_this_moment_is_not_taken_for_gone(
    connection: Connection, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    eve = await add_user(connection)
    room_id = await add_room(connection, owner=eve)
    await join(connection, room_id, other := await add_user(connection), "editor")
    assigned = Link(relation="assignee", source=task(await add_task(connection, room_id, eve)), target=user(other))
    claim, mark_drops = await refer(connection, [], [assigned], confirm=False), claims.mark_drops

    async def confirmed_next(*args: Any) -> set[UUID]:
        marked = await mark_drops(*args)
        elsewhere = await asyncpg.connect(url)
        await claims.confirm(elsewhere, [claim], [], None)
        await elsewhere.close()
        return marked

    monkeypatch.setattr(claims, "mark_drops", confirmed_next)
    body = ClaimBody(id=new_id(), nodes=[], links=[], needs=[], drops=[assigned.id])
    with pytest.raises(Problem) as refused:
        async with connection.transaction():
            await references.make(connection, body, "tasks", eve, Footings())
    assert refused.value.code == "pending"


async def test_of_two_that_drop_a_link_at_once_one_does(connection: Connection, other: Connection, url: str) -> None:
    eve = await add_user(connection)
    task_id = await add_task(connection, await add_room(connection, owner=eve), eve, eve)
    link = await connection.fetchval("SELECT id FROM links WHERE relation = 'assignee' AND source_id = $1", task_id)
    first, second = [ClaimBody(id=new_id(), nodes=[], links=[], needs=[], drops=[link]) for _ in range(2)]

    async def make(over: Connection, body: ClaimBody) -> None:
        async with over.transaction():
            await references.make(over, body, "tasks", eve, Footings())

    watcher = await asyncpg.connect(url)
    async with asyncio.timeout(30):
        async with other.transaction():
            await make(other, first)
            asked = asyncio.create_task(make(connection, second))
            await until_one_waits(watcher)
        with pytest.raises(Problem) as refused:
            await asked
    assert refused.value.code == "pending"
    assert await watcher.fetchval("SELECT dropping FROM links WHERE id = $1", link) == first.id
    await watcher.close()


async def test_what_is_pending_is_dropped_by_nobody(connection: Connection) -> None:
    """Its row may come yet, and would have no link."""
    eve, other = await add_user(connection), await add_user(connection)
    room_id = await add_room(connection, owner=eve)
    assigned = Link(relation="assignee", source=task(await add_task(connection, room_id, eve)), target=user(eve))
    for link in (assigned, membership(room_id, other, "editor")):
        claim = await refer(connection, [], [link], confirm=False)
        await burials.drop(connection, link.relation, [link.id], None)
        await claims.confirm(connection, [claim], [], None)
        assert await connection.fetchval("SELECT dropped_at IS NULL FROM links WHERE id = $1", link.id)


async def test_a_service_makes_and_takes_away_what_is_of_its_own_rows_alone(connection: Connection) -> None:
    eve = await add_user(connection)
    task_id = await add_task(connection, await add_room(connection, owner=eve), eve, eve)
    find = "SELECT id FROM links WHERE relation = 'assignee' AND source_id = $1"
    link = await connection.fetchval(find, task_id)
    member = await connection.fetchval("SELECT id FROM links WHERE relation = 'member'")
    # Who leaves a room goes another way.
    for owner, each in (("rooms", link), ("users", member)):
        dropping = ClaimBody(id=new_id(), nodes=[], links=[], needs=[], drops=[each])
        async with connection.transaction():
            await references.make(connection, dropping, owner, eve, Footings())
            await claims.confirm(connection, [dropping.id], [], None)
    links = await connection.fetch("SELECT id FROM links WHERE dropped_at IS NULL")
    assert {link, member} <= {row["id"] for row in links}
    making = ClaimBody(id=new_id(), nodes=[task(new_id())], links=[], needs=[])
    for refused in (
        references.make(connection, making, "rooms", eve, Footings()),
        burial.bury_own(connection, task(task_id), "rooms"),
        # An account goes in its own name alone, by the rule of the last owner.
        burial.bury_own(connection, user(eve), "users"),
    ):
        with pytest.raises(Problem) as raised:
            await refused
        assert raised.value.code == "not_the_owner"

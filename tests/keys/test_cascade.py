"""What was buried or dropped is drained by pages, in turns, and past what somebody else holds."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from chassis.database import Connection, Database
from keys import burial, cascade
from keys.client import Link, room, task, user
from keys.queries import burials, claims, draining
from tests.keys.ground import add_room, add_task, add_user, join, refer

pytestmark = pytest.mark.usefixtures("passport")

_IS_ASSIGNED = "SELECT EXISTS (SELECT FROM links WHERE relation = 'assignee' AND via = $1)"
_LEFT = "SELECT count(*) FROM nodes WHERE buried_at IS NOT NULL AND drained_at IS NULL"


async def bury_a_room(connection: Connection, tasks: int) -> list[UUID]:
    """With so many tasks, which are returned."""
    ada = await add_user(connection)
    room_id = await add_room(connection, owner=ada)
    made = [await add_task(connection, room_id, ada, ada) for _ in range(tasks)]
    await burial.bury_own(connection, room(room_id), "rooms")
    return made


async def test_a_room_of_many_tasks_takes_few_transactions(connection: Connection, database: Database) -> None:
    await bury_a_room(connection, tasks=100)
    assert await cascade.drain(database) < 20
    await cascade.drain(database)
    assert await connection.fetchval(_LEFT) == 0
    assert await connection.fetchval("SELECT count(*) FROM links") == 0


async def test_who_leaves_does_not_wait_for_the_burials_of_others(
    connection: Connection, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bury_a_room(connection, tasks=50)
    ada, eve = await add_user(connection), await add_user(connection)
    room_id = await add_room(connection, owner=ada)
    membership = await join(connection, room_id, eve, "editor")
    await add_task(connection, room_id, ada, eve)
    await burials.drop(connection, "member", [membership], eve)
    links_of, assigned = draining.links_of, list[bool]()

    async def noting(*args: Any) -> Any:
        assigned.append(await connection.fetchval(_IS_ASSIGNED, membership))
        return await links_of(*args)

    monkeypatch.setattr(draining, "links_of", noting)
    await cascade.drain(database)
    assert len(assigned) > 2
    assert not any(assigned[1:])


async def test_a_cascade_passes_over_a_link_that_somebody_holds(connection: Connection, database: Database) -> None:
    """Waiting for it while it holds others, it could be waited for in a circle."""
    await bury_a_room(connection, tasks=3)
    async with connection.transaction():
        await connection.execute("SELECT FROM links WHERE relation = 'author' LIMIT 1 FOR UPDATE")
        await cascade.drain(database)
        assert await connection.fetchval("SELECT count(*) FROM links WHERE relation = 'author'") == 1
    await cascade.drain(database)
    await cascade.drain(database)
    assert await connection.fetchval(_LEFT) == 0


async def test_who_left_is_forgotten_when_what_was_just_being_assigned_to_them_has_come_and_gone(
    connection: Connection, database: Database
) -> None:
    """What is pending is left until its claim is settled, and not asked for again and again."""
    ada, eve = await add_user(connection), await add_user(connection)
    room_id = await add_room(connection, owner=ada)
    left = await join(connection, room_id, eve, "editor")
    assigned = Link(relation="assignee", source=task(await add_task(connection, room_id, ada)), target=user(eve))
    claim = await refer(connection, [], [assigned], confirm=False)
    await burials.drop(connection, "member", [left], eve)
    async with asyncio.timeout(20):
        await cascade.drain(database)
    assert await connection.fetchval(_IS_ASSIGNED, left)
    await claims.confirm(connection, [claim], [], None)
    await cascade.drain(database)
    assert await connection.fetchval("SELECT op FROM changes WHERE entity_id = $1", assigned.id) == "dropped"
    assert not await connection.fetchval("SELECT EXISTS (SELECT FROM links WHERE id = $1)", left)

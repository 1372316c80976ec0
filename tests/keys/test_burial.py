"""What a burial refuses, and what it takes along at once, before anything is drained."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from chassis.database import Connection, Database
from chassis.ids import new_id
from chassis.problems import Problem
from keys import burial, cascade, rights
from keys.client import Link, Need, room, task, user
from keys.queries import burials, claims, standings
from tests.keys.ground import add_room, add_task, add_user, join, membership, refer
from tests.settling import until_one_waits

pytestmark = pytest.mark.usefixtures("passport")

_BURIED = "SELECT buried_at IS NOT NULL FROM nodes WHERE id = $1"


async def test_a_room_goes_with_the_last_of_two_owners_who_delete_their_accounts(connection: Connection) -> None:
    ada, eve = await add_user(connection), await add_user(connection)
    room_id = await add_room(connection, owner=ada)
    await join(connection, room_id, eve, "owner")
    for each in (ada, eve):
        await burial.bury(connection, user(each), [], each)
    assert await connection.fetchval(_BURIED, room_id)


async def test_the_last_owner_stays_while_there_are_others(connection: Connection) -> None:
    ada, eve = await add_user(connection), await add_user(connection)
    room_id = await add_room(connection, owner=ada, viewer=eve)
    with pytest.raises(Problem) as caught:
        await burial.bury(connection, user(ada), [], ada)
    assert (caught.value.code, caught.value.more) == ("last_owner", {"rooms": [room_id]})


async def test_what_a_claim_hides_cannot_be_buried(connection: Connection) -> None:
    """Its row may be there already: buried in vain and its row gone, it would come back when the claim is settled."""
    ada, made = await add_user(connection), room(new_id())
    await refer(connection, [made], [membership(made.id, ada, "owner")], confirm=False)
    with pytest.raises(Problem) as caught:
        await burial.bury_own(connection, made, "rooms")
    assert caught.value.code == "pending"


async def test_an_account_waits_for_a_room_that_is_just_being_made(connection: Connection) -> None:
    """Else the room would be there, with nobody in it, as soon as its claim is settled."""
    ada, made = await add_user(connection), room(new_id())
    claim = await refer(connection, [made], [membership(made.id, ada, "owner")], confirm=False)
    with pytest.raises(Problem) as caught:
        await burial.bury(connection, user(ada), [], ada)
    assert (caught.value.code, caught.value.headers) == ("pending", {"Retry-After": "1"})
    assert not await connection.fetchval(_BURIED, ada)
    await claims.confirm(connection, [claim], [], None)
    await burial.bury(connection, user(ada), [], ada)
    assert await connection.fetchval(_BURIED, made.id)


async def test_what_shows_before_it_is_confirmed_can_be_buried_and_stays_so(connection: Connection) -> None:
    ada = user(new_id())
    claim = await refer(connection, [ada], [], confirm=False)
    await burial.bury(connection, ada, [], ada.id)
    await claims.confirm(connection, [claim], [], None)
    assert await connection.fetchval(_BURIED, ada.id)


async def test_an_assignment_gives_nothing_to_who_left_and_came_back(connection: Connection) -> None:
    ada, eve = await add_user(connection), await add_user(connection)
    room_id = await add_room(connection, owner=ada)
    membership = await join(connection, room_id, eve, "contributor")
    task_id = await add_task(connection, room_id, ada, eve)
    need = Need(action="task.move", on=task(task_id))
    await rights.require(connection, [need], eve)
    await burials.drop(connection, "member", [membership], ada)
    await join(connection, room_id, eve, "contributor")
    with pytest.raises(Problem) as caught:
        await rights.require(connection, [need], eve)
    assert caught.value.status == 403
    assert await standings.assignees(connection, task_id) == []


async def test_what_went_just_now_stands_in_nobodys_way(
    connection: Connection, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told that it is so already, the owner would answer that the task is assigned, and nobody would have it."""
    ada = await add_user(connection)
    room_id = await add_room(connection, owner=ada)
    task_id = await add_task(connection, room_id, ada, ada)
    make_claims = claims.make_claims

    async def open_and_then_it_goes(*args: Any) -> set[UUID] | None:
        made = await make_claims(*args)
        async with database.connection() as other:
            await other.execute("DELETE FROM links WHERE relation = 'assignee'")
        return made

    monkeypatch.setattr(claims, "make_claims", open_and_then_it_goes)
    with pytest.raises(Problem) as caught:
        await refer(connection, [], [Link(relation="assignee", source=task(task_id), target=user(ada))])
    assert caught.value.code == "pending"


async def test_a_cascade_waits_for_what_shows_before_its_row_has_come(
    connection: Connection, database: Database
) -> None:
    """The owner would be told that the task is gone, have none, and then write its row."""
    ada = await add_user(connection)
    room_id, made = await add_room(connection, owner=ada), task(new_id())
    in_room = Link(relation="in_room", source=made, target=room(room_id))
    claim = await refer(connection, [made], [in_room], confirm=False)
    await burial.bury_own(connection, room(room_id), "rooms")
    await cascade.drain(database)
    assert not await connection.fetchval(_BURIED, made.id)
    await claims.confirm(connection, [claim], [], None)
    await cascade.drain(database)
    assert await connection.fetchval(_BURIED, made.id)


async def test_a_room_that_somebody_is_just_entering_is_in_use(connection: Connection, other: Connection) -> None:
    ada, eve = await add_user(connection), await add_user(connection)
    room_id = await add_room(connection, owner=ada)
    needs = [Need(action="room.delete", on=room(room_id))]
    async with other.transaction():
        await join(other, room_id, eve, "viewer")
        burying = asyncio.create_task(burial.bury(connection, room(room_id), needs, ada, unused=True))
        await until_one_waits(other)
    with pytest.raises(Problem) as caught:
        await burying
    assert caught.value.code == "in_use"
    assert not await connection.fetchval(_BURIED, room_id)

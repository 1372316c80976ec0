"""What a burial refuses, and what it takes along at once, before anything is drained."""

from typing import Any
from uuid import UUID

import pytest

from chassis.database import Connection, Database
from chassis.ids import new_id
from chassis.problems import Problem
from keys import burial, rights
from keys.client import Link, Need, task, user
from keys.queries import burials, standings
from keys.queries import references as queries
from tests.keys.ground import add_room, add_task, add_user, join, refer

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


async def test_what_is_just_coming_cannot_be_buried(connection: Connection) -> None:
    """Its row may be there already: buried in vain and its row gone, it would come back when the claim is settled."""
    ada = await add_pending_user(connection)
    with pytest.raises(Problem) as caught:
        await burial.bury(connection, user(ada), [], ada)
    assert caught.value.code == "pending"


async def add_pending_user(connection: Connection) -> UUID:
    made = user(new_id())
    await refer(connection, [made], [], confirm=False)
    return made.id


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
    insert = queries.insert_links

    async def insert_and_then_it_goes(*args: Any) -> set[UUID]:
        made = await insert(*args)
        async with database.connection() as other:
            await other.execute("DELETE FROM links WHERE relation = 'assignee'")
        return made

    monkeypatch.setattr(queries, "insert_links", insert_and_then_it_goes)
    with pytest.raises(Problem) as caught:
        await refer(connection, [], [Link(relation="assignee", source=task(task_id), target=user(ada))])
    assert caught.value.code == "pending"

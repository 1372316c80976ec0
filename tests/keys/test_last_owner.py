"""Who counts as another owner or member of a room: nobody who is just coming or going."""

from itertools import product
from uuid import UUID

import pytest

from chassis.database import Connection
from chassis.problems import Problem
from keys import burial, membership
from keys.client import user
from keys.queries import burials
from tests.keys import ground

pytestmark = pytest.mark.usefixtures("passport")

_BURIED = "SELECT buried_at IS NOT NULL FROM nodes WHERE id = $1"


async def leave(connection: Connection, room_id: UUID, who: UUID) -> None:
    await membership.remove(connection, room_id, who, who, None)


async def step_down(connection: Connection, room_id: UUID, who: UUID) -> None:
    await membership.set_role(connection, room_id, who, "viewer", who, None)


async def delete_account(connection: Connection, _room: UUID, who: UUID) -> None:
    await burial.bury(connection, user(who), [], who)


async def put(connection: Connection, room_id: UUID, eve: UUID, state: str, role: str) -> None:
    """Makes of Eve what nobody has confirmed yet, or drained."""
    link = ground.membership(room_id, eve, role)  # type: ignore[arg-type]
    await ground.refer(connection, [], [link], confirm=state != "coming")
    if state == "left":
        await burials.drop(connection, "member", [link.id], None)
    if state == "deleted":
        await burials.bury(connection, "user", [eve], eve)


@pytest.mark.parametrize("state", ["coming", "left", "deleted"])
async def test_who_is_just_coming_or_going_is_no_other_owner(connection: Connection, state: str) -> None:
    ada, ben, eve = [await ground.add_user(connection) for _ in range(3)]
    room_id = await ground.add_room(connection, owner=ada, viewer=ben)
    await put(connection, room_id, eve, state, "owner")
    for act in (leave, step_down, delete_account):
        with pytest.raises(Problem) as refused:
            await act(connection, room_id, ada)
        assert refused.value.code == "last_owner"


async def test_a_room_goes_with_its_last_member_though_others_are_just_going(connection: Connection) -> None:
    for state, act in product(("left", "deleted"), (leave, delete_account)):
        ada, eve = await ground.add_user(connection), await ground.add_user(connection)
        room_id = await ground.add_room(connection, owner=ada)
        await put(connection, room_id, eve, state, "viewer")
        await act(connection, room_id, ada)
        assert await connection.fetchval(_BURIED, room_id)


async def test_an_account_goes_while_a_room_of_its_own_is_just_going(connection: Connection) -> None:
    ada = await ground.add_user(connection)
    await burials.bury(connection, "room", [await ground.add_room(connection, owner=ada)], ada)
    await burial.bury(connection, user(ada), [], ada)
    assert await connection.fetchval(_BURIED, ada)


async def test_who_is_just_joining_is_not_removed_in_vain(connection: Connection) -> None:
    """Told that it is done, nobody would ask again, and they would be a member a moment later."""
    ada, eve = await ground.add_user(connection), await ground.add_user(connection)
    room_id = await ground.add_room(connection, owner=ada)
    await put(connection, room_id, eve, "coming", "viewer")
    with pytest.raises(Problem) as refused:
        await membership.remove(connection, room_id, eve, ada, None)
    assert refused.value.status == 404

"""What changes of members, and the burial of an account, make of each other when both are under way."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest

from chassis.database import Connection
from chassis.ids import new_id
from keys.client import room
from keys.queries import burials, claims, members
from tests.keys.ground import membership, refer
from tests.seeds import add_member, add_room, add_user
from tests.settling import until_one_waits
from tests.system import Reply, System

pytestmark = pytest.mark.usefixtures("passport")

_ROLES = """
    SELECT source_id, role
    FROM links
    WHERE relation = 'member' AND target_id = $1 AND dropped_at IS NULL
"""


@pytest.fixture
async def own(system: System) -> AsyncIterator[Connection]:
    """A connection of the test's own to the database of the service: what it holds, the service waits for."""
    connection = await asyncpg.connect(system.databases["keys"])
    yield connection
    await connection.close()


async def roles_in(own: Connection, room_id: UUID) -> dict[UUID, str]:
    return {row["source_id"]: row["role"] for row in await own.fetch(_ROLES, room_id)}


async def bring_in(system: System, room_id: UUID, user_id: UUID, role: str, by: UUID) -> Reply:
    body = {"user_id": str(user_id), "role": role}
    return await system.call("keys", "POST", f"/internal/rooms/{room_id}/members", user=by, json=body)


async def set_role(system: System, room_id: UUID, user_id: UUID, role: str, by: UUID) -> Reply:
    path = f"/internal/rooms/{room_id}/members/{user_id}"
    return await system.call("keys", "PUT", path, user=by, json={"role": role})


async def leave(system: System, room_id: UUID, user_id: UUID) -> Reply:
    return await system.call("keys", "DELETE", f"/v1/rooms/{room_id}/members/{user_id}", user=user_id)


async def delete_account(system: System, user_id: UUID) -> Reply:
    body = {"node": {"type": "user", "id": str(user_id)}, "needs": []}
    return await system.call("keys", "POST", "/internal/nodes/bury", user=user_id, sender="users", json=body)


@pytest.mark.parametrize("is_member", [True, False])
async def test_an_account_stays_that_came_to_own_a_room_while_it_went(
    system: System, own: Connection, is_member: bool
) -> None:
    ada, eve = await add_user(system), await add_user(system)
    room_id, alone = await add_room(system, ada), await add_room(system, eve)
    viewer = await add_member(system, room_id, "viewer")
    if is_member:
        assert (await bring_in(system, room_id, eve, "admin", ada)).status == 201
    async with own.transaction():
        await members.hold_rooms(own, [alone])
        going = asyncio.create_task(delete_account(system, eve))
        await until_one_waits(own)
        change = set_role if is_member else bring_in
        assert (await change(system, room_id, eve, "owner", ada)).status in {200, 201}
        assert (await leave(system, room_id, ada)).status == 204
    reply = await going
    assert (reply.status, reply.code, reply.headers.get("Retry-After")) == (409, "pending", "1")
    assert (await delete_account(system, eve)).code == "last_owner"
    assert await roles_in(own, room_id) == {eve: "owner", viewer: "viewer"}
    assert await roles_in(own, alone) == {eve: "owner"}


async def test_nobody_becomes_an_owner_whose_account_is_just_going(system: System, own: Connection) -> None:
    ada, eve = await add_user(system), await add_user(system)
    room_id = await add_room(system, ada)
    await bring_in(system, room_id, eve, "admin", ada)
    async with own.transaction():
        await burials.bury(own, "user", [eve], eve)
        making = asyncio.create_task(set_role(system, room_id, eve, "owner", ada))
        await until_one_waits(own)
    assert (await making).status == 404
    assert (await leave(system, room_id, ada)).status == 204


async def test_an_account_waits_for_a_room_whose_claim_was_made_while_it_went(
    system: System, own: Connection
) -> None:
    """The claim holds the account until it is committed, and what it makes was not there to be found before."""
    ada, made = await add_user(system), room(new_id())
    async with own.transaction():
        claim = await refer(own, [made], [membership(made.id, ada, "owner")], confirm=False)
        going = asyncio.create_task(delete_account(system, ada))
        await until_one_waits(own)
    assert (await going).code == "pending"
    await claims.confirm(own, [claim], [], None)
    assert (await delete_account(system, ada)).status == 204
    assert await own.fetchval("SELECT buried_at IS NOT NULL FROM nodes WHERE id = $1", made.id)


async def test_who_is_just_joining_is_no_member_already(system: System, own: Connection) -> None:
    """Their row may never come: told that they are a member already, nobody would ask again."""
    ada, eve = await add_user(system), await add_user(system)
    room_id = await add_room(system, ada)
    claim = await refer(own, [], [membership(room_id, eve, "viewer")], confirm=False)
    reply = await bring_in(system, room_id, eve, "editor", ada)
    assert (reply.status, reply.code, reply.headers.get("Retry-After")) == (409, "pending", "1")
    await claims.confirm(own, [claim], [], None)
    assert (await bring_in(system, room_id, eve, "editor", ada)).code == "already_member"

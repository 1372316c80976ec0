"""An account is a node of Keys: made before its row, buried before its row goes."""

from uuid import UUID

import asyncpg
import msgspec

from chassis.ids import new_id
from keys.client.models import ClaimBody, Link, room, user
from tests.system import Reply, System
from tests.users.people import PASSWORD, Person, login, refresh, register


async def test_a_new_account_can_be_a_member_at_once(system: System, ada: Person) -> None:
    eve = await register(system)
    room_id = await _open_room(ada)
    assert (await _add(ada, room_id, eve.id, "editor")).status == 201


async def test_the_last_owner_of_a_shared_room_cannot_go(system: System, ada: Person) -> None:
    eve = await register(system)
    room_id = await _open_room(ada)
    await _add(ada, room_id, eve.id, "editor")
    reply = await ada.call("DELETE", "/v1/me")
    assert (reply.status, reply.code, reply.json()["rooms"]) == (409, "last_owner", [str(room_id)])
    assert (await ada.call("GET", "/v1/me")).status == 200
    assert (await refresh(system, ada.refresh_token)).status == 200
    assert (
        await _call_keys(ada, "PUT", f"/internal/rooms/{room_id}/members/{eve.id}", {"role": "owner"})
    ).status == 200
    assert (await ada.call("DELETE", "/v1/me")).status == 204
    assert (await login(system, ada.email)).status == 401


async def test_a_deleted_account_can_be_referred_to_no_more(system: System, ada: Person) -> None:
    eve = await register(system)
    room_id = await _open_room(ada)
    assert (await eve.call("DELETE", "/v1/me")).status == 204
    assert (await _add(ada, room_id, eve.id, "editor")).status == 404


async def test_a_refused_registration_leaves_no_node(system: System, ada: Person) -> None:
    keys = await asyncpg.connect(system.databases["keys"])
    try:
        before = await keys.fetchval("SELECT count(*) FROM nodes WHERE type = 'user'")
        body = {"email": ada.email, "name": "Eve", "password": PASSWORD}
        assert (await system.call("users", "POST", "/v1/auth/register", json=body)).status == 409
        assert await keys.fetchval("SELECT count(*) FROM nodes WHERE type = 'user'") == before
    finally:
        await keys.close()


async def _open_room(person: Person) -> UUID:
    """As the rooms service would, with `person` as its owner."""
    room_id, claim = new_id(), new_id()
    owner = Link(relation="member", source=user(person.id), target=room(room_id), role="owner")
    body = ClaimBody(id=claim, nodes=[room(room_id)], links=[owner], needs=[])
    made = await _call_keys(person, "POST", "/internal/claims", msgspec.to_builtins(body), sender="rooms")
    assert made.status == 204, made.body
    await _call_keys(person, "POST", f"/internal/claims/{claim}/confirm", sender="rooms")
    return room_id


async def _add(person: Person, room_id: UUID, user_id: UUID, role: str) -> Reply:
    body = {"user_id": str(user_id), "role": role}
    return await _call_keys(person, "POST", f"/internal/rooms/{room_id}/members", body)


async def _call_keys(
    person: Person, method: str, path: str, body: object = None, *, sender: str = "gateway"
) -> Reply:
    return await person.system.call("keys", method, path, user=person.id, sender=sender, json=body)

"""People and rooms for tests of one service: told to Keys as their owners would tell them, without the owners."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from chassis.ids import new_id
from keys.client import Grant, Link, Node, Role, room, user
from keys.client.grants import HEADER, grant_seal
from keys.client.models import ClaimBody, expiry
from tests.system import SECRETS, System

_grants = grant_seal(SECRETS["TASKSYNC_GRANT_SECRET"])


async def refer(system: System, owner: str, nodes: Sequence[Node], links: Sequence[Link], by: UUID | None) -> None:
    """Makes `nodes` and `links` in Keys, as the service `owner` does with a row of its own."""
    claim = ClaimBody(id=new_id(), nodes=list(nodes), links=list(links), needs=[])
    path = "/internal/claims"
    body: dict[str, Any] = {"data": msgspec.json.encode(claim), "headers": {"Content-Type": "application/json"}}
    made = await system.call("keys", "POST", path, user=by, sender=owner, **body)
    assert made.status < 300, made.body
    confirmed = await system.call("keys", "POST", f"{path}/{claim.id}/confirm", user=by, sender=owner)
    assert confirmed.status < 300, confirmed.body


async def add_user(system: System) -> UUID:
    id_ = new_id()
    await refer(system, "users", [user(id_)], [], None)
    return id_


async def add_room(system: System, owner: UUID) -> UUID:
    id_ = new_id()
    await refer(system, "rooms", [room(id_)], [_membership(owner, id_, "owner")], owner)
    return id_


async def add_member(system: System, room_id: UUID, role: Role) -> UUID:
    """A new user with `role` in the room."""
    id_ = await add_user(system)
    await refer(system, "rooms", [], [_membership(id_, room_id, role)], id_)
    return id_


def grant(user_id: UUID, *rooms: UUID, actions: tuple[str, ...] = ("room.view", "trash.view")) -> dict[str, str]:
    """The header with which the gateway hands a right to read on. It was decided on all that will ever happen."""
    sealed = Grant(user=user_id, actions=actions, rooms=rooms, snapshot=f"{2**62}:{2**62}:", expires=expiry())
    return {HEADER: _grants.seal(sealed)}


def _membership(user_id: UUID, room_id: UUID, role: Role) -> Link:
    return Link(relation="member", source=user(user_id), target=room(room_id), role=role)

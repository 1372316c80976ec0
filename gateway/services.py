"""The services behind the gateway, and the one question that a view asks of Keys."""

from typing import NamedTuple
from uuid import UUID

import msgspec
from quart import current_app

from chassis.peers import Peer
from gateway import timings
from keys.client import Node, Role
from keys.client.grants import HEADER as GRANT_HEADER

EXTENSION = "tasksync.services"


class Services(NamedTuple):
    users: Peer
    rooms: Peer
    tasks: Peer
    keys: Peer

    def named(self, name: str) -> Peer:
        peer: Peer = getattr(self, name)
        return peer


class MemberRow(msgspec.Struct, frozen=True):
    """A membership, as Keys has it: without a name."""

    user_id: UUID
    role: Role
    since: msgspec.Raw
    version: int


class MemberRows(msgspec.Struct, frozen=True):
    items: list[MemberRow]
    next: str | None


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What Keys says of the caller and a node."""

    room_id: UUID
    role: Role
    actions: list[str]
    grant: str
    stamp: str
    members: MemberRows | None = None
    assignees: list[UUID] | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The grant, for the owners of the parts."""
        return {GRANT_HEADER: self.grant}


class MembershipRow(msgspec.Struct, frozen=True):
    room_id: UUID
    role: Role


class MembershipRows(msgspec.Struct, frozen=True):
    """A page of the caller's rooms, with the grant to see them."""

    items: list[MembershipRow]
    next: str | None
    grant: str

    @property
    def headers(self) -> dict[str, str]:
        return {GRANT_HEADER: self.grant}


def current_services() -> Services:
    services: Services = current_app.extensions[EXTENSION]
    return services


async def look(on: Node, *actions: str, members: dict[str, object] | None = None, assignees: bool = False) -> Look:
    """Asks Keys. Raises Refused with 404 or 403; the first of `actions` must be the caller's right."""
    body = {"actions": actions, "on": on, "members": members, "assignees": assignees}
    keys = current_services().keys
    with timings.part("access"):
        answer = await keys.call("POST", "/internal/looks", body=msgspec.json.encode(body), is_read=True)
    return keys.decode(answer, Look)


async def memberships(limit: int, after: str | None) -> MembershipRows:
    """The caller's rooms, a page of them."""
    params = {"limit": str(limit), **({"after": after} if after is not None else {})}
    keys = current_services().keys
    with timings.part("access"):
        answer = await keys.call("GET", "/internal/memberships", params=params)
    return keys.decode(answer, MembershipRows)

"""What Keys takes and answers beside the words it shares with its callers (keys.client)."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from chassis.bodies import Body
from chassis.pages import Cursor, Limit
from chassis.undo import Undo
from keys.client.models import Node, Role

FIRST = UUID(int=0)


class PageQuery(Body):
    """One page of a list."""

    limit: Limit = 50
    after: Cursor | None = None


class MembersWanted(Body):
    """Which page of the members a look brings."""

    limit: Limit = 50
    after: Cursor | None = None


class LookBody(Body):
    """A look at `on`: the first of `actions` must be the caller's right; the grant names all held ones."""

    actions: Annotated[list[str], msgspec.Meta(min_length=1, max_length=8)]
    on: Node
    members: MembersWanted | None = None
    assignees: bool = False


class MemberLink(msgspec.Struct, frozen=True):
    """A membership: one user in one room."""

    user_id: UUID
    role: Role
    since: datetime
    version: int


class MemberLinkPage(msgspec.Struct, frozen=True):
    """A page of members, in the order in which they came."""

    items: list[MemberLink]
    next: str | None


class Look(msgspec.Struct, frozen=True):
    """All that a view needs of Keys. `actions` are the caller's there; `grant` is for the owners of the parts;
    the view that is made of it now may be remembered under `stamp`."""

    room_id: UUID
    role: Role
    actions: list[str]
    grant: str
    stamp: str
    members: MemberLinkPage | None = None
    assignees: list[UUID] | None = None


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """How somebody stands in a room."""

    room_id: UUID
    user: UUID


class Standings(msgspec.Struct, frozen=True):
    """To each question in turn, the role, null for no member, and the room's stamp."""

    items: list[tuple[Role | None, str]]


class Membership(msgspec.Struct, frozen=True):
    """A membership as its user sees it."""

    room_id: UUID
    role: Role
    since: datetime


class MembershipPage(msgspec.Struct, frozen=True):
    """A page of the caller's memberships, with the grant to see these rooms."""

    items: list[Membership]
    next: str | None
    grant: str


class LinkRole(Body):
    """The role that a member gets."""

    role: Role


class MemberCount(msgspec.Struct, frozen=True):
    """How many members a room has, counted up to a bound."""

    members: int


class NewMemberLink(Body):
    """Somebody to bring in. `user` is the profile to show: so the answer that is kept for a repetition is whole."""

    user_id: UUID
    role: Role
    user: Any = None


class NamedMember(msgspec.Struct, frozen=True):
    """A membership with the profile of its user."""

    user: Any
    role: Role
    since: datetime
    version: int


class UndoMember(Undo):
    """Which change of a member to take back. `user` as in NewMemberLink."""

    user: Any = None


class MemberResult(msgspec.Struct, frozen=True):
    """What an undo made of a member; null where it took it away."""

    member: NamedMember | None


class MemberResults(msgspec.Struct, frozen=True):
    """As for other undone writes, a list."""

    results: list[MemberResult]


class AccessQuery(Body):
    """About whom (default: the caller) and which action."""

    action: Annotated[str, msgspec.Meta(max_length=64, description="An action, as `GET /v1/roles` lists them.")]
    user: UUID | None = None


class Explanation(msgspec.Struct, frozen=True):
    """Whether `user` may do `action` in the room, and which link or rule decided it."""

    user: UUID
    action: str
    allowed: bool
    role: Role | None
    decided_by: str
    only_if: str | None = None


class ClaimsQuery(Body):
    """Which claims of the asking service: those made so many seconds ago, or longer."""

    older_than: Annotated[float, msgspec.Meta(ge=0)]


class OpenClaim(msgspec.Struct, frozen=True):
    """A claim that is neither confirmed nor given up; `expired` when its lease is over."""

    id: UUID
    expired: bool


class OpenClaims(msgspec.Struct, frozen=True):
    """The oldest first, and last those made ahead; not all, if there are many."""

    items: list[OpenClaim]

"""The words of Keys that its callers share with it."""

import time
from typing import Literal, get_args
from uuid import UUID

import msgspec

from chassis.bodies import Body
from chassis.ids import new_id
from chassis.seals import Sealed

# Each has the rights of those behind it.
Role = Literal["owner", "admin", "editor", "contributor", "viewer"]
NodeType = Literal["user", "room", "task", "comment"]
Relation = Literal["member", "in_room", "on_task", "assignee", "author"]


class Node(msgspec.Struct, frozen=True):
    """One row of some service that others refer to."""

    type: NodeType
    id: UUID


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A reference from one node to another. `id` tells this link from a later one between the same two."""

    relation: Relation
    source: Node
    target: Node
    role: Role | None = None
    id: UUID = msgspec.field(default_factory=new_id)

    @property
    def version(self) -> int:
        """The first one. That of a membership is the millisecond of its id, so it is none of one before it."""
        return self.id.int >> 80 if self.relation == "member" else 1


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """A right that must hold: `user` (None: the caller) may do `action` on `on`, and may grant `grants` if given.

    With `membership` they must be a member by that one still, and not by another since.
    """

    action: str
    on: Node
    user: UUID | None = None
    grants: Role | None = None
    membership: UUID | None = None


class ClaimBody(Body):
    """Body of `POST /internal/claims`."""

    id: UUID
    nodes: list[Node]
    links: list[Link]
    needs: list[Need]
    drops: list[UUID] = msgspec.field(default_factory=list)


class Shown(msgspec.Struct):
    """Answer to a claim that shows already, as nobody else can name what is new in it before its row comes; else 204.

    Views of `room_id`, the room that is written in, are not remembered until it is confirmed.
    """

    room_id: UUID | None


class Access(msgspec.Struct, frozen=True):
    """What a check found: the room it was about, the role, and the membership, which an older Keys leaves out."""

    room_id: UUID
    role: Role
    membership: UUID | None = None


# The `pg_snapshot` of before the first transaction.
NOTHING_SEEN = "1:1:"


class Grant(Sealed, frozen=True, kw_only=True):
    """Proof that `user` may do `actions` in `rooms` now; `versions` are those of the memberships it stands on.

    `snapshot` is what Keys saw when it decided: who has heard of a later change to them refuses the grant. `role` is
    that in the room, where it is for one; an older Keys leaves it out.
    """

    user: UUID
    actions: tuple[str, ...]
    rooms: tuple[UUID, ...]
    versions: tuple[int, ...] = ()
    snapshot: str = NOTHING_SEEN
    role: Role | None = None

    @property
    def standing(self) -> set[tuple[UUID, int]]:
        """Each room with the version of the membership there."""
        return set(zip(self.rooms, self.versions, strict=False))


GRANT_SECONDS = 10.0


def roles_up_to(role: Role) -> tuple[Role, ...]:
    roles: tuple[Role, ...] = get_args(Role)
    return roles[roles.index(role) :]


def expiry(seconds: float = GRANT_SECONDS) -> float:
    return time.time() + seconds


def user(id: UUID) -> Node:  # noqa: A002
    return Node("user", id)


def room(id: UUID) -> Node:  # noqa: A002
    return Node("room", id)


def task(id: UUID) -> Node:  # noqa: A002
    return Node("task", id)


def comment(id: UUID) -> Node:  # noqa: A002
    return Node("comment", id)

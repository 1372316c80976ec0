"""What comes in and goes out at the rooms service."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chassis.bodies import Body
from chassis.moments import Moment
from chassis.pages import Cursor, Limit
from chassis.texts import NAME
from chassis.versions import Version
from keys.client import Role

DAY = 24 * 60 * 60

Name = Annotated[str, Meta(min_length=1, max_length=120, pattern=NAME, description="Not blank, on one line.")]
Description = Annotated[str, Meta(max_length=10_000)]
Lifetime = Annotated[int, Meta(ge=60, le=30 * DAY, description="Seconds until the invite expires.")]
MaxUses = Annotated[int, Meta(ge=1, le=100_000, description="How many may join with it; null for no limit.")]


class NewRoom(Body):
    name: Name
    description: Description = ""


class RoomChange(Body):
    """The fields that are left out stay as they are."""

    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET

    def named(self) -> set[str]:
        return {name for name in ("name", "description") if getattr(self, name) is not UNSET}


class Room(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    name: str
    description: str
    created_at: Moment
    updated_at: Moment
    version: Version


class RoomList(msgspec.Struct, frozen=True):
    items: list[Room]


class NewInvite(Body):
    role: Role
    expires_in: Lifetime = 7 * DAY
    max_uses: MaxUses | None = None


class InviteQuery(Body):
    limit: Limit = 50
    after: Cursor | None = None


class Invite(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever is signed in and has the `code` may join the room with the `role`, until it expires or is used up."""

    code: str
    room_id: UUID
    role: Role
    created_by: UUID
    expires_at: Moment
    max_uses: int | None
    uses: int
    created_at: Moment


class InvitePage(msgspec.Struct, frozen=True):
    items: list[Invite]
    next: str | None


class Joined(msgspec.Struct, frozen=True):
    """The room that the caller is a member of from now on, and the role there."""

    room_id: UUID
    role: Role


class RoomResult(msgspec.Struct, frozen=True, kw_only=True):
    """What an undo made of a room or an invite; null where it took it away."""

    room: Room | UnsetType | None = UNSET
    invite: Invite | UnsetType | None = UNSET


class RoomResults(msgspec.Struct, frozen=True):
    """As for other undone writes, a list."""

    results: list[RoomResult]

"""What undo tokens of rooms and invites name: enough to take one write back."""

from datetime import datetime
from uuid import UUID

import msgspec

from rooms.models import Invite


class _Work(msgspec.Struct, frozen=True, array_like=True):
    room_id: UUID


class RoomMade(_Work, frozen=True, array_like=True, tag="made"):
    """Taken back by deleting the room, while it is as it was made, and nobody and nothing else is in it."""


class RoomChanged(_Work, frozen=True, array_like=True, tag="changed"):
    """Taken back by the values from before `version`, which the log has."""

    version: int


class InviteMade(_Work, frozen=True, array_like=True, tag="invited"):
    """Taken back by revoking the invite."""

    code: str


class InviteRevoked(_Work, frozen=True, array_like=True, tag="revoked"):
    """Taken back by the same invite, if it was revoked then and not again since; its uses are those that it has."""

    invite: Invite
    # None in a token of an older version.
    revoked_at: datetime | None = None


Work = RoomMade | RoomChanged | InviteMade | InviteRevoked

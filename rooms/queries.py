"""The SQL of the rooms service."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from msgspec import UNSET, UnsetType

from chassis.database import Connection, Row, affected
from chassis.moments import Moment
from keys.client import Role
from rooms.models import Invite, NewInvite, NewRoom, Room, RoomChange


class InviteKey(NamedTuple):
    """The place of an invite in the list of its room."""

    created_at: Moment
    code: str


_INSERT_ROOM = """
    INSERT INTO rooms (id, name, description)
    VALUES ($1, $2, $3)
    RETURNING id, name, description, created_at, updated_at, version
"""

_ROOMS = """
    SELECT id, name, description, created_at, updated_at, version
    FROM rooms
    WHERE id = ANY($1::uuid[])
    ORDER BY id
"""

_UPDATE_ROOM = """
    UPDATE rooms
    SET name                = coalesce($2, name),
        name_version        = CASE WHEN $2 <> name THEN version + 1 ELSE name_version END,
        description         = coalesce($3, description),
        description_version = CASE WHEN $3 <> description THEN version + 1 ELSE description_version END,
        updated_at          = CASE WHEN $2 <> name OR $3 <> description THEN now() ELSE updated_at END,
        version             = CASE WHEN $2 <> name OR $3 <> description THEN version + 1 ELSE version END
    WHERE id = $1
    RETURNING id, name, description, created_at, updated_at, version
"""

_HOLD_ROOM = """
    SELECT id, name, description, created_at, updated_at, version, name_version, description_version
    FROM rooms
    WHERE id = $1
    FOR UPDATE
"""

_DELETE_ROOM = "DELETE FROM rooms WHERE id = $1"

# The room's row is held, so that an invite is not written into a room that goes at the same moment.
_INSERT_INVITE = """
    INSERT INTO invites (code, room_id, role, created_by, expires_at, max_uses, membership)
    SELECT $1, id, $3, $4, now() + make_interval(secs => $5), $6, $7
    FROM rooms
    WHERE id = $2
    FOR KEY SHARE
    RETURNING code, room_id, role, created_by, expires_at, max_uses, uses, created_at
"""

_INVITES = """
    SELECT code, room_id, role, created_by, expires_at, max_uses, uses, created_at
    FROM invites
    WHERE room_id = $1
      AND (created_at, code) > ($2, $3)
      AND expires_at > now()
      AND role = ANY($4::text[])
    ORDER BY created_at, code
    LIMIT $5
"""

_OPEN_INVITE = """
    SELECT code, room_id, role, created_by, expires_at, max_uses, uses, created_at,
           membership
    FROM invites
    WHERE code = $1
      AND expires_at > now()
      AND (max_uses IS NULL OR uses < max_uses)
"""

_USE_INVITE = """
    UPDATE invites
    SET uses = uses + 1
    WHERE code = $1
      AND expires_at > now()
      AND (max_uses IS NULL OR uses < max_uses)
"""

# It expires now, and keeps the end that it had: an undo brings back this row, and no other of its past.
_REVOKE_INVITE = """
    UPDATE invites
    SET would_expire_at = expires_at,
        expires_at      = now()
    WHERE room_id = $1 AND code = $2
      AND would_expire_at IS NULL
    RETURNING code, room_id, role, created_by, would_expire_at AS expires_at, max_uses, uses, created_at,
              expires_at AS revoked_at
"""

_RESTORE_INVITE = """
    UPDATE invites
    SET expires_at      = would_expire_at,
        would_expire_at = NULL
    WHERE code = $1
      AND expires_at = $2
      AND would_expire_at > now()
    RETURNING code, room_id, role, created_by, expires_at, max_uses, uses, created_at
"""

_KEPT_INVITE = """
    SELECT code, room_id, role, created_by, expires_at, max_uses, uses, created_at,
           would_expire_at IS NOT NULL AS is_revoked
    FROM invites
    WHERE code = $1
      AND coalesce(would_expire_at, expires_at) > now()
"""

# Told again or late, it leaves alone what its maker has made since as a member anew.
_DELETE_OF = """
    DELETE FROM invites
    WHERE code IN (
        SELECT code FROM invites
        WHERE room_id = $1 AND created_by = $2 AND (membership = $3 OR membership IS NULL)
        LIMIT $4
    )
"""

_DELETE_ALL_OF = "DELETE FROM invites WHERE code IN (SELECT code FROM invites WHERE created_by = $1 LIMIT $2)"
_DELETE_ALL_IN = "DELETE FROM invites WHERE code IN (SELECT code FROM invites WHERE room_id = $1 LIMIT $2)"

# One that is just brought back is passed over.
_DELETE_EXPIRED = """
    DELETE FROM invites
    WHERE code IN (
        SELECT code FROM invites
        WHERE expires_at <= now() - make_interval(secs => $1)
        LIMIT $2
        FOR UPDATE SKIP LOCKED
    )
"""


async def insert_room(connection: Connection, room_id: UUID, new: NewRoom) -> Room:
    row = await connection.fetchrow(_INSERT_ROOM, room_id, new.name, new.description)
    if row is None:
        raise RuntimeError("an INSERT without a conflict clause returns its row")
    return Room(**row)


async def find_rooms(connection: Connection, rooms: Sequence[UUID]) -> list[Room]:
    return [Room(**row) for row in await connection.fetch(_ROOMS, rooms)]


async def update_room(connection: Connection, room_id: UUID, change: RoomChange) -> Room:
    """Changes a room that is held."""
    name, description = _given(change.name), _given(change.description)
    row = await connection.fetchrow(_UPDATE_ROOM, room_id, name, description)
    if row is None:
        raise RuntimeError("a row that is held stays")
    return Room(**row)


async def hold_room(connection: Connection, room_id: UUID) -> tuple[Room, dict[str, int]] | None:
    """The room, held until the transaction ends, and for each field the version that wrote it last."""
    row = await connection.fetchrow(_HOLD_ROOM, room_id)
    if row is None:
        return None
    fields = dict(row)
    versions = {name: fields.pop(f"{name}_version") for name in ("name", "description")}
    return Room(**fields), versions


async def delete_room(connection: Connection, room_id: UUID) -> None:
    await connection.execute(_DELETE_ROOM, room_id)


async def insert_invite(
    connection: Connection, code: str, room_id: UUID, new: NewInvite, creator: UUID, membership: UUID | None
) -> Invite | None:
    """Made under this `membership` of its creator. None if the room is not there."""
    values = (code, room_id, new.role, creator, new.expires_in, new.max_uses, membership)
    row = await connection.fetchrow(_INSERT_INVITE, *values)
    return Invite(**row) if row else None


async def list_invites(
    connection: Connection, room_id: UUID, roles: Sequence[Role], after: InviteKey, limit: int
) -> list[Invite]:
    """Those that bring in with one of `roles`."""
    return [Invite(**row) for row in await connection.fetch(_INVITES, room_id, *after, roles, limit)]


async def find_open_invite(connection: Connection, code: str) -> tuple[Invite, UUID | None] | None:
    """The invite if somebody can join with it now, and the membership under which it was made."""
    return _with(await connection.fetchrow(_OPEN_INVITE, code), "membership")


async def use_invite(connection: Connection, code: str) -> bool:
    """Counts one use; False if none was left."""
    return affected(await connection.execute(_USE_INVITE, code)) == 1


async def revoke_invite(connection: Connection, room_id: UUID, code: str) -> tuple[Invite, datetime] | None:
    """The invite as it was, and when it was revoked; None if there was none."""
    return _with(await connection.fetchrow(_REVOKE_INVITE, room_id, code), "revoked_at")


async def restore_invite(connection: Connection, code: str, revoked_at: datetime | None) -> Invite | None:
    """None if that is not how it was revoked last, or if it is gone, or its time is over."""
    row = await connection.fetchrow(_RESTORE_INVITE, code, revoked_at)
    return Invite(**row) if row else None


async def find_kept_invite(connection: Connection, code: str) -> tuple[Invite, bool] | None:
    """The invite, whoever can join with it, and whether it is revoked; None if it is gone, or its time is over."""
    return _with(await connection.fetchrow(_KEPT_INVITE, code), "is_revoked")


async def delete_invites_of(connection: Connection, room_id: UUID, maker: UUID, membership: UUID, limit: int) -> int:
    """Deletes what `maker` made in the room under this `membership`, or nobody knows which; returns how many."""
    return affected(await connection.execute(_DELETE_OF, room_id, maker, membership, limit))


async def delete_all_invites_of(connection: Connection, maker: UUID, limit: int) -> int:
    return affected(await connection.execute(_DELETE_ALL_OF, maker, limit))


async def delete_all_invites_in(connection: Connection, room_id: UUID, limit: int) -> int:
    return affected(await connection.execute(_DELETE_ALL_IN, room_id, limit))


async def delete_expired_invites(connection: Connection, seconds: float, limit: int) -> int:
    """Deletes those whose time has been over, or that have been revoked, for so long."""
    return affected(await connection.execute(_DELETE_EXPIRED, seconds, limit))


def _with(row: Row | None, name: str) -> tuple[Invite, Any] | None:
    """The invite, and the column `name` that stands beside it."""
    if row is None:
        return None
    fields = dict(row)
    value = fields.pop(name)
    return Invite(**fields), value


def _given(value: str | UnsetType) -> str | None:
    return None if value is UNSET else value

"""The log of changes of rooms: what follows them, and the live streams, read it."""

from typing import Any, Literal
from uuid import UUID

import msgspec

from chassis import feed
from chassis.database import Connection, affected
from chassis.feed import Change
from rooms.models import Room

LOG = feed.log_of("room_id")

_BEFORE = """
    SELECT before
    FROM changes
    WHERE entity_id = $1 AND version = $2
"""

_DELETE_OF_ROOM = """
    DELETE FROM changes
    WHERE seq IN (SELECT seq FROM changes WHERE room_id = $1 ORDER BY xid, seq LIMIT $2)
"""


async def record(
    connection: Connection, op: Literal["create", "update"], actor: UUID, room: Room, before: Room | None = None
) -> None:
    """Logs that `room` is like this now."""
    new = msgspec.to_builtins(room)
    old = None if before is None else feed.changed(msgspec.to_builtins(before), new)
    await feed.write(connection, "room_id", room.id, Change("room", room.id, op, room.version, actor, old, new))


async def before(connection: Connection, room_id: UUID, version: int) -> dict[str, Any] | None:
    """What was otherwise before `version` of the room; None if the log does not have it (any more)."""
    found: dict[str, Any] | None = await connection.fetchval(_BEFORE, room_id, version)
    return found


async def delete_of_room(connection: Connection, room_id: UUID, limit: int) -> int:
    """Forgets at most `limit` changes of the room; returns how many there were."""
    return affected(await connection.execute(_DELETE_OF_ROOM, room_id, limit))

"""The log of changes of rooms: what follows them, and the live streams, read it."""

from typing import Any, Literal
from uuid import UUID

import msgspec

from chassis import feed
from chassis.database import Connection, affected
from chassis.feed import Change, Log
from rooms.models import Room

LOG = Log(
    columns="room_id, kind, entity_id AS id, op, version, actor, at, request_id, after::text AS record",
    topics=("room_id",),
)

_BEFORE = """
    SELECT before
    FROM changes
    WHERE entity_id = $1 AND version = $2
"""

# Who made a change is forgotten with the account, a part of them in one transaction.
_FORGET_ACTOR = """
    UPDATE changes
    SET actor = NULL
    WHERE seq IN (SELECT seq FROM changes WHERE actor = $1 LIMIT $2)
"""

_DELETE_OF_ROOM = """
    DELETE FROM changes
    WHERE room_id = $1
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


async def forget_actor(connection: Connection, user_id: UUID, limit: int) -> int:
    return affected(await connection.execute(_FORGET_ACTOR, user_id, limit))


async def delete_of_room(connection: Connection, room_id: UUID) -> None:
    await connection.execute(_DELETE_OF_ROOM, room_id)

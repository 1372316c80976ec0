"""What goes here because it went in Keys."""

from uuid import UUID

from chassis import feed
from chassis.database import Connection
from keys.client import Change
from rooms import queries
from rooms.rooms import remove_room

_BATCH = 200


async def apply(connection: Connection, change: Change) -> bool:
    """A room goes with its invites; those of a membership that ended go too. Returns whether more is left to do.

    Of a user it is told again when the last reference is gone: an invite that was just being made is there by then.
    """
    match change.kind, change.op:
        case "room", "buried":
            await remove_room(connection, change.entity)
        case "member", "dropped" if change.before:
            room_id, maker = UUID(change.before["target"]), UUID(change.before["source"])
            await queries.delete_invites_of(connection, room_id, maker, change.entity)
        case "user", "drained":
            await queries.delete_all_invites_of(connection, change.entity)
            return await feed.forget_actor(connection, change.entity, _BATCH) == _BATCH
    return False

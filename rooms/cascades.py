"""What goes here because it went in Keys."""

from uuid import UUID

from chassis import feed
from chassis.database import Connection
from keys.client import Change
from rooms import queries, rooms


async def apply(connection: Connection, change: Change) -> bool:
    """A room goes with its invites; those of a membership that ended go too. Returns whether more is left to do.

    Of a user it is told again when the last reference is gone: an invite that was just being made is there by then.
    """
    match change.kind, change.op:
        case "room", "buried":
            return await rooms.remove_room(connection, change.entity)
        case "member", "dropped" if change.before:
            room_id, maker = UUID(change.before["target"]), UUID(change.before["source"])
            gone = await queries.delete_invites_of(connection, room_id, maker, change.entity, rooms.BATCH)
            return gone == rooms.BATCH
        case "user", "drained":
            if await queries.delete_all_invites_of(connection, change.entity, rooms.BATCH) == rooms.BATCH:
                return True
            return await feed.forget_actor(connection, change.entity, rooms.BATCH) == rooms.BATCH
    return False

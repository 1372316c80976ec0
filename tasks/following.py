"""Which change of Keys takes what along here (tasks.cascades)."""

from uuid import UUID

from chassis.database import Connection
from keys.client import Change
from tasks import cascades


async def apply(connection: Connection, change: Change) -> bool:
    """Applies one change, in part if it is about many rows. Returns whether more is left to do."""
    match change.kind, change.op:
        case "task", "buried":
            return await cascades.remove_task(connection, change.entity)
        case "comment", "buried":
            await cascades.remove_comment(connection, change.entity)
        case "assignee", "dropped":
            await cascades.remove_assignee(connection, change.entity)
        case "author", "dropped" if change.before:
            return await cascades.clear_user(connection, UUID(change.before["target"]))
        case "user", "buried" | "drained":
            return await cascades.clear_user(connection, change.entity)
        case "room", "buried" | "drained":
            return await cascades.remove_room(connection, change.entity)
    return False

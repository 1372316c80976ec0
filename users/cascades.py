"""What goes here because it went in Keys."""

from chassis.database import Connection
from keys.client import Change
from users.account import remove_account


async def apply(connection: Connection, change: Change) -> bool:
    """An account whose deletion was cut short goes to its end. Returns whether more is left to do."""
    if (change.kind, change.op) == ("user", "buried"):
        return await remove_account(connection, change.entity)
    return False

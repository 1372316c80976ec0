"""What goes here because it went in Keys."""

from chassis.database import Connection
from keys.client import Change
from users.account import remove_account


async def apply(connection: Connection, change: Change) -> bool:
    """An account whose deletion was cut short goes to its end. Nothing is ever left to do in another transaction."""
    if (change.kind, change.op) == ("user", "buried"):
        await remove_account(connection, change.entity)
    return False

"""The log of changes of accounts, each for its own user."""

from uuid import UUID

import msgspec

from chassis import feed
from chassis.database import Connection, affected
from chassis.feed import Change
from users.models import User

LOG = feed.log_of("account_id")

_FORGET = """
    DELETE FROM changes
    WHERE seq IN (SELECT seq FROM changes WHERE account_id = $1 ORDER BY xid, seq LIMIT $2)
"""


async def updated(connection: Connection, user: User) -> None:
    """Logs that the account is like this now."""
    change = Change("account", user.id, "update", user.version, user.id, None, msgspec.to_builtins(user))
    await feed.write(connection, "account_id", user.id, change)


async def forget(connection: Connection, account_id: UUID, limit: int) -> int:
    """The account is gone, and with it its name and address in the log. Returns how many lines, at most `limit`."""
    return affected(await connection.execute(_FORGET, account_id, limit))

"""The changes of Keys in pages, for the services whose rows follow them. No reader skips a committed change."""

from chassis import pages
from chassis.database import Connection, Database, Row
from keys.models import Change, ChangePage
from keys.queries import changes

_LIMIT = 500
_KEPT_DAYS = 30


async def page(connection: Connection, after: str | None) -> ChangePage:
    """What was committed since `after` (None: since ever), in an order that never grows behind a reader's back."""
    xid, number = pages.decode(after, tuple[int, int]) or (0, 0)
    return ChangePage([_to_change(row) for row in await changes.page(connection, xid, number, _LIMIT)])


async def prune(database: Database) -> None:
    async with database.transaction() as connection:
        await changes.prune(connection, _KEPT_DAYS, 10_000)


def _to_change(row: Row) -> Change:
    cursor = pages.encode((int(row["xid"]), row["id"]))
    return Change(cursor, row["kind"], row["entity"], row["op"], row["before"])

"""The changes of Keys in pages, for the services whose rows follow them. No reader skips a committed change."""

from chassis import pages
from chassis.database import Connection
from keys.models import Change, ChangePage
from keys.queries import changes

_LIMIT = 500


async def page(connection: Connection, after: str | None) -> ChangePage:
    """What was committed since `after` (None: since ever), in an order that never grows behind a reader's back."""
    xid, number = pages.decode(after, tuple[int, int]) or (0, 0)
    rows = await changes.page(connection, xid, number, _LIMIT)
    if rows:
        xid, number = int(rows[-1]["xid"]), rows[-1]["id"]
    items = [Change(row["kind"], row["entity"], row["op"], row["before"]) for row in rows]
    return ChangePage(items, pages.encode((xid, number)))

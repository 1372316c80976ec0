"""What ended: the ids of sessions and tokens, in the transaction that ended them."""

from typing import NamedTuple
from uuid import UUID

from chassis.database import Connection
from chassis.snapshots import last_of

# A snapshot of a database that has not come as far (it was restored) tells nothing about this one.
_NOW = f"""
    SELECT pg_current_snapshot()::text AS snapshot,
           pg_snapshot_xmax($1::text::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot()) AS known,
           (SELECT epoch FROM feed) AS epoch,
           {last_of("revocations")} AS last
"""

# `revocations.xid` orders by the number; `xid` alone would be the column of the answer, a text.
_BETWEEN = """
    SELECT xid::text AS xid, id
    FROM revocations
    WHERE xid >= pg_snapshot_xmin($1::text::pg_snapshot)
      AND NOT pg_visible_in_snapshot(xid, $1::text::pg_snapshot)
      AND pg_visible_in_snapshot(xid, $2::text::pg_snapshot)
      AND (xid, id) > ($3::text::xid8, $4::uuid)
    ORDER BY revocations.xid, revocations.id
    LIMIT $5
"""


class Now(NamedTuple):
    """The current snapshot, whether the one asked about came before it, the epoch of the feed, and the number of the
    last transaction that ended something."""

    snapshot: str
    known: bool
    epoch: str = ""
    last: str = "0"


class Revocation(NamedTuple):
    xid: str
    id: UUID


async def take_snapshot(connection: Connection, since: str) -> Now:
    row = await connection.fetchrow(_NOW, since)
    return Now(*row) if row else Now(since, known=False)


async def list_between(
    connection: Connection, since: str, until: str, after: Revocation, limit: int
) -> list[Revocation]:
    """What was committed after the snapshot `since` and before `until`, from `after` on."""
    rows = await connection.fetch(_BETWEEN, since, until, after.xid, after.id, limit)
    return [Revocation(*row) for row in rows]

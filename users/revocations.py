"""What a gateway polls to learn of ended sessions and tokens at once, and without ever skipping one.

The cursor is a database snapshot: the next answer is what has been committed since, no more and no less. It needs no
fence of transactions under way, so a long one anywhere in the cluster delays nothing.

It goes no further than the last transaction that ended something: a crash of the server keeps what was committed, and
may give out again the numbers above it. A copy of the database, which may lack even that one, begins another epoch.
"""

from uuid import UUID

import msgspec
from asyncpg import DataError

from chassis import pages
from chassis.database import Connection
from chassis.problems import invalid
from chassis.snapshots import cut
from users.models import Revocations
from users.queries import revocations as queries
from users.queries.revocations import Revocation

_PAGE = 1000
# The snapshot before everything.
_NOTHING = "1:1:"
_FIRST = Revocation("0", UUID(int=0))


class Position(msgspec.Struct, frozen=True):
    """Everything up to the snapshot `since` is told; of what came up to `until`, everything up to `after`.

    `epoch` is that of the feed; without one, as from an older version, it is of any.
    """

    since: str = _NOTHING
    until: str | None = None
    after: Revocation = _FIRST
    epoch: str | None = None


async def read_revocations(connection: Connection, cursor: str | None) -> Revocations:
    """Raises a 422 problem if `cursor` is none of ours."""
    position = pages.decode(cursor, Position) or Position()
    try:
        return await _read(connection, position)
    except DataError:
        raise invalid("after", "is not a cursor of this list") from None


async def _read(connection: Connection, position: Position) -> Revocations:
    now = await queries.take_snapshot(connection, position.since)
    if not now.known or position.epoch not in {None, now.epoch}:
        position = Position()
    until = position.until or cut(now.snapshot, now.last)
    rows = await queries.list_between(connection, position.since, until, position.after, _PAGE)
    more = len(rows) == _PAGE
    last = Position(position.since, until, rows[-1], now.epoch) if more else Position(until, epoch=now.epoch)
    return Revocations([row.id for row in rows], pages.encode(last), more)

"""The SQL of a feed. Any service's table `changes` will do that has `xid`, `seq` and `at`.

A sequence alone would skip: numbers are taken at the INSERT and seen at the COMMIT. Below the oldest transaction that
is still open nothing can be committed any more, so reading ends there: a reader never has to come back.

What is handed out as read is the end of the last change below it, and not that fence: a crash of the server keeps
what was committed, and gives out again the numbers above it that came to nothing.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from chassis.database import Connection, Row, affected
from chassis.feed.positions import Position, resync

# Each service's migration runs this, beside its table of changes.
FEED_TABLE = """
CREATE TABLE feed (
    single  boolean PRIMARY KEY DEFAULT true CHECK (single),
    epoch   text    NOT NULL,
    origin  text    NOT NULL DEFAULT '',
    pruned  xid8    NOT NULL DEFAULT '0'
);
INSERT INTO feed (epoch) VALUES ('new');
"""

# What tells a database from its copy: another server or database, a promoted server (its timeline), or a table that
# was made anew, as when a dump is loaded into the same database.
_ORIGIN = """
    SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
                          left(pg_walfile_name(pg_current_wal_lsn()), 8),
                          (SELECT oid FROM pg_database WHERE datname = current_database()),
                          'feed'::regclass::oid)
"""

# To renumber a large log takes longer; another replica that is at it is asked again.
_ASK_SECONDS = 3.0
_HOLD = "SELECT origin FROM feed FOR UPDATE"

_BEGIN_EPOCH = (
    "UPDATE feed SET origin = $1, epoch = substr(md5(random()::text || clock_timestamp()), 1, 8), pruned = '0'"
)

# The numbers of transactions begin anew in a copy, and those of the old history would never be reached.
_FORGET_ORDER = "UPDATE changes SET xid = '0' WHERE xid > '0'"

_PAGE = """
    WITH fence AS MATERIALIZED (
        SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xmin
    ), below AS MATERIALIZED (
        SELECT (SELECT xid FROM changes WHERE xid < fence.xmin ORDER BY xid DESC LIMIT 1) AS last
        FROM fence
    )
    SELECT fence.xmin::text AS fence, feed.epoch, feed.pruned::text AS pruned, below.last::text AS last,
           coalesce((SELECT xid FROM changes ORDER BY xid DESC, seq DESC LIMIT 1) >= fence.xmin, false) AS pending,
           page.*
    FROM fence
    CROSS JOIN below
    CROSS JOIN feed
    LEFT JOIN LATERAL ({page}) AS page ON true
"""

_ALL = """
        SELECT xid::text AS xid, seq, {columns}
        FROM changes
        WHERE (changes.xid, changes.seq) > ($1::text::xid8, $2)
          AND changes.xid < fence.xmin
        ORDER BY changes.xid, changes.seq
        LIMIT $3
"""

_BY_TOPIC = """
        SELECT each.*
        FROM unnest($4::uuid[]) AS wanted (topic)
        CROSS JOIN LATERAL (
            SELECT xid::text AS xid, seq, {columns}
            FROM changes
            WHERE {topic} = wanted.topic
              AND (changes.xid, changes.seq) > ($1::text::xid8, $2)
              AND changes.xid < fence.xmin
            ORDER BY changes.xid, changes.seq
            LIMIT $3
        ) AS each
        ORDER BY each.xid::xid8, each.seq
        LIMIT $3
"""

# `at` rises with `seq` but for a moment, so the old ones are the first.
_PRUNE = """
    WITH gone AS (
        DELETE FROM changes
        WHERE seq IN (
            SELECT seq
            FROM (SELECT seq, at FROM changes ORDER BY seq LIMIT $2) AS oldest
            WHERE at < now() - make_interval(days => $1)
        )
        RETURNING xid
    )
    UPDATE feed
    SET pruned = greatest(pruned, last.xid)
    FROM (SELECT xid FROM gone ORDER BY xid DESC LIMIT 1) AS last
"""


# By the index: the first beyond the fence is the oldest, but for a moment.
_LAG = """
    SELECT coalesce(extract(epoch FROM clock_timestamp() - (
        SELECT at
        FROM changes
        WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY xid, seq
        LIMIT 1
    )), 0)::float
"""


class Log(NamedTuple):
    """What of `changes` a feed shows: `columns` as in SELECT, `record` among them as JSON text.

    It can be read by each of `topics`: columns with an index on them, xid and seq."""

    columns: str
    topics: tuple[str, ...] = ()


class Page(msgspec.Struct, frozen=True):
    """What comes after a position. `position` is where to go on from. `more`: a further page is there already;
    `pending`: something was committed that cannot be read before an older transaction ends."""

    items: list[dict[str, Any]]
    position: str
    more: bool
    pending: bool


async def page(
    connection: Connection, log: Log, after: Position | None, limit: int, by: str = "", of: Sequence[UUID] = ()
) -> Page:
    """Changes after `after` (None: since ever), of the topics `of` alone if `by` names a column of the log's topics.

    Raises a 410 problem if they are not kept any more.
    """
    template = _BY_TOPIC.format(columns=log.columns, topic=by) if by else _ALL.format(columns=log.columns)
    place = (str(after.xid), after.seq) if after else ("0", 0)
    rows = await connection.fetch(_PAGE.format(page=template), *place, limit, *([list(of)] if by else []))
    epoch = rows[0]["epoch"]
    if after is not None and _is_gone(after, epoch, int(rows[0]["fence"]), int(rows[0]["pruned"])):
        raise resync()
    found = sorted((row for row in rows if row["seq"] is not None), key=lambda row: (int(row["xid"]), row["seq"]))
    more = 0 < limit == len(found)
    end = Position(epoch, int(found[-1]["xid"]), found[-1]["seq"]) if more else _end(rows[0])
    return Page([_to_item(row, epoch) for row in found], str(end), more, rows[0]["pending"])


def _end(row: Row) -> Position:
    """The place after all that can be read: after the whole transaction, so that it is not among what is pruned."""
    return Position(row["epoch"], max(int(row["last"] or 0), int(row["pruned"])) + 1, 0)


def _is_gone(after: Position, epoch: str, fence: int, pruned: int) -> bool:
    if after.epoch != epoch or after.xid > fence:
        return True
    return 0 < after.xid <= pruned


def _to_item(row: Row, epoch: str) -> dict[str, Any]:
    item = {name: value for name, value in row.items() if name not in _INNER}
    record = item.get("record")
    return {
        **item,
        "position": f"{epoch}.{row['xid']}.{row['seq']}",
        "record": None if record is None else msgspec.Raw(record.encode()),
    }


_INNER = frozenset({"fence", "epoch", "pruned", "last", "pending", "xid", "seq"})


async def begin_epoch(connection: Connection) -> bool:
    """Begins a new history if this database is a copy of the one that wrote its log. Returns whether it did."""
    held = await connection.fetchval(_HOLD, timeout=_ASK_SECONDS)
    origin = await connection.fetchval(_ORIGIN, timeout=_ASK_SECONDS)
    if held == origin:
        return False
    await connection.execute(_FORGET_ORDER)
    await connection.execute(_BEGIN_EPOCH, origin)
    return True


async def prune(connection: Connection, days: int, limit: int) -> int:
    """Forgets at most `limit` changes that are older than `days`; returns whether there was one (1) or none (0)."""
    return affected(await connection.execute(_PRUNE, days, limit))


async def lag(connection: Connection) -> float:
    """For how many seconds the oldest change that cannot be read yet has waited; 0 without one."""
    return float(await connection.fetchval(_LAG))

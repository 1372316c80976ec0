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

# A page ends with the change that brings its records to so much: neither side ever holds 500 of the largest.
_PAGE_BYTES = 1024 * 1024

# The places come first, from the indexes; the columns of each only until that is `_PAGE_BYTES` of records. Each is
# the first from its number on, not that of its number: no plan takes another index, though made for an empty table.
_PAGE = """
    WITH RECURSIVE fence AS MATERIALIZED (
        SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xmin
    ), below AS MATERIALIZED (
        SELECT (SELECT xid FROM changes WHERE xid < fence.xmin ORDER BY xid DESC LIMIT 1) AS last
        FROM fence
    ), {found}, places AS MATERIALIZED (
        SELECT array_agg(seq ORDER BY xid, seq) AS seqs, count(*) AS found
        FROM found
    ), told AS (
        SELECT 1 AS number, coalesce(octet_length(change.record), 0) AS bytes, change.*
        FROM places
        CROSS JOIN LATERAL (
            SELECT xid::text AS xid, seq, {columns}
            FROM changes
            WHERE seq >= places.seqs[1]
            ORDER BY seq
            LIMIT 1
        ) AS change
      UNION ALL
        SELECT told.number + 1, told.bytes + coalesce(octet_length(change.record), 0), change.*
        FROM told
        CROSS JOIN places
        CROSS JOIN LATERAL (
            SELECT xid::text AS xid, seq, {columns}
            FROM changes
            WHERE seq >= places.seqs[told.number + 1]
            ORDER BY seq
            LIMIT 1
        ) AS change
        WHERE told.bytes < $4
    )
    SELECT fence.xmin::text AS fence, feed.epoch, feed.pruned::text AS pruned, below.last::text AS last,
           coalesce((SELECT xid FROM changes ORDER BY xid DESC, seq DESC LIMIT 1) >= fence.xmin, false) AS pending,
           places.found, told.*
    FROM fence
    CROSS JOIN below
    CROSS JOIN feed
    CROSS JOIN places
    LEFT JOIN told ON true
    ORDER BY told.number
"""

_ALL = """found AS (
        SELECT each.*
        FROM fence
        CROSS JOIN LATERAL (
            SELECT xid, seq
            FROM changes
            WHERE (changes.xid, changes.seq) > ($1::text::xid8, $2)
              AND changes.xid < fence.xmin
            ORDER BY changes.xid, changes.seq
            LIMIT $3
        ) AS each
    )"""

# Each topic is read on, by twice as much, only while the last that it gave is among the first $3 of all: so all
# topics together give a few times as many places as a page has, and not a page each.
_BY_TOPIC = """rounds AS (
        SELECT 0 AS round, topic, $1::text::xid8 AS xid, $2::bigint AS seq,
               1 + 2 * $3::bigint / (1 + cardinality($5::uuid[])) AS ahead
        FROM unnest($5::uuid[]) AS wanted (topic)
      UNION ALL
        SELECT first.*
        FROM (
            SELECT before.round + 1 AS round, before.topic, place.*
            FROM (SELECT *, max(ahead) OVER () AS most FROM rounds) AS before
            CROSS JOIN fence
            CROSS JOIN LATERAL (
                SELECT before.xid, before.seq, 0::bigint AS ahead
                WHERE before.round > 0
              UNION ALL
                SELECT each.xid, each.seq, CASE WHEN each.number = before.ahead THEN 2 * before.ahead ELSE 0 END
                FROM (
                    SELECT xid, seq, row_number() OVER (ORDER BY changes.xid, changes.seq) AS number
                    FROM changes
                    WHERE {topic} = before.topic
                      AND (changes.xid, changes.seq) > (before.xid, before.seq)
                      AND changes.xid < fence.xmin
                    ORDER BY changes.xid, changes.seq
                    LIMIT before.ahead
                ) AS each
            ) AS place
            WHERE before.most > 0
            ORDER BY place.xid, place.seq
            LIMIT $3
        ) AS first
    ), found AS (
        SELECT xid, seq
        FROM rounds
        WHERE round = (SELECT max(round) FROM rounds)
          AND round > 0
    )"""

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

    At most `limit`, and fewer where their records are large. Raises a 410 problem if they are not kept any more.
    """
    statement = _PAGE.format(found=_BY_TOPIC.format(topic=by) if by else _ALL, columns=log.columns)
    place = (str(after.xid), after.seq) if after else ("0", 0)
    rows = await connection.fetch(statement, *place, limit, _PAGE_BYTES, *([list(of)] if by else []))
    epoch = rows[0]["epoch"]
    if after is not None and _is_gone(after, epoch, int(rows[0]["fence"]), int(rows[0]["pruned"])):
        raise resync()
    told = [row for row in rows if row["seq"] is not None]
    more = len(told) < rows[0]["found"] or 0 < limit == len(told)
    end = Position(epoch, int(told[-1]["xid"]), told[-1]["seq"]) if more else _end(rows[0])
    return Page([_to_item(row, epoch) for row in told], str(end), more, rows[0]["pending"])


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


_INNER = frozenset({"fence", "epoch", "pruned", "last", "pending", "found", "number", "bytes", "xid", "seq"})


async def prune(connection: Connection, days: int, limit: int) -> int:
    """Forgets at most `limit` changes that are older than `days`; returns whether there was one (1) or none (0)."""
    return affected(await connection.execute(_PRUNE, days, limit))


async def lag(connection: Connection) -> float:
    """For how many seconds the oldest change that cannot be read yet has waited; 0 without one."""
    return float(await connection.fetchval(_LAG))

"""A page of a room's tasks, in any order and by any filter, at a cost that the room's size does not change.

Each order has an index (room, status, columns of the order). `scan` reads a range of it in each status asked for,
merges them, and tries the other filters on the first `depth` rows. Where one of these filters alone leaves few tasks
(`probe`), `choose` makes the page from those instead. PostgreSQL is not asked which way is better: it would guess
from averages, and the room that is not average would pay.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from chassis.database import Connection, Row
from tasks.orders import ORDERS, Key, Order
from tasks.queries import texts
from tasks.queries.tasks import page_columns


class Filters(NamedTuple):
    """What tasks to list; None filters nothing. All but `statuses` are tried row by row."""

    room_id: UUID
    statuses: Sequence[str]
    ranks: Sequence[int] | None
    assignee: UUID | None
    due_before: datetime | None
    words: str | None


# Parameters 1 to 6 are those of Filters.
_ASKED = texts.ASKED.format(text="$6")
_QUERY = f"('''room:' || $1::uuid || '''')::tsquery && {_ASKED}"

# Scalar subqueries: PostgreSQL would turn EXISTS into a table of all tasks that pass.
_PASSES = f"""(
        t.status = ANY($2::text[])
        AND ($3::smallint[] IS NULL OR t.rank = ANY($3))
        AND ($4::uuid IS NULL OR 0 < (
            SELECT count(*) FROM task_assignees a WHERE a.task_id = t.id AND a.user_id = $4
        ))
        AND ($5::timestamptz IS NULL OR t.due_at < $5)
        AND ($6::text IS NULL OR 0 < (
            SELECT count(*) FROM texts x WHERE x.task_id = t.id AND x.words @@ ({_QUERY})
        ))
    )"""

# Of each filter, the tasks it leaves, up to $7; each range is read in the order of its index.
_PROBE = f"""
    SELECT
        CASE WHEN $3::smallint[] IS NOT NULL THEN ARRAY(
            SELECT found.id
            FROM unnest($2::text[]) AS wanted (status)
            CROSS JOIN unnest($3::smallint[]) AS level (rank)
            CROSS JOIN LATERAL (
                SELECT id
                FROM tasks
                WHERE room_id = $1 AND status = wanted.status AND rank = level.rank AND deleted_at IS NULL
                ORDER BY number
                LIMIT $7
            ) AS found
            LIMIT $7
        ) END AS by_rank,
        CASE WHEN $4::uuid IS NOT NULL THEN ARRAY(
            SELECT found.task_id
            FROM (SELECT DISTINCT status <> 'done' FROM unnest($2::text[]) AS s (status)) AS wanted (is_open)
            CROSS JOIN LATERAL (
                SELECT task_id
                FROM task_assignees
                WHERE user_id = $4 AND room_id = $1 AND is_open = wanted.is_open
                ORDER BY task_id
                LIMIT $7
            ) AS found
            LIMIT $7
        ) END AS by_assignee,
        CASE WHEN $5::timestamptz IS NOT NULL THEN ARRAY(
            SELECT found.id
            FROM unnest($2::text[]) AS wanted (status)
            CROSS JOIN LATERAL (
                SELECT id
                FROM tasks
                WHERE room_id = $1 AND status = wanted.status AND coalesce(due_at, 'infinity') < $5
                  AND deleted_at IS NULL
                ORDER BY coalesce(due_at, 'infinity'), number
                LIMIT $7
            ) AS found
            LIMIT $7
        ) END AS by_due,
        CASE WHEN $6::text IS NOT NULL THEN ARRAY(
            SELECT task_id
            FROM texts
            WHERE words @@ ({_QUERY}) AND numnode({_ASKED}) > 0
            LIMIT $7
        ) END AS by_words
"""

# Where a room holds much of all there is, PostgreSQL would rather read every text, of all rooms, until it has enough.
_BY_INDEX = "SET LOCAL enable_seqscan = off"

_BY_STATUS = """
        SELECT found.*
        FROM unnest($2::text[]) AS wanted (status)
        CROSS JOIN LATERAL (
            SELECT *
            FROM tasks
            WHERE room_id = $1 AND status = wanted.status AND deleted_at IS NULL
              AND {beyond}
            ORDER BY {sorting}
            LIMIT $7
        ) AS found
        ORDER BY {sorting}
        LIMIT $7
"""

# The board's own order, of any status: one range less to merge.
_WHOLE_ROOM = """
        SELECT *
        FROM tasks
        WHERE room_id = $1 AND deleted_at IS NULL
          AND {beyond}
        ORDER BY {sorting}
        LIMIT $7
"""

_SCAN = """
    SELECT {columns}, t.place, {passes} AS passes
    FROM (
        SELECT s.*, row_number() OVER (ORDER BY {sorting}) AS place
        FROM ({source}) AS s
    ) AS t
    WHERE {passes} OR t.place = $7
    ORDER BY {sorting}
    LIMIT $8
"""

# OFFSET 0 keeps the look-up of each id apart, so that it is always one by the primary key.
_CHOOSE = """
    SELECT {columns}
    FROM unnest($7::uuid[]) AS wanted (id)
    CROSS JOIN LATERAL (
        SELECT *
        FROM tasks
        WHERE id = wanted.id AND room_id = $1 AND deleted_at IS NULL
        OFFSET 0
    ) AS t
    WHERE {passes} AND {beyond}
    ORDER BY {sorting}
    LIMIT $8
"""


def _fill(template: str, order: Order, source: str = "") -> str:
    words = {"sorting": order.sorting, "beyond": order.beyond(9)}
    return template.format(
        columns=page_columns(order.sorting), passes=_PASSES, source=source.format(**words), **words
    )


_SCANS = {name: _fill(_SCAN, order, _BY_STATUS) for name, order in ORDERS.items()}
_ROOM_SCANS = {name: _fill(_SCAN, order, _WHOLE_ROOM) for name, order in ORDERS.items() if "position" in name}
_CHOICES = {name: _fill(_CHOOSE, order) for name, order in ORDERS.items()}


async def probe(connection: Connection, filters: Filters, few: int) -> list[list[UUID]]:
    """Of each filter given, the ids of tasks among which are all that it leaves, cut at `few`."""
    if filters.words is None:
        rows = await connection.fetch(_PROBE, *filters, few)
    else:
        async with connection.transaction():
            await connection.execute(_BY_INDEX)
            rows = await connection.fetch(_PROBE, *filters, few)
    return [ids for ids in rows[0].values() if ids is not None]


async def scan(
    connection: Connection, filters: Filters, order: Order, after: Key, depth: int, limit: int, *, whole: bool
) -> list[Row]:
    """Of the `depth` tasks that come after `after`, the first `limit` that pass; and the last one, if it is reached.

    Beside the fields of a task: its `place` among those, whether it `passes`, and whether it `fits` (see
    tasks.queries.fitting). `whole`: of every status.
    """
    statements = _ROOM_SCANS if whole and order.name in _ROOM_SCANS else _SCANS
    return await connection.fetch(statements[order.name], *filters, depth, limit, *after)


async def choose(
    connection: Connection, filters: Filters, order: Order, after: Key, ids: Sequence[UUID], limit: int
) -> list[Row]:
    """Of the tasks `ids`, the first `limit` after `after` that pass, and whether each `fits`."""
    return await connection.fetch(_CHOICES[order.name], *filters, list(ids), limit, *after)

"""What the gateway's views show: a person's own tasks over all their rooms, and how many a room has."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec

from chassis.database import Connection
from chassis.moments import Moment
from tasks.models import Task
from tasks.queries import fitting
from tasks.queries.tasks import page_columns, read_task


class TaskCounts(msgspec.Struct, frozen=True):
    """How many tasks of a room are in each status, counted up to a bound."""

    todo: int
    doing: int
    done: int


class DueKey(NamedTuple):
    """Where a page ends: its last task, and when that is due."""

    due_at: Moment | None
    task_id: UUID


# A range of one index, in its order; rooms the person may no longer see are left out on the way.
_DUE = "coalesce(mine.due_at, 'infinity'), mine.task_id"
_ASSIGNED = f"""
    SELECT {page_columns(_DUE)}
    FROM (
        SELECT task_id, due_at
        FROM task_assignees
        WHERE user_id = $1 AND is_open AND room_id = ANY($2::uuid[])
          AND coalesce(due_at, 'infinity') <= coalesce(now() + $3::interval, 'infinity')
          AND (coalesce(due_at, 'infinity'), task_id) > ($5::text::timestamptz, $6)
        ORDER BY coalesce(due_at, 'infinity'), task_id
        LIMIT $4
    ) AS mine
    CROSS JOIN LATERAL (SELECT * FROM tasks WHERE id = mine.task_id OFFSET 0) AS t
    ORDER BY {_DUE}
"""

# Up to a bound in each status, so that a room of any size costs no more; the order makes it a range of an index.
_COUNTS = """
    SELECT status, (
        SELECT count(*)
        FROM (
            SELECT
            FROM tasks
            WHERE room_id = $1 AND status = s.status AND deleted_at IS NULL
            ORDER BY position
            LIMIT 1000
        ) AS t
    ) AS count
    FROM unnest(ARRAY['todo', 'doing', 'done']) AS s (status)
"""


async def counts(connection: Connection, room_id: UUID) -> TaskCounts:
    return TaskCounts(**{row["status"]: row["count"] for row in await connection.fetch(_COUNTS, room_id)})


async def assigned(
    connection: Connection,
    user_id: UUID,
    rooms: list[UUID],
    within: timedelta | None,
    limit: int,
    after: DueKey | None = None,
) -> tuple[list[Task], bool]:
    """A page of open tasks assigned to the user, and whether others follow. The earliest due comes first.

    With `within` those that are due within that time alone.
    """
    if after is None:
        start = ("-infinity", UUID(int=0))
    else:
        start = (after.due_at.isoformat() if after.due_at else "infinity", after.task_id)
    rows = await connection.fetch(_ASSIGNED, user_id, rooms, within, limit + 1, *start)
    page, more = fitting.cut(rows, limit)
    return [read_task(row) for row in page], more

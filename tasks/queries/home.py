"""What the gateway's views show: a person's own tasks over all their rooms, and how many a room has."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec

from chassis.database import Connection
from chassis.moments import Moment
from tasks.models import Task
from tasks.queries.tasks import COLUMNS


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
_ASSIGNED = f"""
    SELECT {COLUMNS}
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
    ORDER BY coalesce(mine.due_at, 'infinity'), mine.task_id
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
) -> list[Task]:
    """Open tasks assigned to the user, the earliest due first; those due `within` some time only, if it is given."""
    if after is None:
        start = ("-infinity", UUID(int=0))
    else:
        start = (after.due_at.isoformat() if after.due_at else "infinity", after.task_id)
    return [Task(**row) for row in await connection.fetch(_ASSIGNED, user_id, rooms, within, limit, *start)]

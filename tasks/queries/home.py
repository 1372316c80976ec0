"""A person's own tasks, over all their rooms."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from chassis.database import Connection
from tasks.models import Task
from tasks.queries.tasks import COLUMNS


class DueKey(NamedTuple):
    """Where a page ends: its last task, and when that is due."""

    due_at: datetime | None
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

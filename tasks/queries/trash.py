"""Tasks and comments that are deleted and not yet gone."""

from datetime import datetime, timedelta
from uuid import UUID

from chassis.database import Connection
from tasks.models import Task, TrashedTask
from tasks.queries import fitting
from tasks.queries.tasks import COLUMNS, page_columns

_DISCARD = """
    UPDATE tasks
    SET deleted_at = clock_timestamp(),
        version    = version + 1
    WHERE id = $1 AND deleted_at IS NULL
"""

_HOLD = """
    SELECT id
    FROM tasks
    WHERE id = $1 AND room_id = $2 AND deleted_at > now() - $3::interval
    FOR NO KEY UPDATE
"""

_HELD = f"""
    SELECT {COLUMNS}
    FROM tasks t
    WHERE t.id = $1
"""

_RESTORE = f"""
    UPDATE tasks AS t
    SET deleted_at = NULL,
        position   = $2,
        updated_at = clock_timestamp(),
        version    = version + 1
    WHERE id = $1
    RETURNING {COLUMNS}
"""

_LATEST = "t.deleted_at DESC, t.number DESC"
_PAGE = f"""
    SELECT {page_columns(_LATEST)}, t.deleted_at
    FROM tasks t
    WHERE t.room_id = $1 AND t.deleted_at > now() - $2::interval
      AND (t.deleted_at, t.number) < ($3::timestamptz, $4::bigint)
    ORDER BY {_LATEST}
    LIMIT $5
"""

_EXPIRED_TASKS = """
    SELECT id
    FROM tasks
    WHERE deleted_at < now() - $1::interval
    ORDER BY deleted_at, id
    LIMIT $2
"""

_EXPIRED_COMMENTS = """
    SELECT id
    FROM comments
    WHERE deleted_at < now() - $1::interval
    ORDER BY deleted_at, id
    LIMIT $2
"""


async def discard(connection: Connection, task_id: UUID) -> None:
    await connection.execute(_DISCARD, task_id)


async def hold(connection: Connection, task_id: UUID, room_id: UUID, kept: timedelta) -> Task | None:
    """The task of the room that was deleted within `kept`, held until the transaction ends."""
    if await connection.fetchval(_HOLD, task_id, room_id, kept) is None:
        return None
    rows = await connection.fetch(_HELD, task_id)
    return Task(**rows[0])


async def restore(connection: Connection, task_id: UUID, position: str) -> Task:
    rows = await connection.fetch(_RESTORE, task_id, position)
    return Task(**rows[0])


async def page(
    connection: Connection, room_id: UUID, kept: timedelta, before: tuple[datetime, int], limit: int
) -> tuple[list[TrashedTask], bool]:
    """A page of what was deleted within `kept`, the latest first, from behind the (time, number) `before` on.

    And whether others follow.
    """
    page, more = fitting.cut(await connection.fetch(_PAGE, room_id, kept, *before, limit + 1), limit)
    names = TrashedTask.__struct_fields__
    return [TrashedTask(**{name: row[name] for name in names}) for row in page], more


async def expired_tasks(connection: Connection, kept: timedelta, limit: int) -> list[UUID]:
    return [row["id"] for row in await connection.fetch(_EXPIRED_TASKS, kept, limit)]


async def expired_comments(connection: Connection, kept: timedelta, limit: int) -> list[UUID]:
    return [row["id"] for row in await connection.fetch(_EXPIRED_COMMENTS, kept, limit)]

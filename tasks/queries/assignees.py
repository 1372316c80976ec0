"""Who a task is assigned to. `link_id` is the link of Keys behind a row: so news of an older one is told apart."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.database import Connection, affected

# Where the link of before went and the news of it is on its way, the row goes over to the new one.
_INSERT = """
    INSERT INTO task_assignees (task_id, user_id, room_id, link_id, is_open, due_at)
    SELECT t.id, new.user_id, t.room_id, new.link_id, t.status <> 'done', t.due_at
    FROM tasks t
    CROSS JOIN unnest($2::uuid[], $3::uuid[]) AS new (user_id, link_id)
    WHERE t.id = $1
    ON CONFLICT (task_id, user_id) DO UPDATE
    SET link_id = EXCLUDED.link_id
"""

_FOLLOW_TASK = """
    UPDATE task_assignees
    SET is_open = $2,
        due_at  = $3
    WHERE task_id = $1
"""

_LINK = """
    SELECT link_id
    FROM task_assignees
    WHERE task_id = $1 AND user_id = $2
"""

_STANDING = """
    SELECT task_id, user_id, link_id
    FROM task_assignees
    JOIN unnest($1::uuid[], $2::uuid[]) AS wanted (task_id, user_id) USING (task_id, user_id)
"""

_DELETE = """
    DELETE FROM task_assignees
    WHERE link_id = $1
"""


async def insert(connection: Connection, task_id: UUID, links: Sequence[tuple[UUID, UUID]]) -> None:
    """Assigns the task to each (user, link)."""
    await connection.execute(_INSERT, task_id, [user for user, _ in links], [link for _, link in links])


async def follow_task(connection: Connection, task_id: UUID, is_open: bool, due_at: datetime | None) -> None:
    """Brings the copies of the task's fields up to it."""
    await connection.execute(_FOLLOW_TASK, task_id, is_open, due_at)


async def link(connection: Connection, task_id: UUID, user_id: UUID) -> UUID | None:
    link_id: UUID | None = await connection.fetchval(_LINK, task_id, user_id)
    return link_id


async def standing(connection: Connection, pairs: Sequence[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], UUID]:
    """The links of those (task, user) that are assigned."""
    rows = await connection.fetch(_STANDING, [task for task, _ in pairs], [user for _, user in pairs])
    return {(row["task_id"], row["user_id"]): row["link_id"] for row in rows}


async def delete(connection: Connection, link_id: UUID) -> bool:
    return affected(await connection.execute(_DELETE, link_id)) == 1

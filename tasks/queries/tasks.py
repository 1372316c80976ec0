"""Tasks one by one."""

from typing import Any
from uuid import UUID

from chassis.database import Connection, Row
from tasks.models import Task

# The fields of models.Task, of a row named t.
COLUMNS = """
    t.id, t.room_id, t.number, t.title, t.description, t.status, t.priority, t.due_at,
    ARRAY(SELECT a.user_id FROM task_assignees a WHERE a.task_id = t.id ORDER BY a.link_id) AS assignees,
    t.position, t.created_by, t.created_at, t.updated_at, t.completed_at, t.version
"""

_INSERT = f"""
    INSERT INTO tasks AS t (
        id, room_id, number, title, description, status, priority, due_at, position, created_by, completed_at
    )
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, CASE WHEN $6 = 'done' THEN clock_timestamp() END)
    RETURNING {COLUMNS}
"""

_SEEN = f"""
    SELECT {COLUMNS}
    FROM tasks t
    WHERE t.id = $1 AND t.room_id = ANY($2::uuid[]) AND t.deleted_at IS NULL
"""

_ROOM_OF = """
    SELECT room_id
    FROM tasks
    WHERE id = $1
"""

_HOLD = """
    SELECT id
    FROM tasks
    WHERE id = $1 AND room_id = $2 AND deleted_at IS NULL
    FOR NO KEY UPDATE
"""

_HELD = f"""
    SELECT {COLUMNS}
    FROM tasks t
    WHERE t.id = $1
"""

_UPDATE = f"""
    UPDATE tasks AS t
    SET title        = $3,
        description  = $4,
        status       = $5,
        priority     = $6,
        due_at       = $7,
        position     = $8,
        completed_at = CASE WHEN $5 = 'done' THEN coalesce(completed_at, clock_timestamp()) END,
        updated_at   = clock_timestamp(),
        version      = version + 1
    WHERE id = $1 AND version = $2 AND deleted_at IS NULL
    RETURNING {COLUMNS}
"""

# What a person writes is news; what follows from elsewhere only makes a new version.
_TOUCH = f"""
    UPDATE tasks AS t
    SET updated_at = CASE WHEN $2 THEN clock_timestamp() ELSE updated_at END,
        version    = version + 1
    WHERE id = $1
    RETURNING {COLUMNS}
"""

_LAST_POSITION = """
    SELECT position
    FROM tasks
    WHERE room_id = $1 AND deleted_at IS NULL
    ORDER BY position DESC
    LIMIT 1
"""


def read_task(row: Row) -> Task:
    """The task of a row that may hold more than its fields."""
    return Task(**{name: row[name] for name in Task.__struct_fields__})


async def insert(connection: Connection, *values: Any) -> Task:
    """`values`: id, room, number, title, description, status, priority, due_at, position, creator."""
    rows = await connection.fetch(_INSERT, *values)
    return Task(**rows[0])


async def seen(connection: Connection, task_id: UUID, rooms: list[UUID]) -> Task | None:
    """The live task, if it is in one of `rooms`."""
    row = await connection.fetchrow(_SEEN, task_id, rooms)
    return Task(**row) if row else None


async def room_of(connection: Connection, task_id: UUID) -> UUID | None:
    """The room of the task, be it live or in the trash."""
    room_id: UUID | None = await connection.fetchval(_ROOM_OF, task_id)
    return room_id


async def hold(connection: Connection, task_id: UUID, room_id: UUID) -> Task | None:
    """The live task of the room, held until the transaction ends."""
    if await connection.fetchval(_HOLD, task_id, room_id) is None:
        return None
    # A second statement: the first one's snapshot is older than its wait, so its assignees would be too.
    rows = await connection.fetch(_HELD, task_id)
    return Task(**rows[0])


async def update(connection: Connection, task: Task) -> Task | None:
    """Writes the fields of `task` over its row of the same version."""
    row = await connection.fetchrow(
        _UPDATE,
        task.id,
        task.version,
        task.title,
        task.description,
        task.status,
        task.priority,
        task.due_at,
        task.position,
    )
    return Task(**row) if row else None


async def last_position(connection: Connection, room_id: UUID) -> str | None:
    position: str | None = await connection.fetchval(_LAST_POSITION, room_id)
    return position


async def touch(connection: Connection, task_id: UUID, *, by_person: bool) -> Task:
    """A new version of a task that is held, for what stands in other tables."""
    rows = await connection.fetch(_TOUCH, task_id, by_person)
    return Task(**rows[0])

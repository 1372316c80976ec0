"""Tasks one by one."""

from collections.abc import Sequence
from datetime import UTC
from uuid import UUID

import msgspec

from chassis.database import Connection, Row
from chassis.logs import current_request_id
from keys.client import claims
from tasks.models import NewTask, Task
from tasks.queries import fitting, rooms, texts

_FIELDS = """
    t.id, t.room_id, t.number, t.title, {description} AS description, t.status, t.priority, t.due_at,
    ARRAY(SELECT a.user_id FROM task_assignees a WHERE a.task_id = t.id ORDER BY a.link_id) AS assignees,
    t.position, t.created_by, t.created_at, t.updated_at, t.completed_at, t.version
"""
# The fields of models.Task, of a row named t.
COLUMNS = _FIELDS.format(description="t.description")

# As msgspec writes it.
_UTC = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""

# The room's counters are held first, and then it is looked where its list ends.
_CREATE = f"""
    WITH landed AS (
        {claims.LAND.format(claim="$12")}
    ), counted AS (
        INSERT INTO room_counters AS c (room_id, last_number, open_count)
        SELECT $2, 1, CASE WHEN $5 = 'done' THEN 0 ELSE 1 END
        WHERE $12::uuid IS NULL OR EXISTS (SELECT FROM landed)
        ON CONFLICT (room_id) DO UPDATE
        SET last_number = c.last_number + 1,
            open_count  = c.open_count + EXCLUDED.open_count
        RETURNING last_number
    ), made AS (
        INSERT INTO tasks (
            id, room_id, number, title, description, status, priority, due_at, position, created_by, completed_at
        )
        SELECT $1, $2, last_number, $3, $4, $5, $6, $7, end_of_list($2), $8,
               CASE WHEN $5 = 'done' THEN clock_timestamp() END
        FROM counted
        RETURNING *
    ), assigned AS (
        INSERT INTO task_assignees (task_id, user_id, room_id, link_id, is_open, due_at)
        SELECT made.id, new.user_id, made.room_id, new.link_id, made.status <> 'done', made.due_at
        FROM made
        CROSS JOIN unnest($9::uuid[], $10::uuid[]) AS new (user_id, link_id)
    ), worded AS (
        INSERT INTO texts (id, task_id, room_id, words)
        SELECT id, id, room_id, {texts.WORDS.format(room="room_id", text="$11")}
        FROM made
    ), logged AS (
        INSERT INTO changes (room_id, kind, entity_id, op, version, actor, request_id, after)
        SELECT room_id, 'task', id, 'create', version, created_by, $13, $14::jsonb || jsonb_build_object(
            'number', number, 'position', position, 'version', version, 'created_at', {_UTC.format("created_at")},
            'updated_at', {_UTC.format("updated_at")}, 'completed_at', {_UTC.format("completed_at")}
        )
        FROM made
    )
    SELECT id, room_id, number, title, description, status, priority, due_at, $9::uuid[] AS assignees,
           position, created_by, created_at, updated_at, completed_at, version
    FROM made
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

_HOLD = f"""
    SELECT id
    FROM tasks
    WHERE id = $1 AND room_id = $2 AND deleted_at IS NULL
      AND {rooms.TOGETHER.format(room="$2")}
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
        completed_at = CASE WHEN $5 = 'done' THEN coalesce($9, clock_timestamp()) END,
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


def page_columns(sorting: str) -> str:
    """COLUMNS of a page in this order, and `fits`: see tasks.queries.fitting."""
    fields = _FIELDS.format(description=fitting.fitting("t.description", sorting))
    return f"{fields}, {fitting.fits('t.description', sorting)} AS fits"


def read_task(row: Row) -> Task:
    """The task of a row that may hold more than its fields."""
    return Task(**{name: row[name] for name in Task.__struct_fields__})


async def create(
    connection: Connection,
    task_id: UUID,
    room_id: UUID,
    new: NewTask,
    creator: UUID,
    links: Sequence[tuple[UUID, UUID]],
    words: str,
    claim: UUID | None,
) -> Task | None:
    """A task at the end of the room's list, assigned to each (user, link) of `links`, found by `words`, and logged.

    It takes the room's next number; the row of its counters is held from here on. With a `claim` it is its row that
    lands: None if that was given up.
    """
    record = {
        "id": task_id,
        "room_id": room_id,
        "title": new.title,
        "description": new.description,
        "status": new.status,
        "priority": new.priority,
        "due_at": new.due_at and new.due_at.astimezone(UTC),
        "assignees": [user for user, _ in links],
        "created_by": creator,
    }
    row = await connection.fetchrow(
        _CREATE,
        task_id,
        room_id,
        new.title,
        new.description,
        new.status,
        new.priority,
        new.due_at,
        creator,
        [user for user, _ in links],
        [link for _, link in links],
        words,
        claim,
        current_request_id(),
        msgspec.to_builtins(record),
    )
    return Task(**row) if row else None


async def seen(connection: Connection, task_id: UUID, room_ids: list[UUID]) -> Task | None:
    """The live task, if it is in one of `room_ids`."""
    row = await connection.fetchrow(_SEEN, task_id, room_ids)
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
    """Writes the fields of `task` over its row of the same version. One done at no time yet is done at this one."""
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
        task.completed_at,
    )
    return Task(**row) if row else None


async def touch(connection: Connection, task_id: UUID, *, by_person: bool) -> Task:
    """A new version of a task that is held, for what stands in other tables."""
    rows = await connection.fetch(_TOUCH, task_id, by_person)
    return Task(**rows[0])

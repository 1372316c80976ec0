"""The positions of tasks in their room."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec

from chassis import feed
from chassis.database import Connection
from chassis.logs import current_request_id
from tasks.models import Task
from tasks.queries.tasks import COLUMNS

_POSITION_OF = """
    SELECT position
    FROM tasks
    WHERE id = $1 AND room_id = $2 AND deleted_at IS NULL
"""

# In the trash a task keeps its place.
_PLACE_OF = """
    SELECT position, version
    FROM tasks
    WHERE id = $1 AND room_id = $2
"""

_PREVIOUS = """
    SELECT position
    FROM tasks
    WHERE room_id = $1 AND deleted_at IS NULL AND position < $2 AND id <> $3
    ORDER BY position DESC
    LIMIT 1
"""

_NEXT = """
    SELECT position
    FROM tasks
    WHERE room_id = $1 AND deleted_at IS NULL AND position > $2 AND id <> $3
    ORDER BY position
    LIMIT 1
"""

_IS_TAKEN = """
    SELECT EXISTS (
        SELECT FROM tasks
        WHERE room_id = $1 AND deleted_at IS NULL AND position = $2 AND id <> $3
    )
"""

_BEFORE = """
    SELECT id, position
    FROM tasks
    WHERE room_id = $1 AND deleted_at IS NULL AND position < $2
    ORDER BY position DESC
    LIMIT $3
"""

_FROM = """
    SELECT id, position
    FROM tasks
    WHERE room_id = $1 AND deleted_at IS NULL AND position >= $2
    ORDER BY position
    LIMIT $3
"""

# Of those in the trash; who has the key of a live task would come back directly behind it.
_TRASHED = """
    SELECT id, position
    FROM tasks
    WHERE room_id = $1 AND deleted_at IS NOT NULL
      AND position > coalesce($2, '') AND position < coalesce($3, '~')
    ORDER BY position, number
    LIMIT $4
"""

# In silence: nobody is shown a version of what is in the trash.
_REWRITE_TRASHED = """
    UPDATE tasks AS t
    SET position = new.position
    FROM unnest($1::uuid[], $2::text[]) AS new (id, position)
    WHERE t.id = new.id
"""

# Out of the way first: a new key may be the old one of a neighbour. The ids are in order against deadlock.
_CLEAR = """
    WITH held AS (
        SELECT id
        FROM tasks
        WHERE id = ANY($1::uuid[])
        ORDER BY id
        FOR NO KEY UPDATE
    )
    UPDATE tasks
    SET position = '!' || position
    FROM held
    WHERE tasks.id = held.id
"""

_READ = f"""
    SELECT {COLUMNS}
    FROM tasks t
    WHERE t.id = ANY($1::uuid[])
"""

_REWRITE = f"""
    UPDATE tasks AS t
    SET position = new.position,
        version  = version + 1
    FROM unnest($1::uuid[], $2::text[]) AS new (id, position)
    WHERE t.id = new.id
    RETURNING {COLUMNS}
"""

# As tasks.changes has an update, but all at once, and marked: a person's move can lose its actor too.
_LOG_SPREAD = """
    INSERT INTO changes (room_id, kind, entity_id, op, version, before, after, request_id, is_spread)
    SELECT $1, 'task', id, 'update', version, before, after, $2, true
    FROM unnest($3::uuid[], $4::bigint[], $5::jsonb[], $6::jsonb[]) AS spread (id, version, before, after)
"""


class Place(NamedTuple):
    """Where a task is, as of a version of it."""

    position: str
    version: int


async def place_of(connection: Connection, task_id: UUID, room_id: UUID) -> Place | None:
    """Of a task of the room, be it live or in the trash."""
    row = await connection.fetchrow(_PLACE_OF, task_id, room_id)
    return Place(**row) if row else None


async def position_of(connection: Connection, task_id: UUID, room_id: UUID) -> str | None:
    position: str | None = await connection.fetchval(_POSITION_OF, task_id, room_id)
    return position


async def neighbour(connection: Connection, room_id: UUID, near: str, apart: UUID, *, before: bool) -> str | None:
    """The key next to `near`, as if the task `apart` were not there."""
    statement = _PREVIOUS if before else _NEXT
    position: str | None = await connection.fetchval(statement, room_id, near, apart)
    return position


async def is_taken(connection: Connection, room_id: UUID, position: str, apart: UUID) -> bool:
    """Whether a task other than `apart` has the key."""
    return bool(await connection.fetchval(_IS_TAKEN, room_id, position, apart))


async def around(
    connection: Connection, room_id: UUID, key: str, limit: int, *, before: bool
) -> list[tuple[UUID, str]]:
    """Ids and keys on one side of `key`, the nearest first; a task at `key` itself counts to those behind."""
    rows = await connection.fetch(_BEFORE if before else _FROM, room_id, key, limit)
    return [(row["id"], row["position"]) for row in rows]


async def trashed(
    connection: Connection, room_id: UUID, low: str | None, high: str | None, limit: int
) -> list[tuple[UUID, str]]:
    """Ids and keys of what is in the trash, between two keys or the ends of the list."""
    rows = await connection.fetch(_TRASHED, room_id, low, high, limit)
    return [(row["id"], row["position"]) for row in rows]


async def rewrite_trashed(connection: Connection, ids: list[UUID], keys: list[str]) -> None:
    await connection.execute(_REWRITE_TRASHED, ids, keys)


async def rewrite(connection: Connection, ids: list[UUID], keys: list[str]) -> list[tuple[Task, Task]]:
    """Gives each task its key. Returns each as it was and as it is."""
    await connection.execute(_CLEAR, ids)
    cleared = {row["id"]: Task(**row) for row in await connection.fetch(_READ, ids)}
    rewritten = [Task(**row) for row in await connection.fetch(_REWRITE, ids, keys)]
    return [(_restored(cleared[task.id]), task) for task in rewritten]


async def log_spread(connection: Connection, room_id: UUID, rewritten: Sequence[tuple[Task, Task]]) -> None:
    """Logs that tasks of the room have other keys, which is told to nobody as news."""
    after = [msgspec.to_builtins(new) for _, new in rewritten]
    before = [feed.changed(msgspec.to_builtins(old), new) for (old, _), new in zip(rewritten, after, strict=True)]
    ids, versions = [new.id for _, new in rewritten], [new.version for _, new in rewritten]
    await connection.execute(_LOG_SPREAD, room_id, current_request_id(), ids, versions, before, after)
    feed.note_logged(connection, room_id)


def _restored(task: Task) -> Task:
    return msgspec.structs.replace(task, position=task.position[1:])

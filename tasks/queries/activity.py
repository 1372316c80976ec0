"""The log of changes as people read it: the latest first, of a room, or of one task with its comments."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from chassis.database import Connection, affected
from tasks.changes import Kind, Operation, Recorded
from tasks.queries import fitting

# Keys that were shortened are nobody's doing. They are few a move, so passing over them does not make a page long.
_TOLD = "NOT is_spread"

_COLUMNS = "seq, at, room_id, actor, kind, entity_id, task_id, op, version, before, after"

_TEXT = "concat(before::text, after::text)"
_FITS = fitting.fits(_TEXT, "seq DESC")
_PAGE_COLUMNS = f"""
    seq, at, room_id, actor, kind, entity_id, task_id, op, version,
    CASE WHEN {_FITS} THEN before END AS before, CASE WHEN {_FITS} THEN after END AS after, {_FITS} AS fits
"""

_OF_ROOM = f"""
    SELECT {_PAGE_COLUMNS}
    FROM changes
    WHERE room_id = $1 AND seq < $2 AND {_TOLD}
    ORDER BY seq DESC
    LIMIT $3
"""

_OF_TASK = f"""
    SELECT {_PAGE_COLUMNS}
    FROM changes
    WHERE task_id = $1 AND room_id = ANY($2::uuid[]) AND seq < $3 AND {_TOLD}
    ORDER BY seq DESC
    LIMIT $4
"""

_OF_VERSIONS = f"""
    SELECT {_COLUMNS}
    FROM changes
    JOIN unnest($1::uuid[], $2::bigint[]) AS wanted (entity_id, version) USING (entity_id, version)
    ORDER BY seq DESC
"""

_DELETE_OF_ROOM = """
    DELETE FROM changes
    WHERE seq IN (SELECT seq FROM changes WHERE room_id = $1 ORDER BY seq LIMIT $2)
"""


class Logged(NamedTuple):
    """A row of the log, whose `before` and `after` are as tasks.changes writes them, if it `fits` into its page."""

    seq: int
    at: datetime
    room_id: UUID
    actor: UUID | None
    kind: Kind
    entity_id: UUID
    task_id: UUID
    op: Operation
    version: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    fits: bool = True


async def of_room(connection: Connection, room_id: UUID, before: int, limit: int) -> list[Logged]:
    """What was logged before `before`, the latest first."""
    return [Logged(*row) for row in await connection.fetch(_OF_ROOM, room_id, before, limit)]


async def of_task(connection: Connection, task_id: UUID, rooms: list[UUID], before: int, limit: int) -> list[Logged]:
    """The same of a task in one of `rooms`, and of its comments."""
    return [Logged(*row) for row in await connection.fetch(_OF_TASK, task_id, rooms, before, limit)]


async def of_versions(connection: Connection, recorded: Sequence[Recorded]) -> list[Logged]:
    """The changes that made these versions, the latest first."""
    ids, versions = [each.entity_id for each in recorded], [each.version for each in recorded]
    return [Logged(*row) for row in await connection.fetch(_OF_VERSIONS, ids, versions)]


async def delete_of_room(connection: Connection, room_id: UUID, limit: int) -> int:
    return affected(await connection.execute(_DELETE_OF_ROOM, room_id, limit))

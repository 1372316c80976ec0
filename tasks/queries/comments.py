"""Comments. One is seen only with its task: in a room the caller may see, and not in the trash."""

from datetime import timedelta
from uuid import UUID

from chassis.database import Connection
from tasks.models import Comment
from tasks.queries import fitting, rooms

_FIELDS = "c.id, c.task_id, c.author, {body} AS body, c.created_at, c.updated_at, c.version"
_COLUMNS = _FIELDS.format(body="c.body")

# As the foreign key of what is inserted next holds it: it cannot go in between.
_TASK_ROOM = """
    SELECT room_id
    FROM tasks
    WHERE id = $1 AND deleted_at IS NULL
    FOR KEY SHARE
"""

_INSERT = f"""
    INSERT INTO comments AS c (id, task_id, author, body)
    VALUES ($1, $2, $3, $4)
    RETURNING {_COLUMNS}
"""

_IS_SEEN = """
    SELECT EXISTS (
        SELECT FROM tasks
        WHERE id = $1 AND room_id = ANY($2::uuid[]) AND deleted_at IS NULL
    )
"""

_PAGE = f"""
    SELECT {_FIELDS.format(body=fitting.fitting("c.body", "c.id"))}, {fitting.fits("c.body", "c.id")} AS fits
    FROM comments c
    WHERE c.task_id = $1 AND c.id > $2 AND c.deleted_at IS NULL
    ORDER BY c.id
    LIMIT $3
"""

_HOLD = f"""
    SELECT {_COLUMNS}
    FROM comments c
    JOIN tasks t ON t.id = c.task_id
    WHERE c.id = $1 AND t.room_id = $2 AND c.deleted_at IS NULL AND t.deleted_at IS NULL
      AND {rooms.TOGETHER.format(room="$2")}
    FOR NO KEY UPDATE OF c
"""

_UPDATE = f"""
    UPDATE comments AS c
    SET body       = $3,
        updated_at = clock_timestamp(),
        version    = version + 1
    WHERE id = $1 AND version = $2
    RETURNING {_COLUMNS}
"""

_DISCARD = """
    UPDATE comments
    SET deleted_at = clock_timestamp(),
        version    = version + 1
    WHERE id = $1 AND version = $2
"""

_HOLD_DISCARDED = f"""
    SELECT {_COLUMNS}
    FROM comments c
    JOIN tasks t ON t.id = c.task_id
    WHERE c.id = $1 AND t.room_id = $2 AND c.deleted_at > now() - $3::interval AND t.deleted_at IS NULL
    FOR NO KEY UPDATE OF c
"""

_HOLD_EITHER = f"""
    SELECT {_COLUMNS}, c.deleted_at IS NULL AS is_live
    FROM comments c
    JOIN tasks t ON t.id = c.task_id
    WHERE c.id = $1 AND t.room_id = $2 AND coalesce(c.deleted_at > now() - $3::interval, true)
    FOR NO KEY UPDATE OF c
"""

_RESTORE = f"""
    UPDATE comments AS c
    SET deleted_at = NULL,
        updated_at = clock_timestamp(),
        version    = version + 1
    WHERE id = $1 AND version = $2
    RETURNING {_COLUMNS}
"""


async def task_room(connection: Connection, task_id: UUID) -> UUID | None:
    """The room of the live task, which stays until the transaction ends."""
    room_id: UUID | None = await connection.fetchval(_TASK_ROOM, task_id)
    return room_id


async def insert(connection: Connection, comment_id: UUID, task_id: UUID, author: UUID, body: str) -> Comment:
    rows = await connection.fetch(_INSERT, comment_id, task_id, author, body)
    return Comment(**rows[0])


async def is_task_seen(connection: Connection, task_id: UUID, rooms: list[UUID]) -> bool:
    return bool(await connection.fetchval(_IS_SEEN, task_id, rooms))


async def page(connection: Connection, task_id: UUID, after: UUID, limit: int) -> tuple[list[Comment], bool]:
    """A page of those made after `after`, the oldest first, and whether others follow."""
    page, more = fitting.cut(await connection.fetch(_PAGE, task_id, after, limit + 1), limit)
    names = Comment.__struct_fields__
    return [Comment(**{name: row[name] for name in names}) for row in page], more


async def hold(connection: Connection, comment_id: UUID, room_id: UUID) -> Comment | None:
    """The comment on a live task of the room, held until the transaction ends."""
    row = await connection.fetchrow(_HOLD, comment_id, room_id)
    return Comment(**row) if row else None


async def update(connection: Connection, comment: Comment, body: str) -> Comment:
    """Writes the body of a comment that is held."""
    rows = await connection.fetch(_UPDATE, comment.id, comment.version, body)
    return Comment(**rows[0])


async def discard(connection: Connection, comment: Comment) -> None:
    """Puts a comment that is held out of sight."""
    await connection.execute(_DISCARD, comment.id, comment.version)


async def hold_discarded(connection: Connection, comment_id: UUID, room_id: UUID, kept: timedelta) -> Comment | None:
    """The comment on a live task of the room that was deleted within `kept`, held until the transaction ends."""
    row = await connection.fetchrow(_HOLD_DISCARDED, comment_id, room_id, kept)
    return Comment(**row) if row else None


async def hold_either(
    connection: Connection, comment_id: UUID, room_id: UUID, kept: timedelta
) -> tuple[Comment, bool] | None:
    """The comment, held, and whether it is not deleted; its task may be in the trash."""
    row = await connection.fetchrow(_HOLD_EITHER, comment_id, room_id, kept)
    if row is None:
        return None
    fields = dict(row)
    is_live = fields.pop("is_live")
    return Comment(**fields), is_live


async def restore(connection: Connection, comment: Comment) -> Comment:
    """Takes a discarded comment that is held back into sight."""
    rows = await connection.fetch(_RESTORE, comment.id, comment.version)
    return Comment(**rows[0])

"""What goes because something elsewhere went.

What is deleted changes in silence: it shows no version to anybody, and gets a new one when it is brought back. Not so
a comment that is out of sight with its task: it comes back as it is.
"""

from uuid import UUID

from chassis.database import Connection, Row
from tasks.models import Comment, Task
from tasks.queries.tasks import COLUMNS, read_task

_DELETE_TASKS = """
    DELETE FROM tasks
    WHERE id = ANY($1::uuid[])
"""

# Of each a comment and then its words, as who edits it takes them.
_DELETE_COMMENTS = """
    WITH gone AS (
        DELETE FROM comments
        WHERE id IN (
            SELECT each.id
            FROM unnest($1::uuid[]) AS task (id)
            CROSS JOIN LATERAL (
                SELECT id
                FROM comments
                WHERE task_id = task.id
                ORDER BY id
                LIMIT $2
            ) AS each
            LIMIT $2
        )
        RETURNING id
    ), unsaid AS (
        DELETE FROM texts
        USING gone
        WHERE texts.id = gone.id
    )
    SELECT count(*) FROM gone
"""

_DELETE_COMMENT = """
    DELETE FROM comments
    WHERE id = $1
"""

_TASK_OF_LINK = """
    SELECT a.task_id, t.room_id
    FROM task_assignees a
    JOIN tasks t ON t.id = a.task_id
    WHERE a.link_id = $1
"""

_LINKS_OF_USER = """
    SELECT link_id
    FROM task_assignees
    WHERE user_id = $1
    LIMIT $2
"""

_ROOM_OF_COMMENT = """
    SELECT t.room_id
    FROM comments c
    JOIN tasks t ON t.id = c.task_id
    WHERE c.id = $1
"""

# Of the same tasks and comments as those that are forgotten next.
_ROOMS_OF_MAKER = """
    SELECT room_id
    FROM (
        SELECT room_id
        FROM tasks
        WHERE created_by = $1
        ORDER BY id
        LIMIT $2
    ) AS made
  UNION
    SELECT t.room_id
    FROM (
        SELECT task_id
        FROM comments
        WHERE author = $1
        ORDER BY id
        LIMIT $2
    ) AS said
    JOIN tasks t ON t.id = said.task_id
    ORDER BY room_id
"""

_FORGET_CREATOR = f"""
    UPDATE tasks AS t
    SET created_by = NULL,
        version    = version + CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END
    FROM (
        SELECT id
        FROM tasks
        WHERE created_by = $1 AND room_id = ANY($2::uuid[])
        ORDER BY id
        LIMIT $3
        FOR NO KEY UPDATE
    ) AS held
    WHERE t.id = held.id
    RETURNING {COLUMNS}, t.deleted_at IS NULL AS is_live
"""

_FORGET_AUTHOR = """
    UPDATE comments AS c
    SET author  = NULL,
        version = c.version + CASE WHEN held.is_live THEN 1 ELSE 0 END
    FROM (
        SELECT c.id, t.room_id, c.deleted_at IS NULL AS is_live
        FROM comments c
        JOIN tasks t ON t.id = c.task_id
        WHERE c.author = $1 AND t.room_id = ANY($2::uuid[])
        ORDER BY c.id
        LIMIT $3
        FOR NO KEY UPDATE OF c
    ) AS held
    WHERE c.id = held.id
    RETURNING c.id, c.task_id, c.author, c.body, c.created_at, c.updated_at, c.version, held.room_id, held.is_live
"""

_TASKS_OF_ROOM = """
    SELECT id
    FROM tasks
    WHERE room_id = $1
    ORDER BY number
    LIMIT $2
"""


async def delete_tasks(connection: Connection, tasks: list[UUID]) -> None:
    """Deletes the tasks, and what is left of their comments, assignees and words."""
    await connection.execute(_DELETE_TASKS, tasks)


async def delete_comments(connection: Connection, tasks: list[UUID], limit: int) -> int:
    """Deletes at most `limit` comments on the tasks, with their words; returns how many there were."""
    deleted: int = await connection.fetchval(_DELETE_COMMENTS, tasks, limit)
    return deleted


async def delete_comment(connection: Connection, comment_id: UUID) -> None:
    await connection.execute(_DELETE_COMMENT, comment_id)


async def task_of_link(connection: Connection, link_id: UUID) -> Row | None:
    """task_id and room_id of the task that the link assigns."""
    return await connection.fetchrow(_TASK_OF_LINK, link_id)


async def links_of_user(connection: Connection, user_id: UUID, limit: int) -> list[UUID]:
    return [row["link_id"] for row in await connection.fetch(_LINKS_OF_USER, user_id, limit)]


async def room_of_comment(connection: Connection, comment_id: UUID) -> UUID | None:
    """The room of the comment, be it or its task live or in the trash."""
    room_id: UUID | None = await connection.fetchval(_ROOM_OF_COMMENT, comment_id)
    return room_id


async def rooms_of_maker(connection: Connection, user_id: UUID, limit: int) -> list[UUID]:
    """The rooms, in order, of the first tasks and comments that the user made."""
    return [row["room_id"] for row in await connection.fetch(_ROOMS_OF_MAKER, user_id, limit)]


async def forget_creator(
    connection: Connection, user_id: UUID, rooms: list[UUID], limit: int
) -> list[tuple[Task, bool]]:
    """Tasks in `rooms` made by the user, as they now are, and whether each is live."""
    rows = await connection.fetch(_FORGET_CREATOR, user_id, rooms, limit)
    return [(read_task(row), row["is_live"]) for row in rows]


async def forget_author(
    connection: Connection, user_id: UUID, rooms: list[UUID], limit: int
) -> list[tuple[Comment, UUID, bool]]:
    """Comments in `rooms` by the user, as they now are, the room of each, and whether it is not deleted itself."""
    rows = await connection.fetch(_FORGET_AUTHOR, user_id, rooms, limit)
    return [
        (Comment(**{name: row[name] for name in Comment.__struct_fields__}), row["room_id"], row["is_live"])
        for row in rows
    ]


async def tasks_of_room(connection: Connection, room_id: UUID, limit: int) -> list[UUID]:
    """The first tasks of the room, be they live or in the trash."""
    return [row["id"] for row in await connection.fetch(_TASKS_OF_ROOM, room_id, limit)]

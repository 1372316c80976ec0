"""The words that the search looks in."""

from uuid import UUID

from chassis.database import Connection

_PUT = """
    INSERT INTO texts (id, task_id, room_id, words)
    VALUES ($1, $2, $3, array_to_tsvector(ARRAY['room:' || $3::uuid::text]) || to_tsvector('simple', $4))
    ON CONFLICT (id) DO UPDATE
    SET words = EXCLUDED.words
"""

_DELETE = """
    DELETE FROM texts
    WHERE id = $1
"""


async def put(connection: Connection, entity_id: UUID, task_id: UUID, room_id: UUID, text: str) -> None:
    """Makes the task found by the words of `text`, which are those of the task itself or of a comment on it."""
    await connection.execute(_PUT, entity_id, task_id, room_id, text)


async def delete(connection: Connection, entity_id: UUID) -> None:
    await connection.execute(_DELETE, entity_id)

"""Users whose name changed, and how far their memberships have been told anew."""

from uuid import UUID

from chassis.database import Connection, Row, mark_changed
from chassis.logs import current_request_id

_BEGIN = """
    INSERT INTO renames (user_id, after)
    VALUES ($1, $2)
    ON CONFLICT (user_id) DO UPDATE SET after = excluded.after
"""

_IS_LEFT = "SELECT EXISTS (SELECT FROM renames)"

_NEXT = """
    SELECT user_id, after
    FROM renames
    LIMIT 1
    FOR UPDATE SKIP LOCKED
"""

_MEMBERSHIPS = """
    SELECT id, target_id AS room_id
    FROM links
    WHERE relation = 'member'
      AND source_type = 'user' AND source_id = $1
      AND dropped_at IS NULL AND claim IS NULL
      AND id > $2
    ORDER BY id
    LIMIT $3
"""

# As they are now, with the version they have: of a membership nothing has changed but whom it shows.
_TELL = """
    INSERT INTO changes (kind, entity_id, op, actor, room_id, version, request_id, after)
    SELECT 'member', id, 'updated', source_id, target_id, version, $2,
           jsonb_build_object('source', source_id, 'target', target_id, 'role', role, 'since', made_at)
    FROM links
    WHERE id = ANY($1::uuid[])
      AND dropped_at IS NULL AND claim IS NULL
"""

_MOVE = "UPDATE renames SET after = $2 WHERE user_id = $1"

_FINISH = "DELETE FROM renames WHERE user_id = $1"


async def begin(connection: Connection, user: UUID, after: UUID) -> None:
    """From the first membership on, also if an earlier change of the name is not told to all yet."""
    await connection.execute(_BEGIN, user, after)


async def is_left(connection: Connection) -> bool:
    """Whether there is anything to tell."""
    return bool(await connection.fetchval(_IS_LEFT))


async def next_renamed(connection: Connection) -> Row | None:
    """A user whom nobody else is at, held."""
    return await connection.fetchrow(_NEXT)


async def memberships(connection: Connection, user: UUID, after: UUID, limit: int) -> list[Row]:
    return await connection.fetch(_MEMBERSHIPS, user, after, limit)


async def tell(connection: Connection, links: list[UUID]) -> None:
    await connection.execute(_TELL, links, current_request_id())
    mark_changed(connection)


async def move(connection: Connection, user: UUID, after: UUID) -> None:
    await connection.execute(_MOVE, user, after)


async def finish(connection: Connection, user: UUID) -> None:
    await connection.execute(_FINISH, user)

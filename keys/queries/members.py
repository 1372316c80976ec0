"""Members of rooms. Whoever changes one holds the room's node, so that the rule of the last owner is decided once."""

from uuid import UUID

from chassis.database import Connection, Row

# Waits for those who link to the room, and for another change of its members.
_HOLD_ROOMS = """
    SELECT id
    FROM nodes
    WHERE type = 'room' AND id = ANY($1::uuid[]) AND buried_at IS NULL
    ORDER BY id
    FOR NO KEY UPDATE
"""

# Found from the user: without the type of its target it cannot be looked for among all members of the room.
_MEMBER = """
    SELECT m.id, m.source_id AS user_id, m.role, m.version, m.made_at AS since
    FROM links m
    WHERE m.relation = 'member'
      AND m.source_type = 'user' AND m.source_id = $2
      AND m.target_id = $1
      AND m.dropped_at IS NULL AND m.claim IS NULL
      AND (SELECT u.buried_at IS NULL FROM nodes u WHERE u.type = 'user' AND u.id = m.source_id)
"""

# Not a join: that could read all users and all members of the room for one page.
_PAGE = """
    SELECT m.id, m.source_id AS user_id, m.role, m.version, m.made_at AS since
    FROM links m
    WHERE m.relation = 'member'
      AND m.target_type = 'room' AND m.target_id = $1
      AND m.dropped_at IS NULL AND m.claim IS NULL
      AND m.id > $2
      AND (SELECT u.buried_at IS NULL FROM nodes u WHERE u.type = 'user' AND u.id = m.source_id)
    ORDER BY m.id
    LIMIT $3
"""

# Up to a bound, so that a room of any size costs no more.
_COUNT = """
    SELECT count(*)
    FROM (
        SELECT
        FROM links m
        WHERE m.relation = 'member'
          AND m.target_type = 'room' AND m.target_id = $1
          AND m.dropped_at IS NULL AND m.claim IS NULL
          AND (SELECT u.buried_at IS NULL FROM nodes u WHERE u.type = 'user' AND u.id = m.source_id)
        ORDER BY m.id
        LIMIT 1000
    ) AS members
"""

_SET_ROLE = """
    UPDATE links
    SET role = $3, version = version + 1
    WHERE relation = 'member'
      AND source_type = 'user' AND source_id = $2
      AND target_id = $1
      AND dropped_at IS NULL AND claim IS NULL
      AND ($4::bigint IS NULL OR version = $4)
    RETURNING id, source_id AS user_id, role, version, made_at AS since
"""

# A statement of its own: only with its role can it be planned by the index of owners, and not read all members.
_HAS_OTHER_OWNER = """
    SELECT EXISTS (
        SELECT FROM links m
        WHERE m.relation = 'member' AND m.role = 'owner'
          AND m.target_type = 'room' AND m.target_id = $1 AND m.source_id <> $2
          AND m.dropped_at IS NULL AND m.claim IS NULL
          AND (SELECT u.buried_at IS NULL FROM nodes u WHERE u.type = 'user' AND u.id = m.source_id)
    )
"""

# Also one who is just joining.
_HAS_OTHER_MEMBER = """
    SELECT EXISTS (
        SELECT FROM links m
        WHERE m.relation = 'member'
          AND m.target_type = 'room' AND m.target_id = $1 AND m.source_id <> $2
          AND m.dropped_at IS NULL
          AND (SELECT u.buried_at IS NULL FROM nodes u WHERE u.type = 'user' AND u.id = m.source_id)
    )
"""

_OWNED_ROOMS = """
    SELECT m.target_id
    FROM links m
    WHERE m.relation = 'member' AND m.role = 'owner'
      AND m.source_type = 'user' AND m.source_id = $1
      AND m.dropped_at IS NULL
      AND (SELECT r.buried_at IS NULL FROM nodes r WHERE r.type = 'room' AND r.id = m.target_id)
"""

# Of rooms the user owns: whether another owner, or any other member, is left.
_OWNED_STANDING = """
    SELECT room.id,
           EXISTS (
               SELECT FROM links o
               JOIN nodes u ON u.type = 'user' AND u.id = o.source_id AND u.buried_at IS NULL
               WHERE o.relation = 'member' AND o.role = 'owner'
                 AND o.target_type = 'room' AND o.target_id = room.id AND o.source_id <> $1
                 AND o.dropped_at IS NULL AND o.claim IS NULL
           ) AS has_owner,
           EXISTS (
               SELECT FROM links o
               JOIN nodes u ON u.type = 'user' AND u.id = o.source_id AND u.buried_at IS NULL
               WHERE o.relation = 'member'
                 AND o.target_type = 'room' AND o.target_id = room.id AND o.source_id <> $1
                 AND o.dropped_at IS NULL
           ) AS has_other
    FROM unnest($2::uuid[]) AS room (id)
"""


async def hold_rooms(connection: Connection, rooms: list[UUID]) -> set[UUID]:
    return {row["id"] for row in await connection.fetch(_HOLD_ROOMS, rooms)}


async def member(connection: Connection, room: UUID, user: UUID) -> Row | None:
    return await connection.fetchrow(_MEMBER, room, user)


async def page(connection: Connection, room: UUID, after: UUID, limit: int) -> list[Row]:
    return await connection.fetch(_PAGE, room, after, limit)


async def set_role(connection: Connection, room: UUID, user: UUID, role: str, seen: int | None) -> Row | None:
    """The member with the new role; None if it is not of the version `seen` (None: any will do)."""
    return await connection.fetchrow(_SET_ROLE, room, user, role, seen)


async def has_other_owner(connection: Connection, room: UUID, user: UUID) -> bool:
    return bool(await connection.fetchval(_HAS_OTHER_OWNER, room, user))


async def has_other_member(connection: Connection, room: UUID, user: UUID) -> bool:
    return bool(await connection.fetchval(_HAS_OTHER_MEMBER, room, user))


async def owned_rooms(connection: Connection, user: UUID) -> list[UUID]:
    """The rooms, not buried, of which the user is an owner, or just becoming one."""
    return [row["target_id"] for row in await connection.fetch(_OWNED_ROOMS, user)]


async def owned_standing(connection: Connection, user: UUID, rooms: list[UUID]) -> list[Row]:
    return await connection.fetch(_OWNED_STANDING, user, rooms)


async def count(connection: Connection, room_id: UUID) -> int:
    """How many members the room has, up to 1000."""
    number: int = await connection.fetchval(_COUNT, room_id)
    return number

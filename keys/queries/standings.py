"""Who stands where: the room of a node, and the caller's role and links there."""

from collections.abc import Sequence
from uuid import UUID

from chassis.database import Connection, Row
from chassis.snapshots import last_of
from keys.client.models import Node
from keys.queries.stamps import stamp_of

# What the decision knows of: see keys.client.hearing.
SNAPSHOT = f"pg_current_snapshot()::text AS snapshot, {last_of('changes')} AS last"

# The room of a room is itself; of a task, by in_room; of a comment, by on_task and in_room. All on the way must live.
# It is planned once for all, so it is written in a way that leaves no choice. There is one place (LIMIT): else all
# rooms could be read for it. The membership is one row, found neither among all rooms of the user nor all members of
# the room: so by a value and not by a join, and without target_type. Author and assignees are found from what they
# are of, and then compared (OFFSET): else all could be read that the user ever wrote.
_STANDING = f"""
    WITH place AS (
        SELECT $2::uuid AS room_id, NULL::uuid AS task_id
        WHERE $1 = 'room'
      UNION ALL (
        SELECT l.target_id, l.source_id
        FROM links l
        WHERE $1 = 'task'
          AND l.relation = 'in_room' AND l.source_type = 'task' AND l.source_id = $2
          AND l.dropped_at IS NULL AND (l.claim IS NULL OR l.shown)
        LIMIT 1
      ) UNION ALL (
        SELECT l.target_id, l.source_id
        FROM links c
        JOIN links l ON l.relation = 'in_room' AND l.source_type = 'task' AND l.source_id = c.target_id
        JOIN nodes t ON t.type = 'task' AND t.id = c.target_id
        WHERE $1 = 'comment'
          AND c.relation = 'on_task' AND c.source_type = 'comment' AND c.source_id = $2
          AND c.dropped_at IS NULL AND (c.claim IS NULL OR c.shown)
          AND l.dropped_at IS NULL AND (l.claim IS NULL OR l.shown)
          AND t.buried_at IS NULL
        LIMIT 1
      )
    )
    SELECT p.room_id, p.task_id, m.id AS member_id, m.role, m.version, {SNAPSHOT},
           {stamp_of("p.room_id")} AS stamp,
           $3 IN (
               SELECT a.target_id
               FROM links a
               WHERE a.relation = 'assignee' AND a.source_type = 'task' AND a.source_id = p.task_id
                 AND a.via = m.id
                 AND a.dropped_at IS NULL AND (a.claim IS NULL OR a.shown)
               OFFSET 0
           ) AS assigned,
           $3 IN (
               SELECT w.target_id
               FROM links w
               WHERE w.relation = 'author' AND w.source_type = 'comment' AND w.source_id = $2
                 AND w.dropped_at IS NULL AND (w.claim IS NULL OR w.shown)
               OFFSET 0
           ) AS author
    FROM place p
    JOIN nodes r ON r.type = 'room' AND r.id = p.room_id AND r.buried_at IS NULL AND r.claim IS NULL
    JOIN nodes n ON n.type = $1 AND n.id = $2 AND n.buried_at IS NULL AND (n.claim IS NULL OR n.shown)
    JOIN nodes u ON u.type = 'user' AND u.id = $3 AND u.buried_at IS NULL AND (u.claim IS NULL OR u.shown)
    JOIN links m ON m.relation = 'member'
                AND m.source_type = 'user' AND m.source_id = $3
                AND m.target_id = (SELECT room_id FROM place)
                AND m.dropped_at IS NULL AND m.claim IS NULL
"""

# The membership is held until the write that stands on it is done: who takes the right away waits, or comes first.
_STANDING_HELD = _STANDING + "    FOR SHARE OF m"

_ASSIGNEES = """
    SELECT a.target_id
    FROM links a
    JOIN links m ON m.id = a.via AND m.dropped_at IS NULL
    WHERE a.relation = 'assignee' AND a.source_type = 'task' AND a.source_id = $1
      AND a.dropped_at IS NULL AND (a.claim IS NULL OR a.shown)
    ORDER BY a.id
    LIMIT 100
"""

_MEMBERSHIPS = f"""
    SELECT m.id, m.target_id AS room_id, m.role, m.version, m.made_at AS since, {SNAPSHOT}
    FROM links m
    JOIN nodes r ON r.type = 'room' AND r.id = m.target_id AND r.buried_at IS NULL
    JOIN nodes u ON u.type = 'user' AND u.id = m.source_id AND u.buried_at IS NULL
    WHERE m.relation = 'member' AND m.source_type = 'user' AND m.source_id = $1
      AND m.dropped_at IS NULL AND m.claim IS NULL
      AND ($2::uuid[] IS NULL OR m.target_id = ANY($2))
      AND m.id > $3
    ORDER BY m.id
    LIMIT $4
"""


async def standing(connection: Connection, node: Node, user: UUID, *, held: bool = False) -> Row | None:
    """Room, role, membership version, whether `user` is an assignee, or wrote the comment; None if no member."""
    return await connection.fetchrow(_STANDING_HELD if held else _STANDING, node.type, node.id, user)


async def assignees(connection: Connection, task_id: UUID) -> list[UUID]:
    return [row["target_id"] for row in await connection.fetch(_ASSIGNEES, task_id)]


async def memberships(
    connection: Connection, user: UUID, rooms: Sequence[UUID] | None, after: UUID, limit: int
) -> list[Row]:
    """Those in `rooms`; None is all."""
    return await connection.fetch(_MEMBERSHIPS, user, rooms, after, limit)

"""Burying nodes and dropping links, each told in `changes`."""

from collections.abc import Sequence
from uuid import UUID

from chassis.database import Connection, Row, mark_changed
from chassis.logs import current_request_id
from keys.queries.stamps import stamp

# Exclusive with those who link to the node; one that a claim hides is not there yet.
_BURY = """
    WITH buried AS (
        UPDATE nodes
        SET buried_at = now()
        WHERE type = $1 AND id = ANY($2::uuid[])
          AND buried_at IS NULL AND (claim IS NULL OR shown)
        RETURNING type, id
    ), told AS (
        INSERT INTO changes (kind, entity_id, op, actor, room_id, request_id)
        SELECT type, id, 'buried', $3, CASE WHEN type = 'room' THEN id END, $4
        FROM buried
    )
    SELECT id FROM buried
"""

_IS_PENDING = """
    SELECT EXISTS (SELECT FROM nodes WHERE type = $1 AND id = $2 AND claim IS NOT NULL AND NOT shown)
"""

# The one link that does not count is the membership of who asks.
_IS_USED = """
    SELECT EXISTS (
        SELECT FROM links
        WHERE target_type = $1 AND target_id = $2 AND NOT (relation = 'member' AND source_id = $3)
    )
"""

# A membership stays, dropped, until the links that required it are gone.
_DROP_MEMBER = """
    WITH dropped AS (
        UPDATE links
        SET dropped_at = now(), version = version + 1
        WHERE id = ANY($1::uuid[]) AND dropped_at IS NULL AND claim IS NULL
        RETURNING *
    ), told AS (
        INSERT INTO changes (kind, entity_id, op, actor, room_id, version, request_id, before)
        SELECT 'member', id, 'dropped', $2, target_id, version, $3,
               jsonb_build_object('source', source_id, 'target', target_id, 'role', role)
        FROM dropped
    )
    SELECT target_id AS room_id FROM dropped
"""

_DROP = """
    WITH dropped AS (
        DELETE FROM links
        WHERE id = ANY($1::uuid[]) AND claim IS NULL
        RETURNING *
    ), told AS (
        INSERT INTO changes (kind, entity_id, op, actor, request_id, before)
        SELECT relation, id, 'dropped', $2, $3,
               jsonb_build_object('source', source_id, 'source_type', source_type, 'target', target_id)
        FROM dropped
    )
    SELECT id FROM dropped
"""

# A room goes with its stamp: where it has no node nobody is a member, so that no view is shown under another one.
_FORGET_NODES = """
    WITH forgotten AS (
        DELETE FROM nodes
        WHERE (type, id) IN (
            SELECT type, id
            FROM nodes
            WHERE drained_at < now() - make_interval(days => $1)
            ORDER BY drained_at
            LIMIT $2
        )
        RETURNING type, id
    ), unstamped AS (
        DELETE FROM stamps
        WHERE of = ANY(ARRAY(SELECT id FROM forgotten WHERE type = 'room'))
    )
    SELECT count(*)
    FROM forgotten
"""

_BACKLOG = """
    SELECT (SELECT count(*) FROM nodes WHERE buried_at IS NOT NULL AND drained_at IS NULL) AS nodes,
           (SELECT count(*) FROM links WHERE dropped_at IS NOT NULL) AS links,
           (SELECT count(*) FROM claims WHERE expires_at < now()) AS expired_claims
"""


async def bury(connection: Connection, kind: str, ids: Sequence[UUID], actor: UUID | None) -> list[UUID]:
    """Tombstones the living nodes among `ids`, and returns these."""
    buried = await connection.fetch(_BURY, kind, ids, actor, current_request_id())
    mark_changed(connection)
    if kind == "room":
        await stamp(connection, [row["id"] for row in buried])
    return [row["id"] for row in buried]


async def is_pending(connection: Connection, kind: str, node: UUID) -> bool:
    """Whether a claim hides the node: its row may be there, or be just coming."""
    return bool(await connection.fetchval(_IS_PENDING, kind, node))


async def is_used(connection: Connection, kind: str, node: UUID, by: UUID) -> bool:
    """Whether anything refers to the node beside the membership of `by`, also what is still coming or going."""
    return bool(await connection.fetchval(_IS_USED, kind, node, by))


async def drop(connection: Connection, relation: str, ids: Sequence[UUID], actor: UUID | None) -> None:
    """Drops the links: at once, or, where others may require them, as soon as those are gone."""
    if ids:
        statement = _DROP_MEMBER if relation == "member" else _DROP
        rows = await connection.fetch(statement, ids, actor, current_request_id())
        mark_changed(connection)
        if relation == "member":
            await stamp(connection, [row["room_id"] for row in rows])


async def forget_nodes(connection: Connection, days: int, limit: int) -> int:
    """How many of at most `limit` there were."""
    return int(await connection.fetchval(_FORGET_NODES, days, limit))


async def backlog(connection: Connection) -> Row:
    row = await connection.fetchrow(_BACKLOG)
    if row is None:
        raise RuntimeError("a statement without FROM answers one row")
    return row

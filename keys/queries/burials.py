"""Burying nodes, dropping links, and draining what hung on them, page by page, each told in `changes`."""

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

_NEXT_NODE = """
    SELECT type, id
    FROM nodes
    WHERE buried_at IS NOT NULL AND drained_at IS NULL
      AND NOT (id = ANY($1::uuid[]))
    ORDER BY buried_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
"""

# In the order of the indexes: without it, a node with many links has the whole table read for any page of them.
_LINKS_OF_NODE = """
    (
        SELECT id, relation, source_type, source_id, target_type, target_id, claim, dropped_at
        FROM links
        WHERE target_type = $1 AND target_id = $2
        ORDER BY relation, id
        LIMIT $3
    )
    UNION
    (
        SELECT id, relation, source_type, source_id, target_type, target_id, claim, dropped_at
        FROM links
        WHERE source_type = $1 AND source_id = $2
        ORDER BY relation, id
        LIMIT $3
    )
"""

# Told again at the end: rows that landed meanwhile are there by now.
_NODE_DRAINED = """
    WITH drained AS (
        UPDATE nodes
        SET drained_at = now()
        WHERE type = $1 AND id = $2
        RETURNING type, id
    )
    INSERT INTO changes (kind, entity_id, op, room_id)
    SELECT type, id, 'drained', CASE WHEN type = 'room' THEN id END
    FROM drained
    WHERE type IN ('room', 'user')
"""

_IS_LEFT = """
    SELECT EXISTS (SELECT FROM nodes WHERE buried_at IS NOT NULL AND drained_at IS NULL)
        OR EXISTS (SELECT FROM links WHERE dropped_at IS NOT NULL)
"""

_NEXT_DROPPED = """
    SELECT id
    FROM links
    WHERE dropped_at IS NOT NULL
      AND NOT (id = ANY($1::uuid[]))
    ORDER BY dropped_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
"""

_LINKS_VIA = """
    SELECT id, relation, claim
    FROM links
    WHERE via = $1
    LIMIT $2
"""

_FORGET_LINKS = "DELETE FROM links WHERE id = ANY($1::uuid[])"

_FORGET_NODES = """
    DELETE FROM nodes
    WHERE (type, id) IN (
        SELECT type, id
        FROM nodes
        WHERE drained_at < now() - make_interval(days => $1)
        LIMIT $2
    )
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


async def is_left(connection: Connection) -> bool:
    """Whether there is anything to drain."""
    return bool(await connection.fetchval(_IS_LEFT))


async def next_buried(connection: Connection, stuck: list[UUID]) -> Row | None:
    """The oldest buried node that nobody else drains, passing over `stuck`."""
    return await connection.fetchrow(_NEXT_NODE, stuck)


async def links_of(connection: Connection, kind: str, node: UUID, limit: int) -> list[Row]:
    return await connection.fetch(_LINKS_OF_NODE, kind, node, limit)


async def mark_drained(connection: Connection, kind: str, node: UUID) -> None:
    await connection.execute(_NODE_DRAINED, kind, node)
    mark_changed(connection)


async def next_dropped(connection: Connection, stuck: list[UUID]) -> UUID | None:
    found: UUID | None = await connection.fetchval(_NEXT_DROPPED, stuck)
    return found


async def links_via(connection: Connection, link: UUID, limit: int) -> list[Row]:
    return await connection.fetch(_LINKS_VIA, link, limit)


async def forget_links(connection: Connection, links: Sequence[UUID]) -> None:
    """Deletes the links; nobody is told."""
    if links:
        await connection.execute(_FORGET_LINKS, links)


async def forget_nodes(connection: Connection, days: int, limit: int) -> None:
    await connection.execute(_FORGET_NODES, days, limit)


async def backlog(connection: Connection) -> Row:
    row = await connection.fetchrow(_BACKLOG)
    if row is None:
        raise RuntimeError("a statement without FROM answers one row")
    return row

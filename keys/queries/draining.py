"""What is left of buried nodes and dropped memberships: found and held page by page, until it is gone."""

from collections.abc import Sequence
from uuid import UUID

from chassis.database import Connection, Row, mark_changed

_NEXT_NODE = """
    SELECT type, id
    FROM nodes
    WHERE buried_at IS NOT NULL AND drained_at IS NULL
      AND NOT (id = ANY($1::uuid[]))
    ORDER BY buried_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED
"""

_MORE_NODES = """
    SELECT id
    FROM nodes
    WHERE buried_at IS NOT NULL AND drained_at IS NULL
      AND type = $1 AND NOT (id = ANY($2::uuid[]))
    ORDER BY buried_at
    LIMIT $3
    FOR UPDATE SKIP LOCKED
"""

# In the order of the indexes: without it, a node with many links has the whole table read for any page of them.
# Nobody is waited for: links are held in no order here, and so two could wait for each other.
_LINKS_OF_NODES = """
    SELECT l.id, l.relation, l.source_type, l.source_id, l.target_type, l.target_id
    FROM links l
    WHERE l.claim IS NULL AND l.dropped_at IS NULL
      AND l.id = ANY(ARRAY(
          SELECT found.id
          FROM unnest($2::uuid[]) AS node (id)
          CROSS JOIN LATERAL (
              (
                  SELECT id
                  FROM links
                  WHERE target_type = $1 AND target_id = node.id
                  ORDER BY relation, id
                  LIMIT $3
              )
              UNION
              (
                  SELECT id
                  FROM links
                  WHERE source_type = $1 AND source_id = node.id
                  ORDER BY relation, id
                  LIMIT $3
              )
          ) AS found
      ))
    FOR UPDATE SKIP LOCKED
"""

# Told again at the end: rows that landed meanwhile are there by now.
_MARK_DRAINED = """
    WITH drained AS (
        UPDATE nodes
        SET drained_at = now()
        WHERE type = $1 AND id = ANY($2::uuid[])
          AND NOT EXISTS (SELECT FROM links WHERE target_type = $1 AND target_id = nodes.id)
          AND NOT EXISTS (SELECT FROM links WHERE source_type = $1 AND source_id = nodes.id)
        RETURNING type, id
    ), told AS (
        INSERT INTO changes (kind, entity_id, op, room_id)
        SELECT type, id, 'drained', CASE WHEN type = 'room' THEN id END
        FROM drained
        WHERE type IN ('room', 'user')
    )
    SELECT id FROM drained
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


async def is_left(connection: Connection) -> bool:
    """Whether there is anything to drain."""
    return bool(await connection.fetchval(_IS_LEFT))


async def next_buried(connection: Connection, stuck: list[UUID]) -> Row | None:
    """The oldest buried node that nobody else drains, passing over `stuck`."""
    return await connection.fetchrow(_NEXT_NODE, stuck)


async def more_buried(connection: Connection, kind: str, but: list[UUID], limit: int) -> list[UUID]:
    """The next buried nodes of `kind` that nobody else drains."""
    return [row["id"] for row in await connection.fetch(_MORE_NODES, kind, but, limit)]


async def links_of(connection: Connection, kind: str, nodes: Sequence[UUID], limit: int) -> list[Row]:
    """The links to and from `nodes`, of each up to `limit`, that can go now and nobody else holds."""
    return await connection.fetch(_LINKS_OF_NODES, kind, nodes, limit)


async def mark_drained(connection: Connection, kind: str, nodes: Sequence[UUID]) -> set[UUID]:
    """Those of `nodes` that no link is left of."""
    drained = await connection.fetch(_MARK_DRAINED, kind, nodes)
    mark_changed(connection)
    return {row["id"] for row in drained}


async def next_dropped(connection: Connection, stuck: list[UUID]) -> UUID | None:
    found: UUID | None = await connection.fetchval(_NEXT_DROPPED, stuck)
    return found


async def links_via(connection: Connection, link: UUID, limit: int) -> list[Row]:
    return await connection.fetch(_LINKS_VIA, link, limit)


async def forget_links(connection: Connection, links: Sequence[UUID]) -> None:
    """Deletes the links; nobody is told."""
    if links:
        await connection.execute(_FORGET_LINKS, links)

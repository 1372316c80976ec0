"""What the log of changes tells of one task or comment."""

from uuid import UUID

from chassis.database import Connection

# Where the log does not reach back to $2, or the resource did not, each field may have been changed. A shortened key
# leaves a task where it is. What is deleted or comes back keeps all its fields but deleted_at.
_CHANGED_SINCE = """
    WITH since AS (
        SELECT before, op, is_spread
        FROM changes
        WHERE entity_id = $1 AND version > $2
    )
    SELECT field
    FROM unnest($4::text[]) AS named (field)
    WHERE (SELECT count(*) FROM since) <> $3::bigint - $2::bigint
       OR EXISTS (
           SELECT
           FROM since
           WHERE op = 'create'
              OR (op = 'update' AND before ? field AND (NOT is_spread OR $5))
              OR (op IN ('delete', 'restore') AND field = 'deleted_at')
       )
    ORDER BY field
"""


async def changed_since(
    connection: Connection, entity_id: UUID, seen: int, current: int, fields: list[str], *, spreads: bool
) -> list[str]:
    """Which of `fields` were changed after version `seen`, up to version `current`; with `spreads` keys count too
    that were only shortened."""
    rows = await connection.fetch(_CHANGED_SINCE, entity_id, seen, current, fields, spreads)
    return [row["field"] for row in rows]

"""The changes of Keys: what its owners follow. Written in the transaction of what changed."""

from uuid import UUID

from chassis.database import Connection, Row

_MEMBER_CHANGED = """
    INSERT INTO changes (kind, entity, op, actor, room_id, version, after)
    VALUES ('member', $1, $2, $3, $4, $5,
            jsonb_build_object('source', $6::uuid, 'target', $4::uuid, 'role', $7::text))
"""

# Below the oldest transaction still open, nothing can be committed any more: so a reader skips none.
# `changes.xid` orders by the number; `xid` alone would be the column of the answer, a text.
_PAGE = """
    SELECT xid::text AS xid, id, kind, entity, op, before
    FROM changes
    WHERE (xid, id) > ($1::text::xid8, $2)
      AND xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY changes.xid, changes.id
    LIMIT $3
"""

_PRUNE = """
    DELETE FROM changes
    WHERE (xid, id) IN (
        SELECT xid, id
        FROM changes
        WHERE at < now() - make_interval(days => $1)
        ORDER BY at
        LIMIT $2
    )
"""


async def member_changed(
    connection: Connection, link: UUID, op: str, actor: UUID | None, room: UUID, version: int, user: UUID, role: str
) -> None:
    await connection.execute(_MEMBER_CHANGED, link, op, actor, room, version, user, role)


async def page(connection: Connection, xid: int, after: int, limit: int) -> list[Row]:
    return await connection.fetch(_PAGE, str(xid), after, limit)


async def prune(connection: Connection, days: int, limit: int) -> None:
    await connection.execute(_PRUNE, days, limit)

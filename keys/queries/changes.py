"""The changes of Keys: what its owners follow. Written in the transaction of what changed."""

from uuid import UUID

from chassis.database import Connection, mark_changed
from chassis.logs import current_request_id
from keys.queries.stamps import stamp

_MEMBER_CHANGED = """
    INSERT INTO changes (kind, entity_id, op, actor, room_id, version, request_id, after)
    SELECT 'member', id, $2, $3, target_id, version, $4,
           jsonb_build_object('source', source_id, 'target', target_id, 'role', role, 'since', made_at)
    FROM links
    WHERE id = $1
    RETURNING room_id
"""


async def member_changed(connection: Connection, link: UUID, op: str, actor: UUID | None) -> None:
    """Tells how the membership `link` is now."""
    room = await connection.fetchval(_MEMBER_CHANGED, link, op, actor, current_request_id())
    await stamp(connection, [room])
    mark_changed(connection)

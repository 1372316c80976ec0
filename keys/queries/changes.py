"""The changes of Keys: what its owners follow. Written in the transaction of what changed."""

from uuid import UUID

from chassis.database import Connection, mark_changed
from chassis.logs import current_request_id

_MEMBER_CHANGED = """
    INSERT INTO changes (kind, entity_id, op, actor, room_id, version, request_id, after)
    SELECT 'member', id, $2, $3, target_id, version, $4,
           jsonb_build_object('source', source_id, 'target', target_id, 'role', role, 'since', made_at)
    FROM links
    WHERE id = $1
"""


async def member_changed(connection: Connection, link: UUID, op: str, actor: UUID | None) -> None:
    """Tells how the membership `link` is now."""
    await connection.execute(_MEMBER_CHANGED, link, op, actor, current_request_id())
    mark_changed(connection)

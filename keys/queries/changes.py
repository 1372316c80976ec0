"""The changes of Keys: what its owners follow. Written in the transaction of what changed."""

from uuid import UUID

from chassis.database import Connection, mark_changed
from chassis.logs import current_request_id
from keys.queries.stamps import stamp

# A line about each membership of the rows that follow: `FROM links ...`.
LOG_MEMBERS = """
    INSERT INTO changes (kind, entity_id, op, actor, room_id, version, request_id, after)
    SELECT 'member', id, {op}, {actor}, target_id, version, {request},
           jsonb_build_object('source', source_id, 'target', target_id, 'role', role, 'since', made_at)
"""

_MEMBER_CHANGED = f"""
    {LOG_MEMBERS.format(op="$2", actor="$3", request="$4")}
    FROM links
    WHERE id = $1
    RETURNING room_id
"""


# From its newest: that is the end of the membership, or came after it.
_LAST_DROPPED = """
    SELECT CASE op WHEN 'dropped' THEN entity_id END
    FROM changes
    WHERE user_id = $2 AND room_id = $1
    ORDER BY xid DESC, seq DESC
    LIMIT 1
"""


async def member_changed(connection: Connection, link: UUID, op: str, actor: UUID | None) -> None:
    """Tells how the membership `link` is now."""
    room = await connection.fetchval(_MEMBER_CHANGED, link, op, actor, current_request_id())
    await stamp(connection, [room])
    mark_changed(connection)


async def last_dropped(connection: Connection, room: UUID, user: UUID) -> UUID | None:
    """The membership of `user` in `room` that ended last; None if another began, or if it is not known (any more)."""
    found: UUID | None = await connection.fetchval(_LAST_DROPPED, room, user)
    return found

"""Mends what can only be mended one way, and says what it did.

A reference that a living row states, between living nodes, is put back. What refers to something that is gone goes,
as its relation says. A node whose row is gone is buried: the cascade then does the rest. A room whose owner went so
is the next member's, and goes only if there is none.
"""

from uuid import UUID

from audit.compare import Databases, Violation
from chassis.database import Connection
from chassis.ids import new_id
from keys.queries import burials, changes, draining, members
from keys.roles import LADDER
from rooms.rooms import remove_room
from tasks.cascades import remove_assignee, remove_comment, remove_task

_RESTORE_NODE = "INSERT INTO nodes (type, id) VALUES ($1, $2) ON CONFLICT DO NOTHING"

_RESTORE_LINK = """
    INSERT INTO links (id, relation, source_type, source_id, target_type, target_id)
    SELECT $1, $2, s.type, s.id, t.type, t.id
    FROM nodes s, nodes t
    WHERE s.type = $3 AND s.id = $4 AND s.buried_at IS NULL
      AND t.type = $5 AND t.id = $6 AND t.buried_at IS NULL
    ON CONFLICT DO NOTHING
    RETURNING id
"""

_IS_ALIVE = "SELECT EXISTS (SELECT FROM nodes WHERE type = $1 AND id = $2 AND buried_at IS NULL)"
_FORGET_LINK = "DELETE FROM links WHERE relation = $1 AND source_type = $2 AND source_id = $3"
# Who is just joining comes after all others: whether they ever will is not known yet.
_HEIR = """
    SELECT m.source_id AS user_id, m.role
    FROM links m
    JOIN nodes u ON u.type = 'user' AND u.id = m.source_id AND u.buried_at IS NULL
    WHERE m.relation = 'member'
      AND m.target_type = 'room' AND m.target_id = $1
      AND m.dropped_at IS NULL
    ORDER BY m.claim IS NULL DESC, array_position($2::text[], m.role) DESC, m.id
    LIMIT 1
    FOR SHARE OF u
"""

_CLEAR_TASK = "UPDATE tasks SET created_by = NULL WHERE id = $1"
_CLEAR_COMMENT = "UPDATE comments SET author = NULL WHERE id = $1"
_ROOM_OF = "SELECT room_id FROM tasks WHERE id = $1"
_TASK_OF = "SELECT task_id FROM comments WHERE id = $1"


async def mend(databases: Databases, violation: Violation) -> str | None:
    """What was done; None if there is more than one way, which is for a person to choose."""
    async with (
        databases.keys.transaction(),
        databases.tasks.transaction(),
        databases.rooms.transaction(),
        databases.users.transaction(),
    ):
        kind, _, rest = violation.check.partition(" ")
        if rest == "rows and nodes":
            return await _mend_node(databases, kind, violation)
        if rest in {"of tasks", "of comments"}:
            return await _mend_link(databases, kind, rest[3:-1], violation)
        if violation.check == "living rooms without an owner":
            return await _mend_ownerless(databases.keys, violation.id)
        return None


async def _mend_ownerless(keys: Connection, room_id: UUID) -> str | None:
    """The room is its members', and not to be dropped with its owner. None while the last of them is just joining."""
    await members.hold_rooms(keys, [room_id])
    heir = await keys.fetchrow(_HEIR, room_id, LADDER)
    if heir is None:
        await burials.bury(keys, "room", [room_id], None)
        return "buried the room, of which nobody is a member"
    raised = await members.set_role(keys, room_id, heir["user_id"], "owner", None)
    if raised is None:
        return None
    await changes.member_changed(keys, raised["id"], "updated", None)
    return f"made the oldest {heir['role']} its owner: {heir['user_id']}"


async def _mend_node(databases: Databases, kind: str, violation: Violation) -> str | None:
    keys = databases.keys
    if violation.kind == "no row":
        await burials.bury(keys, kind, [violation.id], None)
        return f"buried the {kind}, whose row is gone"
    if kind == "room":
        while await remove_room(databases.rooms, violation.id):
            pass
        return "removed the room, of which nobody is a member"
    if kind == "user":
        await keys.execute(_RESTORE_NODE, kind, violation.id)
        return "put the user's node back"
    parent, table = ("room", _ROOM_OF) if kind == "task" else ("task", _TASK_OF)
    if await keys.fetchval(_IS_ALIVE, parent, await databases.tasks.fetchval(table, violation.id)):
        await keys.execute(_RESTORE_NODE, kind, violation.id)
        return f"put the {kind}'s node back"
    return await _remove_orphan(databases.tasks, kind, violation.id, parent)


async def _mend_link(databases: Databases, relation: str, source: str, violation: Violation) -> str | None:
    match relation, violation.kind:
        case "assignee", "no reference":
            await remove_assignee(databases.tasks, violation.id)
            return "unassigned the task: Keys knows of no assignment"
        case "assignee", "no row":
            await draining.forget_links(databases.keys, [violation.id])
            return "dropped the assignment, whose row is gone"
        case "author", "no row":
            await databases.keys.execute(_FORGET_LINK, relation, source, violation.id)
            return "dropped the authorship, which the row does not state"
        case "in_room" | "on_task" | "author", "no reference":
            return await _restore_link(databases, relation, source, violation)
    return None


async def _restore_link(databases: Databases, relation: str, source: str, violation: Violation) -> str | None:
    target = {"in_room": "room", "on_task": "task", "author": "user"}[relation]
    ends = (source, violation.id, target, UUID(violation.row))
    if await databases.keys.fetchval(_RESTORE_LINK, new_id(), relation, *ends):
        return f"put the {relation} link back"
    if relation == "author":
        await databases.tasks.execute(_CLEAR_TASK if source == "task" else _CLEAR_COMMENT, violation.id)
        return "cleared the author, who is gone"
    return await _remove_orphan(databases.tasks, source, violation.id, "place")


async def _remove_orphan(tasks: Connection, kind: str, row: UUID, parent: str) -> str:
    if kind == "comment":
        await remove_comment(tasks, row)
    else:
        while await remove_task(tasks, row):
            pass
    return f"removed the {kind}, whose {parent} is gone"

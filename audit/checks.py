"""What must agree, as data: each check is two sorted lists, the owner's rows and what Keys holds of them."""

from typing import NamedTuple

_NODES = """
    SELECT id, ''::text AS ends, buried_at IS NOT NULL OR claim IS NOT NULL AS moving
    FROM nodes
    WHERE type = '{type}' AND drained_at IS NULL
    ORDER BY id
"""

# The links of a buried node are on their way out, and so are those of a dropped membership.
_LINKS = """
    SELECT l.{key} AS id, {ends} AS ends,
           l.claim IS NOT NULL OR l.dropping IS NOT NULL OR s.buried_at IS NOT NULL OR t.buried_at IS NOT NULL
               OR EXISTS (SELECT FROM links v WHERE v.id = l.via AND v.dropped_at IS NOT NULL) AS moving
    FROM links l
    JOIN nodes s ON s.type = l.source_type AND s.id = l.source_id
    JOIN nodes t ON t.type = l.target_type AND t.id = l.target_id
    WHERE l.relation = '{relation}' AND l.source_type = '{source}' AND l.dropped_at IS NULL
    ORDER BY 1
"""


class Check(NamedTuple):
    """`rows` and `held` answer (id, ends, moving), sorted by id; `ends` is what both must say of an id."""

    name: str
    owner: str
    rows: str
    held: str


def _node(kind: str, owner: str, table: str) -> Check:
    rows = f"SELECT id, ''::text AS ends, false AS moving FROM {table} ORDER BY id"  # noqa: S608
    return Check(f"{kind} rows and nodes", owner, rows, _NODES.format(type=kind))


def _link(relation: str, source: str, rows: str, key: str = "source_id") -> Check:
    ends = "l.target_id::text" if key == "source_id" else "l.source_id::text || ' ' || l.target_id::text"
    held = _LINKS.format(relation=relation, source=source, key=key, ends=ends)
    return Check(f"{relation} of {source}s", "tasks", rows, held)


CHECKS = (
    _node("user", "users", "accounts"),
    _node("room", "rooms", "rooms"),
    _node("task", "tasks", "tasks"),
    _node("comment", "tasks", "comments"),
    _link("in_room", "task", "SELECT id, room_id::text AS ends, false AS moving FROM tasks ORDER BY id"),
    _link("on_task", "comment", "SELECT id, task_id::text AS ends, false AS moving FROM comments ORDER BY id"),
    _link(
        "author",
        "task",
        "SELECT id, created_by::text AS ends, false AS moving FROM tasks WHERE created_by IS NOT NULL ORDER BY id",
    ),
    _link(
        "author",
        "comment",
        "SELECT id, author::text AS ends, false AS moving FROM comments WHERE author IS NOT NULL ORDER BY id",
    ),
    _link(
        "assignee",
        "task",
        """
        SELECT link_id AS id, task_id::text || ' ' || user_id::text AS ends, false AS moving
        FROM task_assignees
        ORDER BY link_id
        """,
        key="id",
    ),
)

# What Keys alone can break: each statement answers the ids of what is wrong.
INNER = {
    "living rooms without an owner": """
        SELECT n.id
        FROM nodes n
        WHERE n.type = 'room' AND n.buried_at IS NULL AND n.claim IS NULL
          AND NOT EXISTS (
              SELECT FROM links m
              WHERE m.relation = 'member' AND m.role = 'owner' AND m.target_type = 'room' AND m.target_id = n.id
                AND m.dropped_at IS NULL
          )
    """,
    "claims that nobody settled": """
        SELECT id
        FROM claims
        WHERE expires_at < now() - interval '1 minute'
    """,
    "tombstones not drained": """
        SELECT id
        FROM nodes
        WHERE buried_at < now() - interval '1 minute' AND drained_at IS NULL
    """,
    "assignments without their membership": """
        SELECT a.id
        FROM links a
        LEFT JOIN links m ON m.id = a.via
        WHERE a.relation = 'assignee' AND (m.id IS NULL OR m.source_id <> a.target_id)
    """,
}

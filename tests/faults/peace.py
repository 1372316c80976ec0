"""When all is quiet again: what a crash left is settled, and what is then true of the four databases together."""

import asyncio
import time
from collections.abc import Iterable
from typing import Any

from audit.compare import Databases, survey
from tests.faults.fleet import OWNERS, Fleet

_SECONDS = 60.0

# The lease is made short by hand: otherwise every test would wait for it.
_EXPIRE = "UPDATE claims SET expires_at = now() - interval '1 second'"
_LEFT = """
    SELECT (SELECT count(*) FROM claims)
         + (SELECT count(*) FROM nodes WHERE buried_at IS NOT NULL AND drained_at IS NULL)
         + (SELECT count(*) FROM links WHERE dropped_at IS NOT NULL) AS count
"""
_LAST = """
    SELECT concat_ws('.', feed.epoch, changes.xid::text::bigint + 1, 0) AS position
    FROM changes CROSS JOIN feed
    ORDER BY changes.xid DESC
    LIMIT 1
"""
_NODES = "SELECT id FROM nodes WHERE type = $1 AND buried_at IS NULL AND claim IS NULL"
_LINKS = """
    SELECT id, source_id, target_id
    FROM links
    WHERE relation = $1 AND source_type = $2 AND dropped_at IS NULL AND claim IS NULL
"""

# What must find nothing, whatever happened, by the database it asks.
_WRONG = {
    "keys": {
        "a link with an end that is gone": """
            SELECT l.id FROM links l
            JOIN nodes n ON (n.type, n.id) IN ((l.source_type, l.source_id), (l.target_type, l.target_id))
            WHERE n.buried_at IS NOT NULL OR n.claim IS NOT NULL
        """,
        "a room without an owner": """
            SELECT id FROM nodes r
            WHERE type = 'room' AND buried_at IS NULL AND NOT EXISTS (
                SELECT FROM links m WHERE m.relation = 'member' AND m.target_id = r.id AND m.role = 'owner')
        """,
        "an assignee who is not a member": """
            SELECT a.id FROM links a
            JOIN links p ON p.relation = 'in_room' AND p.source_id = a.source_id
            LEFT JOIN links m ON m.id = a.via
            WHERE a.relation = 'assignee'
              AND (m.target_id, m.source_id) IS DISTINCT FROM (p.target_id, a.target_id)
        """,
    },
    "tasks": {
        "a counter that is wrong": """
            SELECT room_id FROM room_counters c
            WHERE open_count <> (
                SELECT count(*) FROM tasks t
                WHERE t.room_id = c.room_id AND t.status <> 'done' AND t.deleted_at IS NULL)
        """,
    },
}


async def settle(fleet: Fleet) -> None:
    """Waits until no claim, no cascade and no news is left. No request may be under way."""
    await fleet.fetch("keys", _EXPIRE)
    await drained(fleet)


async def drained(fleet: Fleet) -> None:
    """Waits until no cascade and no news is left."""
    deadline = time.monotonic() + _SECONDS
    while left := await work_left(fleet):
        assert time.monotonic() < deadline, (left, [fleet.log(name) for name in left if name in fleet.programs])
        await asyncio.sleep(0.02)


async def work_left(fleet: Fleet) -> list[str]:
    """Who has not caught up, in words."""
    (count,) = await fleet.fetch("keys", _LEFT)
    last = await fleet.fetch("keys", _LAST)
    cursor = last[0]["position"] if last else None
    behind = [name for name in OWNERS if (await fleet.fetch(name, "SELECT cursor FROM followed"))[0][0] != cursor]
    return behind + [f"{count['count']} claims, nodes and links"] * bool(count["count"])


async def violations(fleet: Fleet) -> list[str]:
    """What is wrong between the databases, each in words: by the audit, and counted here again another way."""
    audited = (await survey(Databases(*(fleet.databases[name] for name in Databases._fields))))[1]
    found = [f"audit: {each}" for each in audited]
    found += [
        f"{what}: {row[0]}"
        for name, each in _WRONG.items()
        for what, sql in each.items()
        for row in await fleet.fetch(name, sql)
    ]
    for kind, owner, table in (
        ("user", "users", "accounts"),
        ("room", "rooms", "rooms"),
        ("task", "tasks", "tasks"),
        ("comment", "tasks", "comments"),
    ):
        rows = _tuples(await fleet.fetch(owner, f"SELECT id FROM {table}"))
        found += _differ(f"{kind} and its node", rows, _tuples(await fleet.fetch("keys", _NODES, kind)))
    return found + [wrong for reference in _REFERENCES for wrong in await _compare(fleet, *reference)]


# A relation, the type of its source, and the rows that stand for it: the link's id if it is there, and the ends.
_REFERENCES = (
    ("in_room", "task", "SELECT id, room_id FROM tasks"),
    ("on_task", "comment", "SELECT id, task_id FROM comments"),
    ("author", "task", "SELECT id, created_by FROM tasks WHERE created_by IS NOT NULL"),
    ("author", "comment", "SELECT id, author FROM comments WHERE author IS NOT NULL"),
    ("assignee", "task", "SELECT link_id, task_id, user_id FROM task_assignees"),
)


async def _compare(fleet: Fleet, relation: str, source: str, sql: str) -> list[str]:
    rows = _tuples(await fleet.fetch("tasks", sql))
    with_id = relation == "assignee"
    links = {link if with_id else link[1:] for link in _tuples(await fleet.fetch("keys", _LINKS, relation, source))}
    return _differ(f"{relation} of a {source}", rows, links)


def _differ(what: str, rows: set[Any], links: set[Any]) -> list[str]:
    return [f"{what}: a row without it: {_text(each)}" for each in rows - links] + [
        f"{what}: it without a row: {_text(each)}" for each in links - rows
    ]


def _text(values: Iterable[Any]) -> str:
    return " ".join(map(str, values))


def _tuples(rows: Iterable[Any]) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in rows}

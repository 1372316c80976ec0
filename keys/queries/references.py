"""Nodes and links as others refer to them: held, and made."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from chassis.database import Connection, Row
from keys.client.models import Link, Node

_LIVE = """
    SELECT n.type, n.id
    FROM nodes n
    JOIN unnest({types}::text[], {ids}::uuid[]) AS wanted (type, id) ON wanted.type = n.type AND wanted.id = n.id
    WHERE n.buried_at IS NULL AND (n.claim IS NULL OR n.shown)
"""

# Shared with other links to the same node, and exclusive with its burial.
HOLD_LIVE = (
    _LIVE
    + """    ORDER BY n.type, n.id
    FOR SHARE OF n
"""
)
_HOLD_THESE, _LIVE_OF_THESE = (each.format(types="$1", ids="$2") for each in (HOLD_LIVE, _LIVE))

# One by one, and without the type of the target: else all members of the room could be read for them.
_MEMBERSHIPS = """
    SELECT m.source_id AS user_id, m.id, m.version
    FROM unnest($2::uuid[]) AS wanted (user_id)
    CROSS JOIN LATERAL (
        SELECT id, source_id, version
        FROM links
        WHERE relation = 'member'
          AND source_type = 'user' AND source_id = wanted.user_id
          AND target_id = $1
          AND dropped_at IS NULL AND claim IS NULL
        OFFSET 0
    ) AS m
"""

_ROOM_OF_TASK = """
    SELECT target_id
    FROM links
    WHERE relation = 'in_room' AND source_type = 'task' AND source_id = $1
      AND dropped_at IS NULL AND (claim IS NULL OR shown)
"""

INSERT_LINKS = """
    INSERT INTO links (id, relation, source_type, source_id, target_type, target_id, role, via, version, claim, shown)
    SELECT *, $11::boolean
    FROM unnest(
        $1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::uuid[], $9::bigint[],
        $10::uuid[]
    )
    {on}
    ON CONFLICT DO NOTHING
    RETURNING id
"""
_INSERT_LINKS = INSERT_LINKS.format(on="")

# A link is also going where the membership it requires went: whoever came back since needs a new one. Found from its
# source, and then compared (OFFSET): else all could be read that is somebody's to do.
_SETTLED_LINKS = """
    SELECT count(*)
    FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::uuid[])
        AS made (relation, source_type, source_id, target_type, target_id)
    CROSS JOIN LATERAL (
        SELECT *
        FROM links
        WHERE relation = made.relation
          AND source_type = made.source_type AND source_id = made.source_id
          AND dropped_at IS NULL
        OFFSET 0
    ) AS l
    LEFT JOIN links m ON m.id = l.via
    WHERE l.target_type = made.target_type AND l.target_id = made.target_id
      AND (l.claim IS NULL OR l.shown) AND l.dropping IS NULL AND m.dropped_at IS NULL
"""


async def hold_live(connection: Connection, nodes: Sequence[Node]) -> set[Node]:
    """Those of `nodes` that live, held against burial until the transaction ends."""
    return {Node(row["type"], row["id"]) for row in await connection.fetch(_HOLD_THESE, *node_columns(nodes))}


async def live(connection: Connection, nodes: Sequence[Node]) -> set[Node]:
    """Those of `nodes` that live."""
    return {Node(row["type"], row["id"]) for row in await connection.fetch(_LIVE_OF_THESE, *node_columns(nodes))}


def node_columns(nodes: Sequence[Node]) -> tuple[list[str], list[UUID]]:
    return [node.type for node in nodes], [node.id for node in nodes]


async def memberships(connection: Connection, room: UUID, users: list[UUID]) -> dict[UUID, Row]:
    """The `id` and `version` of the membership link of each of `users` in `room`."""
    return {row["user_id"]: row for row in await connection.fetch(_MEMBERSHIPS, room, users)}


async def room_of_task(connection: Connection, task: UUID) -> UUID | None:
    room: UUID | None = await connection.fetchval(_ROOM_OF_TASK, task)
    return room


async def insert_link(connection: Connection, link: Link) -> bool:
    """Makes a link without a claim; False if another stands in its way."""
    return bool(await connection.fetch(_INSERT_LINKS, *link_columns([link], {}), [None], False))


def link_columns(links: Sequence[Link], via: Mapping[UUID, UUID]) -> tuple[list[Any], ...]:
    return (
        [link.id for link in links],
        [link.relation for link in links],
        [link.source.type for link in links],
        [link.source.id for link in links],
        [link.target.type for link in links],
        [link.target.id for link in links],
        [link.role for link in links],
        [via.get(link.id) for link in links],
        [link.version for link in links],
    )


async def are_settled(connection: Connection, links: Sequence[Link]) -> bool:
    """Whether what stood in the way of each of `links` is there to stay: not coming, going, or gone by now."""
    ends = link_columns(links, {})[1:6]
    return bool(await connection.fetchval(_SETTLED_LINKS, *ends) == len(links))

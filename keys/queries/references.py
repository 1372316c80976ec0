"""Claims, and the nodes and links that are made under them."""

from collections.abc import Sequence
from uuid import UUID

from chassis.database import Connection, Row
from keys.client.models import Link, Node

_INSERT_CLAIM = """
    INSERT INTO claims (id, owner, expires_at)
    VALUES ($1, $2, now() + make_interval(secs => $3))
"""

_INSERT_NODES = """
    INSERT INTO nodes (type, id, claim)
    SELECT new.type, new.id, $3
    FROM unnest($1::text[], $2::uuid[]) AS new (type, id)
"""

# Shared with other links to the same node, and exclusive with its burial.
_HOLD_LIVE = """
    SELECT n.type, n.id
    FROM nodes n
    JOIN unnest($1::text[], $2::uuid[]) AS wanted (type, id) ON wanted.type = n.type AND wanted.id = n.id
    WHERE n.buried_at IS NULL
      AND (n.claim IS NULL OR n.claim = $3)
    ORDER BY n.type, n.id
    FOR SHARE OF n
"""

_HOLD_MEMBERSHIPS = """
    SELECT m.source_id AS user_id, m.id
    FROM links m
    WHERE m.relation = 'member'
      AND m.target_type = 'room' AND m.target_id = $1
      AND m.source_type = 'user' AND m.source_id = ANY($2::uuid[])
      AND m.dropped_at IS NULL AND m.claim IS NULL
    ORDER BY m.id
    FOR SHARE OF m
"""

_ROOM_OF_TASK = """
    SELECT target_id
    FROM links
    WHERE relation = 'in_room' AND source_type = 'task' AND source_id = $1
      AND dropped_at IS NULL AND claim IS NULL
"""

_INSERT_LINKS = """
    INSERT INTO links (id, relation, source_type, source_id, target_type, target_id, role, via, claim)
    SELECT *, $9::uuid
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::uuid[])
    ON CONFLICT DO NOTHING
    RETURNING id
"""

# A link is also going where the membership it requires went: whoever came back since needs a new one.
_STANDING_LINK = """
    SELECT l.claim IS NOT NULL OR l.dropping IS NOT NULL OR m.dropped_at IS NOT NULL AS pending
    FROM links l
    LEFT JOIN links m ON m.id = l.via
    WHERE l.relation = $1
      AND l.source_type = $2 AND l.source_id = $3
      AND l.target_type = $4 AND l.target_id = $5
      AND l.dropped_at IS NULL
"""

# Only what its owner made can be dropped by it; who leaves a room goes another way.
_MARK = """
    WITH held AS (
        SELECT id
        FROM links
        WHERE id = ANY($1::uuid[]) AND source_type = ANY($3::text[]) AND relation <> 'member'
          AND dropped_at IS NULL AND claim IS NULL AND dropping IS NULL
        ORDER BY id
        FOR UPDATE
    )
    UPDATE links
    SET dropping = $2
    FROM held
    WHERE links.id = held.id
    RETURNING links.id
"""

_IS_MOVING = """
    SELECT EXISTS (
        SELECT FROM links
        WHERE id = ANY($1::uuid[]) AND dropped_at IS NULL AND (claim IS NOT NULL OR dropping <> $2)
    )
"""

_CONFIRM_NODES = "UPDATE nodes SET claim = NULL WHERE claim = $1"

_CONFIRM_LINKS = """
    UPDATE links
    SET claim = NULL, made_at = now()
    WHERE claim = $1
    RETURNING id, relation, source_id, target_id, role, version
"""

# The rows went in the transaction that landed, so nobody need be told.
_CONFIRM_DROPS = "DELETE FROM links WHERE dropping = $1"

_FORGET_DROPS = "UPDATE links SET dropping = NULL WHERE dropping = $1"
_FORGET_LINKS = "DELETE FROM links WHERE claim = $1"
_FORGET_NODES = "DELETE FROM nodes WHERE claim = $1"
_END_CLAIM = "DELETE FROM claims WHERE id = $1"

_HOLD_CLAIM = """
    SELECT id
    FROM claims
    WHERE id = $1
    FOR UPDATE
"""

_OPEN = """
    SELECT id, expires_at < now() AS expired
    FROM claims
    WHERE owner = $1 AND expires_at <= now() + make_interval(secs => $2)
    ORDER BY expires_at
    LIMIT $3
"""


async def insert_claim(connection: Connection, claim: UUID, owner: str, seconds: float) -> None:
    await connection.execute(_INSERT_CLAIM, claim, owner, seconds)


async def insert_nodes(connection: Connection, nodes: Sequence[Node], claim: UUID) -> None:
    await connection.execute(_INSERT_NODES, [node.type for node in nodes], [node.id for node in nodes], claim)


async def hold_live(connection: Connection, nodes: Sequence[Node], claim: UUID | None = None) -> set[Node]:
    """Those of `nodes` that live, held against burial until the transaction ends."""
    types, ids = [node.type for node in nodes], [node.id for node in nodes]
    return {Node(row["type"], row["id"]) for row in await connection.fetch(_HOLD_LIVE, types, ids, claim)}


async def hold_memberships(connection: Connection, room: UUID, users: list[UUID]) -> dict[UUID, UUID]:
    """The membership link of each of `users` in `room`, held against being dropped."""
    return {row["user_id"]: row["id"] for row in await connection.fetch(_HOLD_MEMBERSHIPS, room, users)}


async def room_of_task(connection: Connection, task: UUID) -> UUID | None:
    room: UUID | None = await connection.fetchval(_ROOM_OF_TASK, task)
    return room


async def insert_links(
    connection: Connection, links: Sequence[Link], via: dict[UUID, UUID], claim: UUID | None
) -> set[UUID]:
    """The ids of the links made: not of those that another link stands in the way of."""
    columns = (
        [link.id for link in links],
        [link.relation for link in links],
        [link.source.type for link in links],
        [link.source.id for link in links],
        [link.target.type for link in links],
        [link.target.id for link in links],
        [link.role for link in links],
        [via.get(link.id) for link in links],
    )
    return {row["id"] for row in await connection.fetch(_INSERT_LINKS, *columns, claim)}


async def mark_drops(connection: Connection, links: Sequence[UUID], types: Sequence[str], claim: UUID) -> set[UUID]:
    """Those of `links`, from nodes of `types`, that this claim is to drop: not those that are gone or moving."""
    return {row["id"] for row in await connection.fetch(_MARK, links, claim, types)}


async def is_moving(connection: Connection, links: Sequence[UUID], claim: UUID) -> bool:
    """Whether another claim is about one of `links`."""
    return bool(await connection.fetchval(_IS_MOVING, links, claim))


async def is_pending(connection: Connection, link: Link) -> bool:
    """Whether the link that stands in the way of `link` is still coming, or going."""
    ends = (link.source.type, link.source.id, link.target.type, link.target.id)
    return bool(await connection.fetchval(_STANDING_LINK, link.relation, *ends))


async def confirm(connection: Connection, claim: UUID) -> list[UUID]:
    """Makes what the claim holds seen, and ends it. Returns the memberships among it."""
    if await connection.fetchval(_HOLD_CLAIM, claim) is None:
        return []
    await connection.execute(_CONFIRM_DROPS, claim)
    await connection.execute(_CONFIRM_NODES, claim)
    rows = await connection.fetch(_CONFIRM_LINKS, claim)
    await connection.execute(_END_CLAIM, claim)
    return [row["id"] for row in rows if row["relation"] == "member"]


async def give_up(connection: Connection, claim: UUID) -> None:
    """Forgets what the claim holds. Only after the owner has fenced its id."""
    if await connection.fetchval(_HOLD_CLAIM, claim) is None:
        return
    await connection.execute(_FORGET_DROPS, claim)
    await connection.execute(_FORGET_LINKS, claim)
    await connection.execute(_FORGET_NODES, claim)
    await connection.execute(_END_CLAIM, claim)


async def open_claims(connection: Connection, owner: str, seconds: float, limit: int) -> list[Row]:
    """Those that expire within `seconds`, and whether they have, the oldest first."""
    return await connection.fetch(_OPEN, owner, seconds, limit)

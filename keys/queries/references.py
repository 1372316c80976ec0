"""Claims, and the nodes and links that are made under them."""

from collections.abc import Sequence
from uuid import UUID

from chassis.database import Connection, Row, mark_changed
from chassis.logs import current_request_id
from keys.client.models import Link, Node
from keys.queries.changes import LOG_MEMBERS
from keys.queries.stamps import STAMP

# Shared with other links to the same node, and exclusive with its burial.
_HOLD_LIVE = """
    SELECT n.type, n.id
    FROM nodes n
    JOIN unnest($1::text[], $2::uuid[]) AS wanted (type, id) ON wanted.type = n.type AND wanted.id = n.id
    WHERE n.buried_at IS NULL AND n.claim IS NULL
    ORDER BY n.type, n.id
    FOR SHARE OF n
"""

_OPEN_CLAIM = f"""
    WITH opened AS (
        INSERT INTO claims (id, owner, expires_at)
        VALUES ($3, $4, now() + make_interval(secs => $5))
    ), made AS (
        INSERT INTO nodes (type, id, claim)
        SELECT new.type, new.id, $3
        FROM unnest($6::text[], $7::uuid[]) AS new (type, id)
    )
    {_HOLD_LIVE}
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
    SELECT l.claim IS NULL AND l.dropping IS NULL AND m.dropped_at IS NULL AS is_settled
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

# The rows of what is dropped went in the transaction that landed, so nobody need be told. A confirmation that a crash
# of the server loses is made again, by the claim that is open then; the log of what others follow must not lose any.
_CONFIRM = f"""
    WITH held AS (
        {_HOLD_CLAIM}
    ), dropped AS (
        DELETE FROM links
        WHERE dropping = $1 AND EXISTS (SELECT FROM held)
    ), shown AS (
        UPDATE nodes
        SET claim = NULL
        WHERE claim = $1 AND EXISTS (SELECT FROM held)
    ), made AS (
        UPDATE links
        SET claim = NULL, made_at = now()
        WHERE claim = $1 AND EXISTS (SELECT FROM held)
        RETURNING *
    ), ended AS (
        DELETE FROM claims
        WHERE id = $1 AND EXISTS (SELECT FROM held)
    ), logged AS (
        {LOG_MEMBERS.format(op="'created'", actor="$3", request="$4")}
        FROM made
        WHERE relation = 'member'
        RETURNING room_id
    ), stamped AS (
        {STAMP.format(rooms="(SELECT unnest($2::uuid[]) UNION SELECT room_id FROM logged)")}
    )
    SELECT logs, set_config('synchronous_commit', CASE WHEN logs THEN configured ELSE 'off' END, true)
    FROM (SELECT EXISTS (SELECT FROM logged) AS logs, current_setting('synchronous_commit') AS configured) AS found
"""

_OPEN_CLAIMS = """
    SELECT id, expires_at < now() AS expired
    FROM claims
    WHERE owner = $1 AND expires_at <= now() + make_interval(secs => $2)
    ORDER BY expires_at
    LIMIT $3
"""


async def open_claim(
    connection: Connection, claim: UUID, owner: str, seconds: float, new: Sequence[Node], ends: Sequence[Node]
) -> set[Node]:
    """Begins a claim with the nodes `new`. Returns those of `ends` that live, held as by `hold_live`."""
    rows = await connection.fetch(_OPEN_CLAIM, *_columns(ends), claim, owner, seconds, *_columns(new))
    return {Node(row["type"], row["id"]) for row in rows}


async def hold_live(connection: Connection, nodes: Sequence[Node]) -> set[Node]:
    """Those of `nodes` that live, held against burial until the transaction ends."""
    return {Node(row["type"], row["id"]) for row in await connection.fetch(_HOLD_LIVE, *_columns(nodes))}


def _columns(nodes: Sequence[Node]) -> tuple[list[str], list[UUID]]:
    return [node.type for node in nodes], [node.id for node in nodes]


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


async def is_settled(connection: Connection, link: Link) -> bool:
    """Whether the link that stood in the way of `link` is there to stay: not coming, going, or gone by now."""
    ends = (link.source.type, link.source.id, link.target.type, link.target.id)
    return bool(await connection.fetchval(_STANDING_LINK, link.relation, *ends))


async def confirm(connection: Connection, claim: UUID, rooms: Sequence[UUID], actor: UUID | None) -> None:
    """Makes what the claim holds seen, stamps its rooms and `rooms`, and ends it."""
    if await connection.fetchval(_CONFIRM, claim, rooms, actor, current_request_id()):
        mark_changed(connection)


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
    return await connection.fetch(_OPEN_CLAIMS, owner, seconds, limit)

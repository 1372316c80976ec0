"""Claims: what is made under them and what is to go with them, until they are confirmed or given up."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from chassis.database import Connection, Row, mark_changed
from chassis.logs import current_request_id
from keys.client.models import ClaimBody, Node
from keys.queries.changes import LOG_MEMBERS
from keys.queries.references import HOLD_LIVE, INSERT_LINKS, link_columns, node_columns
from keys.queries.stamps import STAMP

# Nothing is made unless all that it stands on lives, and each membership is of the version that decided. Nodes are
# held before links, here as everywhere: else who links and who changes a member could each wait for the other.
_OPEN_CLAIMS = f"""
    WITH ends AS (
        {HOLD_LIVE.format(types="$17", ids="$18")}
    ), footing AS (
        SELECT m.id
        FROM links m
        JOIN unnest($19::uuid[], $20::bigint[]) AS wanted (id, version) USING (id, version)
        WHERE m.dropped_at IS NULL AND m.claim IS NULL
          AND (SELECT count(*) FROM ends) = cardinality($17::text[])
        ORDER BY m.id
        FOR SHARE OF m
    ), stands AS (
        SELECT
        WHERE (SELECT count(*) FROM ends) = cardinality($17::text[])
          AND (SELECT count(*) FROM footing) = cardinality($19::uuid[])
    ), opened AS (
        INSERT INTO claims (id, owner, expires_at, room, promised)
        SELECT new.id, $12, now() + make_interval(secs => $13), $14, $22
        FROM unnest($21::uuid[]) AS new (id)
        CROSS JOIN stands
    ), made AS (
        INSERT INTO nodes (type, id, claim, shown)
        SELECT new.type, new.id, new.claim, $11
        FROM unnest($15::text[], $16::uuid[], $23::uuid[]) AS new (type, id, claim)
        CROSS JOIN stands
    ), linked AS (
        {INSERT_LINKS.format(on="CROSS JOIN stands")}
    )
    SELECT ARRAY(SELECT id FROM linked) AS links
    FROM stands
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

# One that was confirmed, or let go by another claim, since it could not be marked is there as well.
_IS_LEFT = """
    SELECT EXISTS (
        SELECT FROM links
        WHERE id = ANY($1::uuid[]) AND source_type = ANY($3::text[]) AND relation <> 'member'
          AND dropped_at IS NULL AND dropping IS DISTINCT FROM $2
    )
"""

_FORGET_DROPS = "UPDATE links SET dropping = NULL WHERE dropping = ANY($1::uuid[])"
_FORGET_LINKS = "DELETE FROM links WHERE claim = ANY($1::uuid[])"
_FORGET_NODES = "DELETE FROM nodes WHERE claim = ANY($1::uuid[])"
_END_CLAIMS = "DELETE FROM claims WHERE id = ANY($1::uuid[])"

_HOLD_CLAIMS = """
    SELECT id, room
    FROM claims
    WHERE id = ANY($1::uuid[])
    ORDER BY id
    FOR UPDATE
"""

_TOUCHED = """(
            SELECT unnest($2::uuid[])
            UNION SELECT room_id FROM logged
            UNION SELECT room FROM held WHERE room IS NOT NULL AND (SELECT count(*) FROM settled) >= 0
        )"""

# The rows of what is dropped went in the transaction that landed, so nobody need be told. A confirmation that a crash
# of the server loses is made again, by the claim that is open then; the log of what others follow must not lose any.
# Others hold a node that shows already, so nodes come first, by their ids, and stamps last; its links nobody changes.
# Who ends a membership holds its room or its user: amid that it would begin, and be told as what came last.
_CONFIRM = f"""
    WITH held AS (
        {_HOLD_CLAIMS}
    ), entered AS (
        SELECT id
        FROM nodes
        WHERE (type, id) IN (
            SELECT unnest(ARRAY[source_type, target_type]), unnest(ARRAY[source_id, target_id])
            FROM links
            WHERE relation = 'member' AND claim IN (SELECT id FROM held)
        )
        ORDER BY type, id
        FOR SHARE
    ), ready AS (
        SELECT type, id
        FROM nodes
        WHERE claim IN (SELECT id FROM held)
          AND (SELECT count(*) FROM entered) >= 0
        ORDER BY type, id
        FOR NO KEY UPDATE
    ), settled AS (
        UPDATE nodes
        SET claim = NULL
        FROM ready
        WHERE nodes.type = ready.type AND nodes.id = ready.id
        RETURNING nodes.id
    ), dropped AS (
        DELETE FROM links
        WHERE dropping IN (SELECT id FROM held)
    ), made AS (
        UPDATE links
        SET claim = NULL, made_at = now()
        WHERE claim IN (SELECT id FROM held)
          AND (SELECT count(*) FROM settled) >= 0
        RETURNING *
    ), ended AS (
        DELETE FROM claims
        WHERE id = ANY($1::uuid[])
    ), logged AS (
        {LOG_MEMBERS.format(op="'created'", actor="$3", request="$4")}
        FROM made
        WHERE relation = 'member'
        RETURNING room_id
    ), stamped AS (
        {STAMP.format(rooms=_TOUCHED)}
    )
    SELECT logs, set_config('synchronous_commit', CASE WHEN logs THEN configured ELSE 'off' END, true)
    FROM (SELECT EXISTS (SELECT FROM logged) AS logs, current_setting('synchronous_commit') AS configured) AS found
"""

# What is promised shows already, and most of it has no row yet: it does not stand before what is to be seen.
_LIST_OPEN = """
    SELECT id, expires_at < now() AS expired
    FROM claims
    WHERE owner = $1 AND expires_at <= now() + make_interval(secs => $2)
    ORDER BY promised IS NOT NULL, expires_at
    LIMIT $3
"""


class Terms(NamedTuple):
    """`seconds` is the lease. What is `shown` shows at once; it is about to be written in `room`.

    That the right stays, there and for a moment, is `promised` to this user.
    """

    owner: str
    seconds: float
    shown: bool
    room: UUID | None
    promised: UUID | None = None


class Ground(NamedTuple):
    """What a claim stands on: nodes that must live, and memberships, each with the version that it was found with."""

    ends: Collection[Node] = ()
    footing: Collection[tuple[UUID, int]] = ()


async def make_claims(
    connection: Connection, terms: Terms, claims: Sequence[ClaimBody], via: Mapping[UUID, UUID], ground: Ground
) -> set[UUID] | None:
    """Begins claims with their nodes and links, and holds their common ground until the transaction ends.

    Returns the ids of the links that nothing stood in the way of; None if the ground is not there, and nothing made.
    """
    nodes = [(node, claim.id) for claim in claims for node in claim.nodes]
    links = [(link, claim.id) for claim in claims for link in claim.links]
    made = await connection.fetchval(
        _OPEN_CLAIMS,
        *link_columns([link for link, _ in links], via),
        [claim for _, claim in links],
        terms.shown,
        terms.owner,
        terms.seconds,
        terms.room,
        *node_columns([node for node, _ in nodes]),
        *node_columns(list(ground.ends)),
        [link for link, _ in ground.footing],
        [version for _, version in ground.footing],
        [claim.id for claim in claims],
        terms.promised,
        [claim for _, claim in nodes],
    )
    return None if made is None else set(made)


async def mark_drops(connection: Connection, links: Sequence[UUID], types: Sequence[str], claim: UUID) -> set[UUID]:
    """Those of `links`, from nodes of `types`, that this claim is to drop: not those that are gone or moving."""
    return {row["id"] for row in await connection.fetch(_MARK, links, claim, types)}


async def is_left(connection: Connection, links: Sequence[UUID], types: Sequence[str], claim: UUID) -> bool:
    """Whether one of `links`, from nodes of `types`, is there and this claim is not to drop it."""
    return bool(await connection.fetchval(_IS_LEFT, links, claim, types))


async def confirm(connection: Connection, claims: Sequence[UUID], rooms: Sequence[UUID], actor: UUID | None) -> None:
    """Makes what the claims hold seen, stamps their rooms and `rooms`, and ends them."""
    if await connection.fetchval(_CONFIRM, claims, rooms, actor, current_request_id()):
        mark_changed(connection)


async def give_up(connection: Connection, claims: Sequence[UUID]) -> None:
    """Forgets what the claims hold. Only after the owner has fenced their ids, or if it never used them."""
    # All of them: what answers one value holds one row.
    if not await connection.fetch(_HOLD_CLAIMS, claims):
        return
    await connection.execute(_FORGET_DROPS, claims)
    await connection.execute(_FORGET_LINKS, claims)
    await connection.execute(_FORGET_NODES, claims)
    await connection.execute(_END_CLAIMS, claims)


async def open_claims(connection: Connection, owner: str, seconds: float, limit: int) -> list[Row]:
    """Those that expire within `seconds`, and whether they have: the oldest first, and last those made ahead."""
    return await connection.fetch(_LIST_OPEN, owner, seconds, limit)

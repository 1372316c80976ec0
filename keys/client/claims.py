"""A claim: the references of a row that is about to be written.

Keys holds them as pending until the owner confirms. The owner writes the claim's id into its own `claims` table in
the transaction of the row. So whether the row came is one lookup, and the same lookup fences: after "it did not come"
the id is taken, and a late transaction with it fails.
"""

from uuid import UUID

from chassis.database import Connection, Database, affected
from chassis.problems import Problem

# Each owner's first migration runs this.
MIGRATION = """
CREATE TABLE claims (
    id      uuid        PRIMARY KEY,
    landed  boolean     NOT NULL,
    at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX claims_at ON claims (at);
"""

# Also for the statement that writes the row itself. It returns nothing if the claim was given up.
LAND = """
    INSERT INTO claims (id, landed)
    SELECT {claim}::uuid, true
    WHERE {claim}::uuid IS NOT NULL
    ON CONFLICT (id) DO NOTHING
    RETURNING id
"""
_LAND = LAND.format(claim="$1")

_FENCE = """
    INSERT INTO claims (id, landed)
    SELECT unnest($1::uuid[]), false
    ON CONFLICT (id) DO NOTHING
"""

_LANDED = """
    SELECT id
    FROM claims
    WHERE id = ANY($1::uuid[]) AND landed
"""

_PRUNE = """
    DELETE FROM claims
    WHERE id IN (
        SELECT id
        FROM claims
        WHERE at < now() - interval '1 day'
        ORDER BY at
        LIMIT $1
    )
"""
_PRUNE_BATCH = 1000


class Claim:
    """References that Keys holds for a row of ours."""

    def __init__(self, claim_id: UUID) -> None:
        self.id = claim_id

    async def land(self, connection: Connection) -> None:
        """Marks in the row's own transaction that the row came. Raises a 503 problem if the claim was given up."""
        if await connection.fetchval(_LAND, self.id) is None:
            raise expired()


def expired() -> Problem:
    """503: the claim was given up before its row came."""
    return Problem(503, "claim_expired", "This took too long; try again.", headers={"Retry-After": "1"})


async def fence_claims(database: Database, ids: list[UUID]) -> None:
    """From here on, those of `ids` whose rows have not come never will."""
    async with database.connection() as connection:
        await connection.execute(_FENCE, ids)


async def landed_claims(database: Database, ids: list[UUID]) -> set[UUID]:
    """Which of `ids` have their rows."""
    async with database.connection() as connection:
        return {row["id"] for row in await connection.fetch(_LANDED, ids)}


async def prune_claims(database: Database) -> None:
    """Forgets claims of yesterday: no transaction lasts that long, so no late row can come."""
    deleted = _PRUNE_BATCH
    while deleted == _PRUNE_BATCH:
        async with database.connection() as connection:
            deleted = affected(await connection.execute(_PRUNE, _PRUNE_BATCH))

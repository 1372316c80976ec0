"""Where the answers are kept: a table in the database of each service that takes keys."""

from typing import TYPE_CHECKING
from uuid import UUID

from chassis.background import periodically
from chassis.database import Connection, Database, Row, affected

if TYPE_CHECKING:
    from chassis.service import Lifespan

# A migration of each service with such writes runs this.
MIGRATION = """
CREATE TABLE idempotency_keys (
    caller       uuid        NOT NULL,
    key          text        NOT NULL,
    fingerprint  bytea       NOT NULL,
    status       smallint,
    headers      jsonb,
    body         bytea,
    at           timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_at ON idempotency_keys (at);
"""

# Another transaction with the same key is waited for here.
_TAKE = """
    INSERT INTO idempotency_keys AS kept (caller, key, fingerprint)
    VALUES ($1, $2, $3)
    ON CONFLICT (caller, key) DO UPDATE
    SET fingerprint = excluded.fingerprint,
        at          = excluded.at
    WHERE kept.at < now() - interval '1 day'
    RETURNING true
"""

_KEEP = """
    UPDATE idempotency_keys
    SET status  = $3,
        headers = $4,
        body    = $5
    WHERE caller = $1 AND key = $2
"""

_FIND = """
    SELECT fingerprint, status, headers, body
    FROM idempotency_keys
    WHERE caller = $1 AND key = $2 AND at >= now() - interval '1 day'
"""

# One that is just taken anew is waited for, and then is not old any more.
_PRUNE = """
    DELETE FROM idempotency_keys
    WHERE (caller, key) IN (
        SELECT caller, key
        FROM idempotency_keys
        WHERE at < now() - interval '1 day'
        ORDER BY at
        LIMIT $1
    )
      AND at < now() - interval '1 day'
"""

_PRUNE_SECONDS = 3600.0
_PRUNE_BATCH = 1000


async def take(connection: Connection, caller: UUID, key: str, fingerprint: bytes, *, seconds: float) -> bool:
    """False if the key is taken. Waits for a transaction that is about to take it; raises TimeoutError."""
    return await connection.fetchval(_TAKE, caller, key, fingerprint, timeout=seconds) is True


async def keep(
    connection: Connection, caller: UUID, key: str, status: int, headers: dict[str, str], body: bytes
) -> None:
    await connection.execute(_KEEP, caller, key, status, headers, body)


async def find(connection: Connection, caller: UUID, key: str) -> Row | None:
    return await connection.fetchrow(_FIND, caller, key)


def pruning(database: Database) -> "Lifespan":
    """What a service with such writes runs so that keys are forgotten after a day."""
    return periodically("idempotency.prune", _PRUNE_SECONDS, lambda: prune(database))


async def prune(database: Database) -> None:
    deleted = _PRUNE_BATCH
    while deleted == _PRUNE_BATCH:
        async with database.connection() as connection:
            deleted = affected(await connection.execute(_PRUNE, _PRUNE_BATCH))

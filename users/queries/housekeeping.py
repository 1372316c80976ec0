"""What time removes, a bounded number of rows at a time."""

from chassis.database import Connection, affected

_BATCH = 1000

# A row that somebody is counting on is skipped: it will be there at the next round. A revocation is kept for longer
# than the access tokens live that it stops, and a session while its last one may have to be stopped.
_PRUNE = {
    "sessions": """
        DELETE FROM sessions
        WHERE id IN (
            SELECT id FROM sessions WHERE expires_at < now() - interval '15 minutes' LIMIT $1 FOR UPDATE SKIP LOCKED
        )
    """,
    "tokens": """
        DELETE FROM tokens
        WHERE id IN (SELECT id FROM tokens WHERE expires_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED)
    """,
    "attempts": """
        DELETE FROM attempts
        WHERE (policy, subject) IN (
            SELECT policy, subject FROM attempts WHERE resets_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED
        )
    """,
    "buckets": """
        DELETE FROM buckets
        WHERE (policy, subject) IN (
            SELECT policy, subject FROM buckets WHERE full_at < now() LIMIT $1 FOR UPDATE SKIP LOCKED
        )
    """,
    "revocations": """
        DELETE FROM revocations
        WHERE (xid, id) IN (
            SELECT xid, id FROM revocations WHERE at < now() - interval '15 minutes' LIMIT $1 FOR UPDATE SKIP LOCKED
        )
    """,
}

TABLES = tuple(_PRUNE)


async def prune(connection: Connection, table: str) -> bool:
    """Whether a whole batch went, so that more may be left."""
    return affected(await connection.execute(_PRUNE[table], _BATCH)) == _BATCH

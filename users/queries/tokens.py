"""Personal access tokens."""

from uuid import UUID

from chassis.database import Connection, affected
from users.models import NewToken, Token, VerifiedToken
from users.queries.owned import PAGE, list_owned

_INSERT = """
    INSERT INTO tokens (id, account_id, name, prefix, secret_hash, scopes, rooms, expires_at)
    SELECT $2, $1, $3, $4, $5, $6, $7, now() + $8 * interval '1 second'
    WHERE NOT EXISTS (SELECT FROM tokens WHERE account_id = $1 AND expires_at > now() OFFSET $9)
    RETURNING id, name, prefix, scopes, rooms, created_at, used_at, expires_at
"""

_LIST = f"""
    SELECT id, name, prefix, scopes, rooms, created_at, used_at, expires_at
    FROM tokens {PAGE}
"""

_END = """
    WITH ended AS (
        DELETE FROM tokens
        WHERE account_id = $1 AND id = $2
        RETURNING id
    )
    INSERT INTO revocations (id)
    SELECT id
    FROM ended
    RETURNING id
"""

_END_SOME = """
    WITH ended AS (
        DELETE FROM tokens
        WHERE id IN (SELECT id FROM tokens WHERE account_id = $1 ORDER BY id LIMIT $2)
        RETURNING id
    )
    INSERT INTO revocations (id)
    SELECT id
    FROM ended
"""

# `used_at` is exact to a minute, so that a busy token costs no write a request.
_VERIFY = """
    WITH found AS (
        SELECT id, account_id, scopes, rooms, expires_at
        FROM tokens
        WHERE secret_hash = $1 AND expires_at > now()
    ), used AS (
        UPDATE tokens
        SET used_at = now()
        WHERE id = (SELECT id FROM found) AND (used_at IS NULL OR used_at < now() - interval '1 minute')
    )
    SELECT id, account_id AS user, scopes, rooms, expires_at
    FROM found
"""


async def insert_token(
    connection: Connection,
    account_id: UUID,
    token_id: UUID,
    new: NewToken,
    prefix: str,
    secret_hash: bytes,
    most: int,
) -> Token | None:
    """For an account that is locked; None if it has `most` tokens already."""
    row = await connection.fetchrow(
        _INSERT, account_id, token_id, new.name, prefix, secret_hash, new.scopes, new.rooms, new.expires_in, most - 1
    )
    return Token(**row) if row else None


async def list_tokens(connection: Connection, account_id: UUID, after: UUID | None, limit: int) -> list[Token]:
    return [Token(**row) for row in await list_owned(connection, _LIST, account_id, after, limit)]


async def end_token(connection: Connection, account_id: UUID, token_id: UUID) -> bool:
    return await connection.fetchval(_END, account_id, token_id) is not None


async def end_tokens(connection: Connection, account_id: UUID, limit: int) -> int:
    """Ends at most `limit` of the account's tokens; returns how many there were."""
    return affected(await connection.execute(_END_SOME, account_id, limit))


async def verify_token(connection: Connection, secret_hash: bytes) -> VerifiedToken | None:
    row = await connection.fetchrow(_VERIFY, secret_hash)
    return VerifiedToken(**row) if row else None

"""Sessions, each with its one living refresh token."""

from typing import NamedTuple
from uuid import UUID

from chassis.database import Connection
from users.models import Session, User
from users.queries.owned import PAGE, list_owned
from users.refresh_tokens import RefreshToken

# The password is checked before: FOR SHARE makes sure that it still is the one of the account.
_OPEN = """
    WITH account AS (
        SELECT id, name, email, created_at, updated_at, version
        FROM accounts
        WHERE id = $1 AND password_hash = $2
        FOR SHARE
    ), opened AS (
        INSERT INTO sessions (id, account_id, device, family_hash, secret_hash, expires_at)
        SELECT $3, id, $4, $5, $6, now() + $7 * interval '1 day'
        FROM account
    )
    SELECT id, name, email, created_at, updated_at, version
    FROM account
"""

_FIND_OWNER = """
    SELECT account_id
    FROM sessions
    WHERE family_hash = $1 AND expires_at > now()
"""

_LOCK_FAMILY = """
    SELECT id, account_id, secret_hash, previous_hash, nonce,
           used_at > clock_timestamp() - $2 * interval '1 second' AS fresh
    FROM sessions
    WHERE family_hash = $1 AND expires_at > now()
    FOR UPDATE
"""

_ROTATE = """
    UPDATE sessions
    SET secret_hash   = $2,
        previous_hash = secret_hash,
        nonce         = $3,
        used_at       = clock_timestamp(),
        expires_at    = least(now() + $4 * interval '1 day', signed_in_at + $5 * interval '1 day')
    WHERE id = $1
"""

_LIST = f"""
    SELECT id, device, signed_in_at, used_at, expires_at
    FROM sessions {PAGE}
"""

_END = """
    WITH ended AS (
        DELETE FROM sessions
        WHERE account_id = $1 AND id = $2
        RETURNING id
    )
    INSERT INTO revocations (id)
    SELECT id
    FROM ended
    RETURNING id
"""

# Of a session that was not used for longer than its access tokens may live, none is left to stop.
_END_OTHERS = """
    WITH ended AS (
        DELETE FROM sessions
        WHERE id IN (
            SELECT id
            FROM sessions
            WHERE account_id = $1 AND id IS DISTINCT FROM $2
            ORDER BY id DESC
            OFFSET $4
            LIMIT $5
        )
        RETURNING id, used_at
    ), told AS (
        INSERT INTO revocations (id)
        SELECT id
        FROM ended
        WHERE used_at > now() - $3 * interval '1 second'
    )
    SELECT count(*)
    FROM ended
"""

_RENAME = """
    WITH renamed AS (
        UPDATE sessions
        SET id = $3
        WHERE account_id = $1 AND id = $2
        RETURNING id
    )
    INSERT INTO revocations (id)
    SELECT $2
    FROM renamed
"""

_IS_FRESH = """
    SELECT signed_in_at > now() - $3 * interval '1 second'
    FROM sessions
    WHERE account_id = $1 AND id = $2
"""


class Family(NamedTuple):
    """A session under lock. `fresh`: its token was rotated only seconds ago."""

    id: UUID
    account_id: UUID
    secret_hash: bytes
    previous_hash: bytes | None
    nonce: bytes | None
    fresh: bool


async def open_session(
    connection: Connection,
    account_id: UUID,
    hashed: str,
    session_id: UUID,
    device: str,
    token: RefreshToken,
    *,
    days: int,
) -> User | None:
    """None if the account is gone or its password hash is not `hashed` any more."""
    row = await connection.fetchrow(
        _OPEN, account_id, hashed, session_id, device, token.family_hash, token.secret_hash, days
    )
    return User(**row) if row else None


async def find_owner(connection: Connection, token: RefreshToken) -> UUID | None:
    account_id: UUID | None = await connection.fetchval(_FIND_OWNER, token.family_hash)
    return account_id


async def lock_family(connection: Connection, token: RefreshToken, *, fresh_seconds: int) -> Family | None:
    row = await connection.fetchrow(_LOCK_FAMILY, token.family_hash, fresh_seconds)
    return Family(*row) if row else None


async def rotate(
    connection: Connection, session_id: UUID, successor: RefreshToken, nonce: bytes, *, idle_days: int, days: int
) -> None:
    await connection.execute(_ROTATE, session_id, successor.secret_hash, nonce, idle_days, days)


async def list_sessions(
    connection: Connection, account_id: UUID, current: UUID, after: UUID | None, limit: int
) -> list[Session]:
    rows = await list_owned(connection, _LIST, account_id, after, limit)
    return [Session(**row, current=row["id"] == current) for row in rows]


async def end_session(connection: Connection, account_id: UUID, session_id: UUID) -> bool:
    return await connection.fetchval(_END, account_id, session_id) is not None


async def end_others(
    connection: Connection,
    account_id: UUID,
    *,
    but: UUID | None,
    access_seconds: int,
    keep: int = 0,
    limit: int | None = None,
) -> int:
    """Ends those of a locked account but the newest `keep`, at most `limit`; returns how many there were."""
    return int(await connection.fetchval(_END_OTHERS, account_id, but, access_seconds, keep, limit))


async def rename_session(connection: Connection, account_id: UUID, session_id: UUID, new_id: UUID) -> None:
    """Stops the access tokens of a session that goes on: they carry its old id."""
    await connection.execute(_RENAME, account_id, session_id, new_id)


async def is_fresh(connection: Connection, account_id: UUID, session_id: UUID, seconds: int) -> bool:
    """Whether this session was signed in to within the last `seconds`."""
    return await connection.fetchval(_IS_FRESH, account_id, session_id, seconds) is True

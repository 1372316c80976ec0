"""Accounts."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from asyncpg import UniqueViolationError

from chassis.database import Connection, affected
from chassis.problems import Problem
from users.models import Profile, User

_INSERT = """
    INSERT INTO accounts (id, email, name, password_hash)
    VALUES ($1, $2, $3, $4)
"""

_FIND = """
    SELECT id, name, email, created_at, updated_at, version
    FROM accounts
    WHERE id = $1
"""

_FIND_HASH = """
    SELECT id, password_hash
    FROM accounts
    WHERE lower(email COLLATE "C") = lower($1::text COLLATE "C")
"""

_FIND_SECRETS = """
    SELECT email, name, password_hash
    FROM accounts
    WHERE id = $1
"""

_CHANGE = """
    UPDATE accounts
    SET name             = coalesce($3, name),
        email            = coalesce($4, email),
        password_hash    = coalesce($5, password_hash),
        updated_at       = now(),
        version          = version + 1,
        name_version     = CASE WHEN $3::text IS NULL THEN name_version ELSE version + 1 END,
        email_version    = CASE WHEN $4::text IS NULL THEN email_version ELSE version + 1 END,
        password_version = CASE WHEN $5::text IS NULL THEN password_version ELSE version + 1 END
    WHERE id = $1 AND ($2::text IS NULL OR password_hash = $2)
    RETURNING id, name, email, created_at, updated_at, version
"""

_REHASH = """
    UPDATE accounts
    SET password_hash = $3
    WHERE id = $1 AND password_hash = $2
"""

_LOCK = """
    SELECT id, name, email, created_at, updated_at, version, name_version, email_version, password_version
    FROM accounts
    WHERE id = $1
    FOR UPDATE
"""

_DELETE = """
    DELETE FROM accounts
    WHERE id = $1
"""

_NAMES = """
    SELECT id, name, email
    FROM accounts
    WHERE id = ANY($1::uuid[])
    ORDER BY id
"""

_LOOKUP = """
    SELECT id, name
    FROM accounts
    WHERE lower(email COLLATE "C") = lower($1::text COLLATE "C")
"""


class PasswordHash(NamedTuple):
    account_id: UUID
    hashed: str


class Secrets(NamedTuple):
    email: str
    name: str
    hashed: str


class Locked(NamedTuple):
    """An account under lock, and the version in which each of its fields was last written."""

    user: User
    versions: dict[str, int]


async def insert_account(connection: Connection, account_id: UUID, email: str, name: str, hashed: str) -> None:
    """Raises a 409 problem if the address has an account."""
    try:
        await connection.execute(_INSERT, account_id, email, name, hashed)
    except UniqueViolationError:
        raise email_taken() from None


async def find_account(connection: Connection, account_id: UUID) -> User | None:
    row = await connection.fetchrow(_FIND, account_id)
    return User(**row) if row else None


async def find_password_hash(connection: Connection, email: str) -> PasswordHash | None:
    row = await connection.fetchrow(_FIND_HASH, email)
    return PasswordHash(*row) if row else None


async def find_secrets(connection: Connection, account_id: UUID) -> Secrets | None:
    row = await connection.fetchrow(_FIND_SECRETS, account_id)
    return Secrets(*row) if row else None


async def change_account(
    connection: Connection,
    account_id: UUID,
    *,
    verified: str | None = None,
    name: str | None = None,
    email: str | None = None,
    hashed: str | None = None,
) -> User | None:
    """Changes what is given; None if the account is gone, or its password hash is no longer `verified`."""
    try:
        row = await connection.fetchrow(_CHANGE, account_id, verified, name, email, hashed)
    except UniqueViolationError:
        raise email_taken() from None
    return User(**row) if row else None


async def rehash(connection: Connection, known: PasswordHash, hashed: str) -> bool:
    """Whether the account still had the hash that is `known`, and so has the new one."""
    return affected(await connection.execute(_REHASH, known.account_id, known.hashed, hashed)) == 1


async def lock_account(connection: Connection, account_id: UUID) -> Locked | None:
    """Keeps sign-ins and changes of this account waiting until the transaction ends; None if it is gone."""
    row = await connection.fetchrow(_LOCK, account_id)
    if row is None:
        return None
    user = User(**{name: row[name] for name in User.__struct_fields__})
    return Locked(user, {name: row[f"{name}_version"] for name in ("name", "email", "password")})


async def delete_account(connection: Connection, account_id: UUID) -> None:
    await connection.execute(_DELETE, account_id)


async def list_profiles(connection: Connection, ids: Sequence[UUID], *, emails: bool) -> list[Profile]:
    rows = await connection.fetch(_NAMES, ids)
    if emails:
        return [Profile(**row) for row in rows]
    return [Profile(id=row["id"], name=row["name"]) for row in rows]


async def lookup_email(connection: Connection, email: str) -> Profile | None:
    row = await connection.fetchrow(_LOOKUP, email)
    return Profile(**row) if row else None


def email_taken() -> Problem:
    return Problem(409, "email_taken", "This e-mail address has an account already.")

"""The keys that sign access tokens: the private part is sealed before it comes here."""

from typing import NamedTuple
from uuid import UUID

from chassis.database import Connection

_LOCK = "SELECT pg_advisory_xact_lock($1)"

# By the clock, not the transaction: who waited for the lock began before the key that another made meanwhile.
_LIST = """
    SELECT id, public, sealed, signs_from <= clock_timestamp() AS signs,
           signs_from <= clock_timestamp() - $1 * interval '1 second' AS old
    FROM signing_keys
    ORDER BY signs_from DESC, id DESC
"""

_INSERT = """
    INSERT INTO signing_keys (id, public, sealed, signs_from)
    VALUES ($1, $2, $3, now() + $4 * interval '1 second')
"""

_RETIRE = """
    DELETE FROM signing_keys
    WHERE signs_from < (
        SELECT max(signs_from)
        FROM signing_keys
        WHERE signs_from < now() - $1 * interval '1 second'
    )
      AND id <> $2
"""

_PUBLISHED = """
    SELECT public
    FROM signing_keys
    ORDER BY signs_from DESC, id DESC
"""

_KEY_LOCK = 7_214_101


class KeyRow(NamedTuple):
    """A key. `signs`: its time has come; `old`: it has signed for as long as a key should."""

    id: UUID
    public: dict[str, str]
    sealed: str
    signs: bool
    old: bool


async def lock_keys(connection: Connection) -> None:
    """Until the end of the transaction nobody else makes or retires keys."""
    await connection.execute(_LOCK, _KEY_LOCK)


async def list_keys(connection: Connection, *, old_seconds: int) -> list[KeyRow]:
    """The newest first."""
    return [KeyRow(*row) for row in await connection.fetch(_LIST, old_seconds)]


async def insert_key(
    connection: Connection, key_id: UUID, public: dict[str, str], sealed: str, *, ahead_seconds: int
) -> None:
    await connection.execute(_INSERT, key_id, public, sealed, ahead_seconds)


async def retire_keys(connection: Connection, *, after_seconds: int, but: UUID) -> None:
    """Removes each key whose successor has signed for `after_seconds`, `but` the one that goes on signing."""
    await connection.execute(_RETIRE, after_seconds, but)


async def published_keys(connection: Connection) -> list[dict[str, str]]:
    return [row["public"] for row in await connection.fetch(_PUBLISHED)]

"""The keys that sign access tokens: made, published ahead of their use, rotated and retired without a sign-out.

A private key is stored sealed with the setting `key_secret`. Who cannot open any (the secret was changed) makes a new
one; what the old ones signed stays good, because their public parts stay published.
"""

import hashlib

import msgspec
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey, OKPKey
from quart import current_app

from chassis.database import Connection, Database
from chassis.ids import new_id
from chassis.logs import get_log
from chassis.problems import unavailable
from users.access_tokens import ALGORITHM, LIFE_SECONDS
from users.queries import signing_keys as queries

EXTENSION = "tasksync.signing_keys"
_SIGNS_SECONDS = 30 * 86_400
# Long enough for every gateway to have fetched a key before the first token signed with it.
_AHEAD_SECONDS = 900
_RETIRES_SECONDS = LIFE_SECONDS + 300
_SEAL_HEADER = {"alg": "dir", "enc": "A256GCM"}

_log = get_log(__name__)


class KeyRing:
    """The signing keys of this service. One key signs at a time; `maintain` runs about every minute."""

    def __init__(self, database: Database, secret: str) -> None:
        self._database = database
        self._seal_key = OctKey.import_key(hashlib.sha256(f"signing-keys\0{secret}".encode()).digest())
        self._current: OKPKey | None = None

    async def signing_key(self) -> OKPKey:
        if self._current is None:
            await self.maintain()
        if self._current is None:
            raise unavailable("key")
        return self._current

    async def published(self) -> list[dict[str, str]]:
        """The public keys with which a token of now may be signed, as JWKs."""
        await self.signing_key()
        async with self._database.connection() as connection:
            return await queries.published_keys(connection)

    async def maintain(self) -> None:
        """Makes the first or the next key when it is time, retires those that nothing valid is signed with."""
        async with self._database.transaction() as connection:
            await queries.lock_keys(connection)
            usable = await self._usable(connection)
            if not any(row.signs for row, _ in usable):
                await self._add(connection, ahead_seconds=0)
            elif usable[0][0].old:
                await self._add(connection, ahead_seconds=_AHEAD_SECONDS)
            current_id, current = next((row.id, key) for row, key in await self._usable(connection) if row.signs)
            await queries.retire_keys(connection, after_seconds=_RETIRES_SECONDS, but=current_id)
        self._current = current

    async def _usable(self, connection: Connection) -> list[tuple[queries.KeyRow, OKPKey]]:
        rows = await queries.list_keys(connection, old_seconds=_SIGNS_SECONDS)
        opened = [(row, self._open(row)) for row in rows]
        return [(row, key) for row, key in opened if key is not None]

    async def _add(self, connection: Connection, *, ahead_seconds: int) -> None:
        key_id = new_id()
        key = OKPKey.generate_key("Ed25519", {"kid": str(key_id), "use": "sig", "alg": ALGORITHM}, private=True)
        private = msgspec.json.encode(key.as_dict(private=True))
        sealed = jwe.encrypt_compact(_SEAL_HEADER, private, self._seal_key)
        public = {name: str(value) for name, value in key.as_dict(private=False).items()}
        await queries.insert_key(connection, key_id, public, sealed, ahead_seconds=ahead_seconds)
        _log.info("signing_key.made", kid=str(key_id), seconds_ahead=ahead_seconds)

    def _open(self, row: queries.KeyRow) -> OKPKey | None:
        try:
            private = jwe.decrypt_compact(row.sealed, self._seal_key).plaintext
        except JoseError:
            _log.warning("signing_key.sealed_otherwise", kid=str(row.id))
            return None
        return OKPKey.import_key(msgspec.json.decode(private or b"{}"))


def current_key_ring() -> KeyRing:
    ring: KeyRing = current_app.extensions[EXTENSION]
    return ring

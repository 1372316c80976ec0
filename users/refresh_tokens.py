"""Refresh tokens: opaque, 256 random bits behind the mark of their family, and stored only as hashes.

A token's successor is derived from it and a nonce that the session keeps. So a client whose answer was lost gets the
same successor again: however often and however concurrently one token is used, its family has one living token.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple

_PREFIX = "tsr_"
_FAMILY_BYTES, _SECRET_BYTES = 16, 32


class RefreshToken(NamedTuple):
    family: bytes
    secret: bytes

    @property
    def family_hash(self) -> bytes:
        return hashlib.sha256(self.family).digest()

    @property
    def secret_hash(self) -> bytes:
        return hashlib.sha256(self.secret).digest()

    def successor(self, nonce: bytes) -> "RefreshToken":
        return RefreshToken(self.family, hmac.digest(self.secret, nonce, "sha256"))

    def text(self) -> str:
        return _PREFIX + urlsafe_b64encode(self.family + self.secret).decode()


def new_token() -> RefreshToken:
    return RefreshToken(secrets.token_bytes(_FAMILY_BYTES), secrets.token_bytes(_SECRET_BYTES))


def new_nonce() -> bytes:
    return secrets.token_bytes(_SECRET_BYTES)


def parse(text: str) -> RefreshToken | None:
    """The token in `text`, or None if it cannot be one."""
    try:
        data = urlsafe_b64decode(text.removeprefix(_PREFIX).encode("ascii"))
    except ValueError:
        return None
    if not text.startswith(_PREFIX) or len(data) != _FAMILY_BYTES + _SECRET_BYTES:
        return None
    return RefreshToken(data[:_FAMILY_BYTES], data[_FAMILY_BYTES:])

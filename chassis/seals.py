"""Sealed values: a msgspec Struct, signed for one purpose, that travels as text and expires."""

import hmac
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Generic, TypeVar

import msgspec
from itsdangerous import Signer
from itsdangerous.signer import SigningAlgorithm


class SealError(Exception):
    """The text is not a value that this seal made, or its time is over."""


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what is sealed: `expires` is Unix time in seconds."""

    expires: float


class _Sha256(SigningAlgorithm):
    """HMAC-SHA256 with one key, made ready once: the library's own begins anew with each signature."""

    def __init__(self, key: bytes) -> None:
        self._begun = hmac.new(key, digestmod="sha256")

    def get_signature(self, key: bytes, value: bytes) -> bytes:  # noqa: ARG002
        mac = self._begun.copy()
        mac.update(value)
        return mac.digest()


T = TypeVar("T", bound=Sealed)


class Seal(Generic[T]):
    """Signs values of one type with HMAC-SHA256. `purpose` keeps one kind of value from passing as another."""

    def __init__(self, secret: str, purpose: str, kind: type[T]) -> None:
        # The key is derived once: Signer would derive it anew at each call.
        key = hmac.digest(secret.encode(), purpose.encode(), "sha256")
        self._signer = Signer(key, key_derivation="none", algorithm=_Sha256(key), sep=".")
        self._decoder = msgspec.msgpack.Decoder(kind)

    def seal(self, value: T) -> str:
        return self._signer.sign(urlsafe_b64encode(msgspec.msgpack.encode(value))).decode()

    def open(self, text: str, *, even_expired: bool = False) -> T:
        """Raises SealError."""
        try:
            sealed = text.encode()
            payload = sealed.rpartition(b".")[0]
            # Signed anew and compared as text: the last letter of a signature has spellings that decode to the same.
            if not hmac.compare_digest(self._signer.sign(payload), sealed):
                raise SealError("not a value of this seal")
            value = self._decoder.decode(urlsafe_b64decode(payload))
        except (ValueError, msgspec.MsgspecError) as error:
            raise SealError("not a value of this seal") from error
        if value.expires < time.time() and not even_expired:
            raise SealError("expired")
        return value

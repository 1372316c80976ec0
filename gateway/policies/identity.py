"""Who asks: an access token checked here against the published keys, or a personal access token asked of `users`.

A verified token is remembered until it expires, its session ends or its key is withdrawn, within a bound.
"""

import asyncio
import time
from base64 import urlsafe_b64decode
from collections import OrderedDict
from collections.abc import Callable
from contextvars import Context
from datetime import datetime
from uuid import UUID

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from quart import request

from chassis import deadlines
from chassis.passport import Passport
from chassis.peers import Peer, Refused, TimedOut
from chassis.problems import Problem, unauthorized
from gateway.policies.cookies import STREAM
from gateway.policies.revocations import Revocations

_ALGORITHM = "Ed25519"
_TYPE = "at+jwt"
_REMEMBERED = 20_000
# How long a personal token is taken for what `users` said: less than a revocation is kept, and as exact as `used_at`.
_PERSONAL_SECONDS = 60.0
# By the clock that nobody sets, and less than a revocation is remembered: however the other one is set, no token is
# taken for good when it is forgotten that it ended.
_TRUSTED_SECONDS = 600.0
# An unknown key id makes the gateway fetch the keys, but not more often than this.
_FETCH_SECONDS = 3.0
_PERSONAL_PREFIX = "tsp_"
_CLAIMS = jwt.JWTClaimsRegistry(
    iss={"essential": True, "value": "tasksync"},
    aud={"essential": True, "value": "tasksync-api"},
    sub={"essential": True},
    sid={"essential": True},
    exp={"essential": True},
)


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """The user behind a request. `token` is the id that `users` revokes: the session's, or the personal token's.
    After `good_until` (Unix time), and some minutes after it was `verified`, it has to be verified again."""

    user: UUID
    token: UUID
    session: UUID | None
    scopes: tuple[str, ...]
    rooms: tuple[UUID, ...] | None
    good_until: float
    verified: float = msgspec.field(default_factory=lambda: time.monotonic())

    def is_good(self) -> bool:
        return time.time() <= self.good_until and time.monotonic() - self.verified < _TRUSTED_SECONDS

    def passport(self) -> Passport:
        return Passport(
            service="gateway",
            user=self.user,
            session=self.session,
            scopes=self.scopes,
            rooms=self.rooms,
            expires=self.good_until,
        )


class _Verified(msgspec.Struct):
    id: UUID
    user: UUID
    scopes: tuple[str, ...]
    rooms: tuple[UUID, ...] | None
    expires_at: datetime


class Authenticator:
    """Turns the token of a request into an identity. Nothing fails open: what cannot be known is refused."""

    def __init__(self, users: Peer, revocations: Revocations) -> None:
        self._users, self._revocations = users, revocations
        self._known: OrderedDict[str, Identity] = OrderedDict()
        self._keys: KeySet | None = None
        self._fetched = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    async def identify(self, before_verifying: Callable[[], object], *, by_cookie: bool) -> Identity:
        """Raises a 401 problem without a valid token, and 503 while it cannot be known whether it was revoked.

        A token that is not remembered has to be verified; `before_verifying` may refuse that work. With `by_cookie`
        the token may come in the cookie of a browser's session too.
        """
        token = _cookie() if by_cookie and "Authorization" not in request.headers else _bearer()
        self._revocations.require_fresh()
        identity = self._known.get(token)
        if identity is None or not identity.is_good():
            before_verifying()
            identity = await self._verify(token)
            self._remember(token, identity)
        if self._revocations.holds(identity.token):
            self._known.pop(token, None)
            raise unauthorized("This token has ended: sign in again.", "invalid_token")
        return identity

    def _remember(self, token: str, identity: Identity) -> None:
        self._known[token] = identity
        self._known.move_to_end(token)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    async def _verify(self, token: str) -> Identity:
        if token.startswith(_PERSONAL_PREFIX):
            return await self._verify_personal(token)
        try:
            claims = _decode(token, await self._key_set(token))
            return Identity(
                user=UUID(claims["sub"]),
                token=UUID(claims["sid"]),
                session=UUID(claims["sid"]),
                scopes=("read", "write"),
                rooms=None,
                good_until=float(claims["exp"]),
            )
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise unauthorized("This access token is not valid.", "invalid_token") from None

    async def _verify_personal(self, token: str) -> Identity:
        try:
            answer = await self._users.call(
                "POST", "/internal/tokens/verify", body=msgspec.json.encode({"token": token})
            )
        except Refused:
            raise unauthorized("This access token is not valid.", "invalid_token") from None
        found = msgspec.json.decode(answer.body, type=_Verified)
        return Identity(
            user=found.user,
            token=found.id,
            session=None,
            scopes=found.scopes,
            rooms=found.rooms,
            good_until=min(found.expires_at.timestamp(), time.time() + _PERSONAL_SECONDS),
        )

    async def _key_set(self, token: str) -> KeySet:
        """The published keys; fetched anew when the token names one that is not among them."""
        kid = _key_id(token)
        known = self._keys is not None and kid in _key_ids(self._keys)
        is_due = self._fetching is not None or time.monotonic() - self._fetched > _FETCH_SECONDS
        if self._keys is None or (not known and is_due):
            await self.fetch_keys()
        if self._keys is None:
            raise Problem(503, "unavailable", "Tokens cannot be checked right now.", headers={"Retry-After": "1"})
        return self._keys

    async def fetch_keys(self) -> None:
        """Who comes while they are fetched waits for the same answer. Raises the errors of `chassis.peers`."""
        if self._fetching is None:
            # In nobody's name: whoever began it may leave.
            self._fetching = asyncio.create_task(self._fetch_keys(), context=Context())
            self._fetching.add_done_callback(self._end_fetching)
        try:
            async with asyncio.timeout(deadlines.left()):
                await asyncio.shield(self._fetching)
        except TimeoutError:
            raise TimedOut(self._users.name, "took too long", sent=True) from None

    async def _fetch_keys(self) -> None:
        deadlines.current_work.set("read")
        answer = await self._users.call("GET", "/internal/keys")
        fetched = KeySet.import_key_set(msgspec.json.decode(answer.body))
        if self._keys is not None and _key_ids(self._keys) - _key_ids(fetched):
            self._known.clear()
        self._keys, self._fetched = fetched, time.monotonic()

    def _end_fetching(self, fetching: asyncio.Task[None]) -> None:
        self._fetching = None
        # All who waited may have left.
        if not fetching.cancelled():
            fetching.exception()


def _bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise unauthorized("Sign in, and send the access token as `Authorization: Bearer`.")
    return token.strip()


def _cookie() -> str:
    token = STREAM.read()
    if token is None:
        raise unauthorized("Sign in with `TaskSync-Session: cookie`, or send `Authorization: Bearer`.")
    return token


def _key_id(token: str) -> str | None:
    try:
        header = msgspec.json.decode(_base64(token.partition(".")[0]))
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return None
    return header.get("kid") if isinstance(header, dict) else None


def _key_ids(keys: KeySet) -> set[str | None]:
    return {key.kid for key in keys.keys}


def _base64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _decode(token: str, keys: KeySet) -> dict[str, str]:
    decoded = jwt.decode(token, keys, algorithms=[_ALGORITHM])
    if decoded.header.get("typ") != _TYPE:
        raise ValueError("not an access token")
    _CLAIMS.validate(decoded.claims)
    return decoded.claims

"""Access tokens as the system makes them, and as an attacker would."""

import time
from base64 import urlsafe_b64encode
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.jwk import OKPKey

from chassis.ids import new_id
from tests.gateway.people import Person
from tests.system import Reply, System
from users.access_tokens import ALGORITHM
from users.signing_keys import EXTENSION as KEY_RING


async def me(system: System, token: str) -> Reply:
    return await system.request("gateway", "GET", "/v1/me", headers={"Authorization": f"Bearer {token}"})


def claims_of(person: Person, **changes: Any) -> dict[str, Any]:
    """The claims of a good token of `person`, with `changes`; None takes a claim away."""
    good = {
        "iss": "tasksync",
        "aud": "tasksync-api",
        "sub": person.id,
        "sid": str(new_id()),
        "iat": int(time.time()),
        "exp": int(time.time()) + 600,
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


async def signing_key(system: System) -> OKPKey:
    key: OKPKey = await system.apps["users"].extensions[KEY_RING].signing_key()
    return key


async def signed(person: Person, header: dict[str, Any] | None = None, **changes: Any) -> str:
    """A token signed with the system's own key."""
    key = await signing_key(person.system)
    header = {"alg": ALGORITHM, "typ": "at+jwt", "kid": key.kid} | (header or {})
    return jwt.encode(header, claims_of(person, **changes), key, algorithms=[ALGORITHM])


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return ".".join([*(to_base64(msgspec.json.encode(each)) for each in (header, claims)), ""])


def to_base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()

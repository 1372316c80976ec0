"""People who use the users service under test."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from joserfc import jwt
from joserfc.jwk import KeySet

from chassis.database import Connection
from chassis.ids import new_id
from keys.client.grants import HEADER as GRANT_HEADER
from keys.client.grants import grant_seal
from keys.client.models import Grant, expiry
from tests.system import SECRETS, Reply, System

PASSWORD = "seven green kettles"
OTHER_PASSWORD = "eight blue trombones"
# What the tests of everything but the limits need not mind.
GENEROUS = {
    f"TASKSYNC_USERS_{name}": "100000"
    for name in (
        "LOGIN_PER_ACCOUNT",
        "LOGIN_PER_ADDRESS",
        "REGISTER_PER_ACCOUNT",
        "REGISTER_PER_ADDRESS",
        "REFRESH_PER_ACCOUNT",
        "REFRESH_PER_ADDRESS",
    )
}


@dataclass
class Person:
    """An account and one session of it. `call` is a request as the gateway would pass it on."""

    system: System
    id: UUID
    email: str
    access_token: str
    refresh_token: str
    session: UUID

    async def call(self, method: str, path: str, **options: Any) -> Reply:
        return await self.system.call("users", method, path, user=self.id, session=self.session, **options)

    async def refresh(self) -> "Person":
        """The same session with its next tokens."""
        reply = await refresh(self.system, self.refresh_token)
        return await to_person(self.system, reply)

    def grant(self, room: UUID, *actions: str) -> dict[str, str]:
        """The header of a grant for `actions` in `room`."""
        grant = Grant(user=self.id, actions=actions, rooms=(room,), expires=expiry())
        return {GRANT_HEADER: grant_seal(SECRETS["TASKSYNC_GRANT_SECRET"]).seal(grant)}


def new_email() -> str:
    return f"{new_id().hex}@example.org"


async def register(system: System, email: str | None = None, *, name: str = "Ada", agent: str = "") -> Person:
    body = {"email": email or new_email(), "name": name, "password": PASSWORD}
    reply = await system.call("users", "POST", "/v1/auth/register", json=body, headers={"TaskSync-Agent": agent})
    assert reply.status == 201, reply.body
    return await to_person(system, reply)


async def login(system: System, email: str, password: str = PASSWORD, **headers: str) -> Reply:
    body = {"email": email, "password": password}
    return await system.call("users", "POST", "/v1/auth/login", json=body, headers=headers)


async def refresh(system: System, token: str) -> Reply:
    return await system.call("users", "POST", "/v1/auth/refresh", json={"refresh_token": token})


async def to_person(system: System, reply: Reply) -> Person:
    assert reply.status in {200, 201}, reply.body
    body = reply.json()
    claims = await verified_claims(system, body["access_token"])
    user = body["user"]
    return Person(
        system, UUID(user["id"]), user["email"], body["access_token"], body["refresh_token"], UUID(claims["sid"])
    )


async def weaken(database: Connection, person: Person) -> None:
    """The password's hash becomes one of before the parameters rose."""
    weaker = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    await database.execute("UPDATE accounts SET password_hash = $2 WHERE id = $1", person.id, weaker)


async def verified_claims(system: System, access_token: str) -> dict[str, Any]:
    """The claims, after the check of the signature that a gateway would make."""
    keys = KeySet.import_key_set((await system.call("users", "GET", "/internal/keys")).json())
    return dict(jwt.decode(access_token, keys, algorithms=["Ed25519"]).claims)


async def revoked(system: System, cursor: str | None = None) -> set[UUID]:
    """The ids that a gateway is told of which asks from `cursor` on."""
    params = {"after": cursor} if cursor else {}
    reply = await system.call("users", "GET", "/internal/revocations", params=params)
    assert reply.status == 200, reply.body
    return {UUID(each) for each in reply.json()["items"]}

"""People at the public door, and the rooms they fill."""

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

import asyncpg

from chassis.ids import new_id
from keys.client import Link, room, user
from tests.seeds import refer
from tests.system import Reply, System

PASSWORD = "seven green kettles"
# One machine asks all of it, within seconds.
GENEROUS = {
    f"TASKSYNC_USERS_{name}_PER_{subject}": "1000000"
    for name in ("LOGIN", "REGISTER", "REFRESH", "LOOKUP")
    for subject in ("ACCOUNT", "ADDRESS")
}
Json = dict[str, Any]
T = TypeVar("T")


@dataclass
class Person:
    """Somebody with an account. `token` is what stands behind `Bearer`; `through` another gateway it is another."""

    system: System
    id: str
    email: str
    token: str
    refresh_token: str

    async def call(self, method: str, path: str, **options: Any) -> Reply:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return await self.system.request("gateway", method, path, headers=headers, **options)

    async def make(self, path: str, **json: Any) -> Any:
        """POSTs `json`, and returns what was made."""
        reply = await self.call("POST", path, json=json)
        assert reply.status in {200, 201}, reply.body
        return reply.json()

    async def get(self, path: str) -> Any:
        reply = await self.call("GET", path)
        assert reply.status == 200, reply.body
        return reply.json()

    async def room(self, name: str = "Kitchen") -> str:
        """The id of a new room."""
        return str((await self.make("/v1/rooms", name=name))["id"])

    async def bring(self, other: "Person", room_id: str, role: str = "viewer") -> None:
        await self.make(f"/v1/rooms/{room_id}/members", email=other.email, role=role)

    async def personal_token(self, *scopes: str, rooms: list[str] | None = None) -> "Person":
        """The same person with a personal access token; its id stands in `refresh_token`'s place."""
        made = await self.make("/v1/me/tokens", name="Script", scopes=scopes, **({"rooms": rooms} if rooms else {}))
        return replace(self, token=made["token"], refresh_token=made["id"])

    def through(self, system: System) -> "Person":
        return replace(self, system=system)


async def sign_up(system: System, name: str = "Ada") -> Person:
    body = {"email": f"{new_id().hex}@example.org", "name": name, "password": PASSWORD}
    reply = await system.request("gateway", "POST", "/v1/auth/register", json=body)
    assert reply.status == 201, reply.body
    return to_person(system, reply)


def to_person(system: System, reply: Reply) -> Person:
    made = reply.json()
    user = made["user"]
    return Person(system, user["id"], user["email"], made["access_token"], made["refresh_token"])


async def all_of(work: Iterable[Awaitable[T]]) -> list[T]:
    """The results of `work`, in order, a few at a time."""
    gate = asyncio.Semaphore(8)

    async def one(each: Awaitable[T]) -> T:
        async with gate:
            return await each

    return await asyncio.gather(*(one(each) for each in work))


async def _add_members(system: System, room_id: UUID, count: int) -> None:
    """Accounts that nobody signs in to: hashing so many passwords would take longer than the test."""
    people = [new_id() for _ in range(count)]
    connection = await asyncpg.connect(system.databases["users"])
    try:
        await connection.executemany(
            "INSERT INTO accounts (id, email, name, password_hash) VALUES ($1, $2, 'Member', '-')",
            [(person, f"{person}@example.org") for person in people],
        )
    finally:
        await connection.close()
    links = [Link(relation="member", source=user(each), target=room(room_id), role="viewer") for each in people]
    if people:
        await refer(system, "users", [user(each) for each in people], [], None)
        await refer(system, "rooms", [], links, people[0])


async def fill_room(owner: Person, room_id: str, *, tasks: int, members: int) -> None:
    """`members` counts the owner, whom every task is assigned to."""
    await _add_members(owner.system, UUID(room_id), members - 1)
    path = f"/v1/rooms/{room_id}/tasks"
    await all_of(owner.make(path, title=f"Task {number}", assignees=[owner.id]) for number in range(tasks))


def assert_refused(reply: Reply) -> None:
    """By the door itself: this token lets nobody in."""
    assert (reply.status, reply.code) == (401, "invalid_token"), reply.body
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


async def reuse_refresh_token(person: Person) -> None:
    """Somebody else has a copy: the family ends."""
    token = person.refresh_token
    for _ in range(2):
        reply = await person.system.request("gateway", "POST", "/v1/auth/refresh", json={"refresh_token": token})
        token = reply.json()["refresh_token"]
    reply = await person.system.request(
        "gateway", "POST", "/v1/auth/refresh", json={"refresh_token": person.refresh_token}
    )
    assert (reply.status, reply.code) == (401, "invalid_refresh_token")

"""People at the public door, and the rooms they fill."""

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from chassis.ids import new_id
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

    async def bring(self, other: "Person", room: str, role: str = "viewer") -> None:
        await self.make(f"/v1/rooms/{room}/members", email=other.email, role=role)

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


async def all_of(work: Iterable[Awaitable[T]], at_once: int = 8) -> list[T]:
    """The results of `work`, in order, a few at a time."""
    gate = asyncio.Semaphore(at_once)

    async def one(each: Awaitable[T]) -> T:
        async with gate:
            return await each

    return await asyncio.gather(*(one(each) for each in work))


async def fill_room(owner: Person, room: str, *, tasks: int, members: int) -> None:
    """`members` counts the owner. Every task has a comment-free row and the owner as its assignee."""
    people = await all_of(sign_up(owner.system, f"Member {number}") for number in range(members - 1))
    for person in people:
        await owner.bring(person, room)
    path = f"/v1/rooms/{room}/tasks"
    await all_of(owner.make(path, title=f"Task {number}", assignees=[owner.id]) for number in range(tasks))

"""A room with its people and a task, as the services show it."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp

from chassis.ids import new_id
from keys.client.grants import HEADER as GRANT
from tests.faults.fleet import Fleet
from tests.system import Reply
from tests.users.people import PASSWORD

_RETRY_SECONDS = 60.0


@dataclass
class Board:
    """A room as one of its members sees it: roles by member, and of each task its people and its comments."""

    members: dict[UUID, str] = field(default_factory=dict)
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)


def task_view(assignees: set[UUID], author: UUID | None, comments: list[tuple[str, UUID | None]]) -> dict[str, Any]:
    return {"assignees": assignees, "author": author, "comments": comments}


@dataclass
class Person:
    id: UUID
    session: UUID


async def ask(
    fleet: Fleet, service: str, method: str, path: str, person: Person | None = None, **options: Any
) -> Reply | None:
    """The answer; None if none came."""
    user, session = (person.id, person.session) if person else (None, None)
    try:
        return await fleet.system.call(service, method, path, user=user, session=session, **options)
    except (aiohttp.ClientError, TimeoutError):
        return None


async def answered(
    fleet: Fleet, service: str, method: str, path: str, person: Person | None = None, **options: Any
) -> Reply:
    """Asks until an answer comes: a service may just have been started again."""
    deadline = time.monotonic() + _RETRY_SECONDS
    while True:
        reply = await ask(fleet, service, method, path, person, **options)
        if reply is not None and reply.status < 500:
            return reply
        assert time.monotonic() < deadline, reply
        await asyncio.sleep(0.02)


async def insist(
    fleet: Fleet, service: str, method: str, path: str, person: Person | None = None, **options: Any
) -> Any:
    """The body of the answer, which must be a good one."""
    reply = await answered(fleet, service, method, path, person, **options)
    assert reply.status < 300, reply.body
    return reply.json() if reply.body else None


def new_account() -> dict[str, str]:
    return {"email": f"{new_id().hex}@example.org", "name": "Ada", "password": PASSWORD}


async def add_person(fleet: Fleet) -> Person:
    made = await insist(fleet, "users", "POST", "/v1/auth/register", json=new_account())
    (session,) = await fleet.fetch("users", "SELECT id FROM sessions WHERE account_id = $1", UUID(made["user"]["id"]))
    return Person(UUID(made["user"]["id"]), session["id"])


@dataclass
class Stage:
    """`room` of `owner` with the editor `mate`, who has the task `task`; `guest` is not in it."""

    fleet: Fleet
    owner: Person
    mate: Person
    guest: Person
    room: UUID
    task: UUID

    @property
    def before(self) -> Board:
        """The board as `set_stage` makes it."""
        one = task_view({self.mate.id}, self.mate.id, [("Words", self.mate.id)])
        return Board({self.owner.id: "owner", self.mate.id: "editor"}, {"One": one})

    async def ask(self, person: Person, service: str, method: str, path: str, **options: Any) -> Reply | None:
        return await ask(self.fleet, service, method, path, person, **options)

    async def board(self) -> Board | None:
        """As the owner sees it; None if the room is not there for them."""
        return await read_board(self.fleet, self.room, self.owner)


async def set_stage(fleet: Fleet, owner: Person, mate: Person, guest: Person) -> Stage:
    room = (await insist(fleet, "rooms", "POST", "/v1/rooms", owner, json={"name": "Kitchen"}))["id"]
    member = {"user_id": str(mate.id), "role": "editor"}
    await insist(fleet, "keys", "POST", f"/internal/rooms/{room}/members", owner, json=member)
    new = {"op": "create_task", "title": "One", "ref": "one", "assignees": [str(mate.id)]}
    batch = {"operations": [new, {"op": "create_comment", "task": "one", "body": "Words"}]}
    made = await insist(fleet, "tasks", "POST", f"/v1/rooms/{room}/batch", mate, json=batch)
    return Stage(fleet, owner, mate, guest, UUID(room), UUID(made["results"][0]["task"]["id"]))


async def read_board(fleet: Fleet, room: UUID, person: Person) -> Board | None:
    """Asks as the gateway does: Keys first, then each owner with its grant."""
    body = {"on": {"type": "room", "id": str(room)}, "actions": ["room.view"], "members": {}}
    seen = await answered(fleet, "keys", "POST", "/internal/looks", person, json=body)
    if seen.status == 404:
        return None
    look = seen.json()
    grant = {GRANT: look["grant"]}
    await insist(fleet, "rooms", "GET", f"/v1/rooms/{room}", person, headers=grant)
    listed = await insist(fleet, "tasks", "GET", f"/v1/rooms/{room}/tasks", person, headers=grant)
    tasks = {}
    for task in listed["items"]:
        comments = await insist(fleet, "tasks", "GET", f"/v1/tasks/{task['id']}/comments", person, headers=grant)
        said = [(each["body"], _id(each["author"])) for each in comments["items"]]
        assert task["title"] not in tasks, "a task is there twice"
        tasks[task["title"]] = task_view({UUID(each) for each in task["assignees"]}, _id(task["created_by"]), said)
    return Board({UUID(each["user_id"]): each["role"] for each in look["members"]["items"]}, tasks)


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None

"""What the release before writes: the demo team, some trash, and an invite; and what there is of it in the end."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launch.demo import demo
from launch.settings import Settings
from launch.team import DOMAIN, PASSWORD, PEOPLE, ROOMS
from tests.faults.stage import new_account
from tests.system import System

_TRASHED = 3
Json = dict[str, Any]


@dataclass
class Team:
    """The rooms of its first person, who owns the first; `tasks` are the views that the release before answered."""

    system: System
    token: str
    rooms: list[str]
    tasks: dict[str, Json]
    trashed: list[str]
    invite: str

    @property
    def home(self) -> str:
        return f"/v1/rooms/{self.rooms[0]}"

    async def assert_there(self) -> None:
        """All that is not in the trash, as it was, with its assignees, and the members with their roles."""
        assert await all_tasks(self.system, self.token, self.rooms) == self.tasks
        members = (await ask(self.system, self.token, "GET", f"{self.home}/members"))["items"]
        assert {each["user"]["name"]: each["role"] for each in members} == {
            PEOPLE[name]: role for name, role in {ROOMS[0].owner: "owner", **ROOMS[0].members}.items()
        }
        trash = (await ask(self.system, self.token, "GET", f"{self.home}/trash"))["items"]
        assert {each["id"] for each in trash} == set(self.trashed)

    async def go_on(self) -> None:
        """Takes up what the release before has left: a task in its trash, its invite, and its log."""
        restored = await ask(self.system, self.token, "POST", f"/v1/tasks/{self.trashed[0]}/restore")
        assert restored["id"] == self.trashed[0]
        newcomer = (await ask(self.system, "", "POST", "/v1/auth/register", **new_account()))["access_token"]
        await ask(self.system, newcomer, "POST", f"/v1/invites/{self.invite}")
        seen = await all_tasks(self.system, newcomer, self.rooms[:1])
        assert self.trashed[0] in seen
        assert not set(self.trashed[1:]) & seen.keys()
        log = await ask(self.system, self.token, "GET", f"/v1/tasks/{self.trashed[0]}/history")
        assert [each["op"] for each in log["items"] if each["kind"] == "task"] == ["restore", "delete", "create"]


async def assemble(system: System) -> Team:
    """Fills the system through its public API."""
    await demo(Settings(Path(), system.ports["gateway"], {}))
    signed_in = {"email": f"{next(iter(PEOPLE))}@{DOMAIN}", "password": PASSWORD}
    token = (await ask(system, "", "POST", "/v1/auth/login", **signed_in))["access_token"]
    by_name = {room["name"]: room["id"] for room in (await ask(system, token, "GET", "/v1/rooms"))["items"]}
    rooms = [by_name[room.name] for room in ROOMS]
    made = await all_tasks(system, token, rooms[:1])
    trashed = [each for each in made if made[each]["assignees"]][:_TRASHED]
    for task in trashed:
        await ask(system, token, "DELETE", f"/v1/tasks/{task}")
    invite = await ask(system, token, "POST", f"/v1/rooms/{rooms[0]}/invites", role="viewer", max_uses=1)
    tasks = await all_tasks(system, token, rooms)
    assert len(tasks) == sum(len(room.tasks) for room in ROOMS) - len(trashed)
    return Team(system, token, rooms, tasks, trashed, invite["code"])


async def ask(system: System, token: str, method: str, path: str, **body: Any) -> Json:
    """The body of the answer, which must be a good one."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    reply = await system.request("gateway", method, path, headers=headers, json=body or None)
    assert reply.status < 300, (method, path, reply.body)
    return dict(reply.json()) if reply.body else {}


async def all_tasks(system: System, token: str, rooms: list[str]) -> dict[str, Json]:
    """The views of what is not in the trash, by id; without the actions, which a release may tell otherwise."""
    found: dict[str, Json] = {}
    for room in rooms:
        for task in (await ask(system, token, "GET", f"/v1/rooms/{room}/tasks?limit=200"))["items"]:
            view = await ask(system, token, "GET", f"/v1/tasks/{task['id']}?strict=true")
            del view["cursor"], view["access"]["actions"]
            found[task["id"]] = view
    return found

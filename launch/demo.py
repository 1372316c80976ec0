"""`python -m launch demo`: fills a running system through its public API, as five people would."""

import shlex
import sys
from datetime import UTC, datetime, time, timedelta
from typing import Any

import aiohttp

from launch.screen import LaunchError, say
from launch.settings import Settings
from launch.team import DOMAIN, PASSWORD, PEOPLE, ROOMS, Room, Task


class Client:
    """The public API of one running system."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self._session, self._base = session, base

    async def send(self, method: str, path: str, token: str = "", **body: Any) -> tuple[int, Any]:
        """Status and body. Raises LaunchError if nothing answers."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            async with self._session.request(method, self._base + path, headers=headers, json=body) as answer:
                return answer.status, await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError):
            raise LaunchError(f"Nothing answers at {self._base}; `make up` starts the system.") from None

    async def post(self, path: str, token: str = "", **body: Any) -> Any:
        """The body of a success. Raises LaunchError with the answer's own words otherwise."""
        status, answer = await self.send("POST", path, token, **body)
        if status >= 300:
            raise LaunchError(f"The demo stopped: POST {path} answered {status}, {answer.get('detail')}")
        return answer


class Person:
    """Someone who has signed up."""

    def __init__(self, id: str, token: str) -> None:  # noqa: A002
        self.id, self.token = id, token


async def demo(settings: Settings) -> None:
    """Makes the team once; says so if it is there. Raises LaunchError."""
    base = settings.url("gateway")
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
        client = Client(session, base)
        first = next(iter(PEOPLE))
        status, signed_in = await client.send("POST", "/v1/auth/login", email=_email(first), password=PASSWORD)
        if status == 200:
            say("The demo team is there already.")
            _show_sign_in(base, first, await _find_room(client, signed_in["access_token"]))
        else:
            _show_sign_in(base, first, await _fill(client))


async def _fill(client: Client) -> str:
    """Makes people, rooms and tasks, and returns the id of the first room."""
    people = {name: await _register(client, name) for name in PEOPLE}
    say(f"{len(people)} people: {', '.join(PEOPLE.values())}")
    rooms = [await _make_room(client, room, people) for room in ROOMS]
    return rooms[0]


async def _find_room(client: Client, token: str) -> str:
    """The id of the first room, or of what has become of it: any other, or none."""
    _, rooms = await client.send("GET", "/v1/rooms", token)
    by_name = {room["name"]: str(room["id"]) for room in rooms["items"]}
    return by_name.get(ROOMS[0].name) or next(iter(by_name.values()), "ROOM")


async def _register(client: Client, name: str) -> Person:
    answer = await client.post("/v1/auth/register", email=_email(name), name=PEOPLE[name], password=PASSWORD)
    return Person(answer["user"]["id"], answer["access_token"])


async def _make_room(client: Client, room: Room, people: dict[str, Person]) -> str:
    owner = people[room.owner].token
    made = await client.post("/v1/rooms", owner, name=room.name, description=room.about)
    path = f"/v1/rooms/{made['id']}"
    for name, role in room.members.items():
        await client.post(f"{path}/members", owner, email=_email(name), role=role)
    for task in room.tasks:
        await _make_task(client, path, task, owner, people)
    said = sum(len(task.said) for task in room.tasks)
    say(f"Room {room.name!r} of {PEOPLE[room.owner]}: {len(room.tasks)} tasks, {said} comments")
    for name, role in room.members.items():
        say(f"    {role:12} {PEOPLE[name]}")
    return str(made["id"])


async def _make_task(client: Client, room: str, task: Task, owner: str, people: dict[str, Person]) -> None:
    body: dict[str, Any] = {"title": task.title, "description": task.about, "status": task.status}
    body |= {"priority": task.priority, "assignees": [people[name].id for name in task.to]}
    if task.due is not None:
        body["due_at"] = _due(task.due)
    made = await client.post(f"{room}/tasks", owner, **body)
    for name, words in task.said:
        await client.post(f"/v1/tasks/{made['id']}/comments", people[name].token, body=words)


def _due(days: int) -> str:
    """Five in the afternoon, so many days from today."""
    day = datetime.now(UTC).date() + timedelta(days=days)
    return datetime.combine(day, time(17), UTC).isoformat().replace("+00:00", "Z")


def _email(name: str) -> str:
    return f"{name}@{DOMAIN}"


def _show_sign_in(base: str, name: str, room: str) -> None:
    other = list(PEOPLE)[1]
    say(f"\nSign in as {PEOPLE[name]}: {_email(name)}, password {PASSWORD}")
    say(f"and, in another browser or a private window, as {PEOPLE[other]}: {_email(other)}, the same password.")
    say(f"Both open {base}/rooms/{room}, and see each other's work.\n")
    say("One call gives a room with its people and tasks:\n")
    say(f"""  TOKEN=$(curl -s {base}/v1/auth/login -H 'Content-Type: application/json' \\
    -d '{{"email": "{_email(name)}", "password": "{PASSWORD}"}}' \\
    | {shlex.quote(sys.executable)} -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
  curl -s {base}/v1/rooms/{room} -H "Authorization: Bearer $TOKEN\"""")

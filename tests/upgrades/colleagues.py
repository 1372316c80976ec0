"""Those who use the system from before an upgrade to after it, and what each request of theirs came to."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp

from tests.faults.fleet import GATEWAYS
from tests.faults.followers import Follower
from tests.faults.workload import Act, Writer
from tests.idempotency.repeating import comes_back
from tests.live.following import Event
from tests.system import Reply, System
from tests.users.people import PASSWORD

_STATUSES = ("todo", "doing", "done")
_FIELDS = "SELECT title, description, status FROM tasks WHERE room_id = $1"
_ROOM = "SELECT name FROM rooms WHERE id = $1"
_PACE_SECONDS = 0.05
Change = tuple[str, str, str, int]


@dataclass
class Watched(System):
    """Counts how the requests of each `phase` ended. One to the second of GATEWAYS gets a connection of its own."""

    phase: str = "old"
    ends: Counter[tuple[str, str]] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)
    slowest: float = 0.0

    async def request(self, service: str, method: str, path: str, **options: Any) -> Reply:
        if service == GATEWAYS[1]:
            options["headers"] = {**options.get("headers", {}), "Connection": "close"}
        began = time.monotonic()
        try:
            reply = await super().request(service, method, path, **options)
        except (aiohttp.ClientError, TimeoutError) as error:
            self._note(f"broken {type(error).__name__}", f"{method} {path}")
            raise
        self.slowest = max(self.slowest, time.monotonic() - began)
        self._note(f"{reply.status} {reply.code}" if reply.status >= 400 else "answered", f"{method} {path}")
        return reply

    def _note(self, end: str, request: str) -> None:
        self.ends[self.phase, end] += 1
        if end.startswith(("5", "broken")):
            self.told.append(f"{self.phase}: {request}: {end}")

    def count(self, start: str) -> int:
        """How many ended so."""
        return sum(count for (_, end), count in self.ends.items() if end.startswith(start))


@dataclass
class Colleague(Writer):
    """A writer who also edits and moves tasks, renames the room, and signs in anew.

    `descriptions` and `columns` are those that a task may have, by its title. `unanswered` names each POST that was
    given up.
    """

    descriptions: dict[str, set[Any]] = field(default_factory=dict)
    columns: dict[str, set[Any]] = field(default_factory=dict)
    names: set[Any] = field(default_factory=lambda: {"Kitchen"})
    unanswered: list[str] = field(default_factory=list)

    def acts(self) -> list[Act]:
        return [*super().acts(), self._edit, self._edit, self._move, self._move, self._rename, self._sign_in]

    async def _send(self, method: str, path: str, json: object = None) -> Reply | None:
        reply = await super()._send(method, path, json)
        if method == "POST" and (reply is None or comes_back(reply)):
            self.unanswered.append(f"{method} {path}: {reply}")
        return reply

    async def _edit(self) -> None:
        if item := self._any():
            text = f"Number {self.dice.random()}"
            states = self.descriptions.setdefault(item.title, {""})
            await self._write(states, text, "PATCH", f"/v1/tasks/{item.id}", {"description": text})

    async def _move(self) -> None:
        if item := self._any():
            status = self.dice.choice(_STATUSES)
            states = self.columns.setdefault(item.title, {"todo"})
            await self._write(states, status, "POST", f"/v1/tasks/{item.id}/move", {"status": status})

    async def _rename(self) -> None:
        name = f"Kitchen {self.dice.random()}"
        await self._write(self.names, name, "PATCH", f"/v1/rooms/{self.room}", {"name": name})

    async def _sign_in(self) -> None:
        body = {"email": self.owner.email, "password": PASSWORD}
        reply = await self._send_once(self.dice.choice(GATEWAYS), "POST", "/v1/auth/login", {}, body)
        if reply is not None and reply.status == 200:
            self.owner.token = reply.json()["access_token"]

    async def different(self) -> list[str]:
        """The edits, moves and names that are not as they were acknowledged."""
        wrong = []
        for row in await self.fleet.fetch("tasks", _FIELDS, UUID(self.room)):
            for value, states in ((row["description"], self.descriptions), (row["status"], self.columns)):
                if value not in states.get(row["title"], {value}):
                    wrong.append(f"{row['title']}: {value} instead of {states[row['title']]}")
        (room,) = await self.fleet.fetch("rooms", _ROOM, UUID(self.room))
        return wrong + [f"{room['name']} instead of {self.names}"] * (room["name"] not in self.names)


@dataclass
class Witness(Follower):
    """A follower who also keeps what it heard: kind, id, operation, version."""

    heard: set[Change] = field(default_factory=set)

    async def _hear(self, event: Event) -> None:
        if event.name == "change":
            self.heard.add((event.data["kind"], event.data["id"], event.data["op"], event.data["version"]))
        await super()._hear(event)


@dataclass
class Reader:
    """Somebody who looks at the views and lists of a room, again and again. `wrong` are refusals."""

    system: System
    token: str
    room: str
    reads: int = 0
    wrong: list[str] = field(default_factory=list)

    async def read_until(self, stop: asyncio.Event) -> None:
        below = ("?strict=true&include=members", "/tasks?limit=20", "/members", "/activity", "/trash", "/invites")
        paths = [
            "/v1/me/home?strict=true",
            "/v1/rooms",
            "/v1/me",
            *(f"/v1/rooms/{self.room}{each}" for each in below),
        ]
        while not stop.is_set():
            path = paths[self.reads % len(paths)]
            await self._read(GATEWAYS[self.reads // len(paths) % 2], path)
            await asyncio.sleep(_PACE_SECONDS)

    async def _read(self, gateway: str, path: str) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            reply = await self.system.request(gateway, "GET", path, headers=headers)
        except (aiohttp.ClientError, TimeoutError):
            return
        if reply.status == 200:
            self.reads += 1
        elif reply.status < 500:
            self.wrong.append(f"{path}: {reply.status} {reply.body!r}")

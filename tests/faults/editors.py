"""Owners of rooms who make, change, move and delete tasks, and bring people in and out, without end."""

import asyncio
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.faults.fleet import GATEWAYS, Fleet
from tests.faults.workload import Account

_TIMEOUT = aiohttp.ClientTimeout(total=10)
_ROLES = ("viewer", "contributor", "editor", "admin")


@dataclass
class Editor:
    """The owner of `rooms`, into which `mates` come and go. `changes` counts what was acknowledged, by kind."""

    fleet: Fleet
    dice: random.Random
    owner: Account
    mates: list[Account]
    rooms: list[str] = field(default_factory=list)
    changes: Counter[str] = field(default_factory=Counter)
    _tasks: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    async def edit_until(self, stop: asyncio.Event) -> None:
        acts = [
            self._create,
            self._create,
            self._edit,
            self._edit,
            self._move,
            self._assign,
            self._trash,
            self._restore,
        ]
        acts += [self._join, self._join, self._remove, self._promote, self._rename]
        while not stop.is_set():
            await self.dice.choice(acts)(self.dice.choice(self.rooms))
            await asyncio.sleep(0.01)

    async def send(self, kind: str, method: str, path: str, json: object = None) -> Any:
        """The body of the answer; None if it was refused, or none came."""
        headers = {"Authorization": f"Bearer {self.owner.token}"}
        gateway = self.dice.choice(GATEWAYS)
        try:
            reply = await self.fleet.system.request(
                gateway, method, path, headers=headers, json=json, timeout=_TIMEOUT
            )
        except (aiohttp.ClientError, TimeoutError):
            return None
        if reply.status >= 300:
            return None
        self.changes[kind] += 1
        return reply.json() if reply.body else {}

    async def add_room(self) -> str:
        made = None
        while made is None:
            made = await self.send("create room", "POST", "/v1/rooms", {"name": "Kitchen"})
        self.rooms.append(made["id"])
        return self.rooms[-1]

    async def bring(self, room: str, mate: Account, role: str) -> Any:
        return await self.send("join", "POST", f"/v1/rooms/{room}/members", {"email": mate.email, "role": role})

    async def remove(self, room: str, mate: Account) -> Any:
        return await self.send("remove", "DELETE", f"/v1/rooms/{room}/members/{mate.id}")

    async def _create(self, room: str) -> None:
        body = {"title": f"Task {self.dice.random()}", "assignees": [str(self.owner.id)] * self.dice.randrange(2)}
        made = await self.send("create", "POST", f"/v1/rooms/{room}/tasks", body)
        if made is not None:
            self._tasks[room].append(made["id"])

    async def _edit(self, room: str) -> None:
        if task := self._any(room):
            await self.send("edit", "PATCH", f"/v1/tasks/{task}", {"title": f"Task {self.dice.random()}"})

    async def _move(self, room: str) -> None:
        if task := self._any(room):
            body = {"status": self.dice.choice(("todo", "doing", "done"))}
            await self.send("move", "POST", f"/v1/tasks/{task}/move", body)

    async def _assign(self, room: str) -> None:
        """To a mate, who may be gone from the room by now; the assignment then goes too."""
        if task := self._any(room):
            mate = self.dice.choice(self.mates)
            await self.send("assign", "PUT", f"/v1/tasks/{task}/assignees/{mate.id}")

    async def _trash(self, room: str) -> None:
        if task := self._any(room):
            await self.send("delete", "DELETE", f"/v1/tasks/{task}")

    async def _restore(self, room: str) -> None:
        if task := self._any(room):
            await self.send("restore", "POST", f"/v1/tasks/{task}/restore")

    async def _join(self, room: str) -> None:
        await self.bring(room, self.dice.choice(self.mates), self.dice.choice(_ROLES))

    async def _remove(self, room: str) -> None:
        await self.remove(room, self.dice.choice(self.mates))

    async def _promote(self, room: str) -> None:
        mate = self.dice.choice(self.mates)
        body = {"role": self.dice.choice(_ROLES)}
        await self.send("role", "PUT", f"/v1/rooms/{room}/members/{mate.id}", body)

    async def _rename(self, room: str) -> None:
        """The room, or oneself in all rooms."""
        path = self.dice.choice((f"/v1/rooms/{room}", "/v1/me"))
        await self.send("rename", "PATCH", path, {"name": f"Ada {self.dice.random()}"})

    def _any(self, room: str) -> str | None:
        tasks = self._tasks[room]
        return self.dice.choice(tasks) if tasks else None

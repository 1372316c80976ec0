"""Writers, each in a room of its own, who remember what was acknowledged, and what only may have happened.

They speak with two gateways. A POST whose answer is lost they send again, with its key, by way of the other one.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp

from chassis.ids import new_id
from tests.faults.fleet import GATEWAYS, Fleet
from tests.faults.stage import new_account
from tests.idempotency.repeating import comes_back
from tests.system import Reply

Act = Callable[[], Awaitable[None]]
_ROLES = ("viewer", "contributor", "editor", "admin")
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_TRIES = 8


@dataclass
class Account:
    """Somebody who speaks with the gateway."""

    id: UUID
    email: str
    token: str


@dataclass
class Item:
    """A task. `assigned` and `trashed` are the states that it may be in: one, if all was acknowledged.

    `token` takes its deletion back.
    """

    title: str
    id: str | None = None
    assigned: set[bool] = field(default_factory=lambda: {False})
    trashed: set[bool] = field(default_factory=lambda: {False})
    comments: dict[str, bool] = field(default_factory=dict)
    token: str | None = None


@dataclass
class Writer:
    """The owner of `room`, who brings `mate` in and out. `roles`: those the mate may have; None is no member.

    Of `batches`, each the items of one, all are there or none. `lost` counts answers that did not come.
    """

    fleet: Fleet
    dice: random.Random
    owner: Account
    mate: Account
    room: str
    items: list[Item] = field(default_factory=list)
    batches: list[list[Item]] = field(default_factory=list)
    roles: set[str | None] = field(default_factory=lambda: {None})
    statuses: Counter[int] = field(default_factory=Counter)
    lost: int = 0

    @property
    def acknowledged(self) -> int:
        return sum(count for status, count in self.statuses.items() if 200 <= status < 300)

    def acts(self) -> list[Act]:
        """What it does, each as likely as any other."""
        acts = [self._create, self._create, self._comment, self._assign, self._unassign, self._trash]
        return [*acts, self._batch, self._undo, self._set_role, self._bring_in, self._take_out]

    async def write_until(self, stop: asyncio.Event) -> None:
        acts = self.acts()
        while not stop.is_set():
            await self.dice.choice(acts)()
            await asyncio.sleep(0.01)

    async def _send(self, method: str, path: str, json: object = None) -> Reply | None:
        """The answer; None if none came. What has a key is sent until there is one, as its client would."""
        headers = {"Authorization": f"Bearer {self.owner.token}"}
        if method == "POST":
            headers["Idempotency-Key"] = str(new_id())
        for number in range(_TRIES if method == "POST" else 1):
            gateway = self.dice.choice(GATEWAYS) if not number else GATEWAYS[number % 2]
            reply = await self._send_once(gateway, method, path, headers, json)
            if reply is not None and not comes_back(reply):
                break
            self.lost += 1
            await asyncio.sleep(0.05 * 2 ** min(number, 4))
        self.statuses[reply.status if reply else 0] += 1
        return reply

    async def _send_once(
        self, gateway: str, method: str, path: str, headers: dict[str, str], json: object
    ) -> Reply | None:
        try:
            return await self.fleet.system.request(
                gateway, method, path, headers=headers, json=json, timeout=_TIMEOUT
            )
        except (aiohttp.ClientError, TimeoutError):
            return None

    async def _write(self, states: set[Any], value: Any, method: str, path: str, json: object = None) -> Reply | None:
        """Writes `value`; what was not acknowledged may have come, or come yet."""
        reply = await self._send(method, path, json)
        status = reply.status if reply else 0
        if 200 <= status < 300:
            states.clear()
        if not 400 <= status < 500:
            states.add(value)
        return reply

    async def _create(self) -> None:
        item = Item(str(new_id()))
        self.items.append(item)
        reply = await self._send("POST", f"/v1/rooms/{self.room}/tasks", {"title": item.title})
        item.id = reply.json()["id"] if reply and reply.status == 201 else None

    async def _batch(self) -> None:
        """Two tasks and a comment on the first."""
        first, second = batch = [Item(str(new_id())) for _ in range(2)]
        self.items += batch
        self.batches.append(batch)
        text = str(new_id())
        operations = [
            {"op": "create_task", "title": first.title, "ref": "first"},
            {"op": "create_task", "title": second.title},
            {"op": "create_comment", "task": "first", "body": text},
        ]
        reply = await self._send("POST", f"/v1/rooms/{self.room}/batch", {"operations": operations})
        done = reply is not None and reply.status == 200
        first.comments[text] = done
        if reply is not None and done:
            first.id, second.id = (each["task"]["id"] for each in reply.json()["results"][:2])

    async def _comment(self) -> None:
        if item := self._any():
            text = str(new_id())
            reply = await self._send("POST", f"/v1/tasks/{item.id}/comments", {"body": text})
            item.comments[text] = reply is not None and reply.status == 201

    async def _assign(self) -> None:
        if item := self._any():
            await self._write(item.assigned, True, "PUT", f"/v1/tasks/{item.id}/assignees/{self.mate.id}")

    async def _unassign(self) -> None:
        if item := self._any():
            await self._write(item.assigned, False, "DELETE", f"/v1/tasks/{item.id}/assignees/{self.mate.id}")

    async def _trash(self) -> None:
        if item := self._any():
            reply = await self._write(item.trashed, True, "DELETE", f"/v1/tasks/{item.id}")
            item.token = reply.headers.get("TaskSync-Undo") if reply else None

    async def _undo(self) -> None:
        trashed = [item for item in self.items if item.token]
        if trashed:
            item = self.dice.choice(trashed)
            token, item.token = item.token, None
            await self._write(item.trashed, False, "POST", "/v1/undo", {"token": token})

    async def _set_role(self) -> None:
        role = self.dice.choice(_ROLES)
        path = f"/v1/rooms/{self.room}/members/{self.mate.id}"
        await self._write(self.roles, role, "PUT", path, {"role": role})

    async def _bring_in(self) -> None:
        role = self.dice.choice(_ROLES)
        body = {"email": self.mate.email, "role": role}
        await self._write(self.roles, role, "POST", f"/v1/rooms/{self.room}/members", body)

    async def _take_out(self) -> None:
        """Whoever goes loses what is assigned to them."""
        if self.dice.random() < 0.7:
            return
        reply = await self._send("DELETE", f"/v1/rooms/{self.room}/members/{self.mate.id}")
        status = reply.status if reply else 0
        if 400 <= status < 500:
            return
        gone = 200 <= status < 300
        self.roles = {None} if gone else {*self.roles, None}
        for item in self.items:
            item.assigned = {False} if gone else {*item.assigned, False}

    def _any(self) -> Item | None:
        there = [item for item in self.items if item.id]
        return self.dice.choice(there) if there else None


async def add_account(fleet: Fleet) -> Account:
    new = new_account()
    reply = await fleet.system.request("gateway", "POST", "/v1/auth/register", json=new)
    assert reply.status == 201, reply.body
    body = reply.json()
    return Account(UUID(body["user"]["id"]), new["email"], body["access_token"])


async def add_writer(fleet: Fleet, seed: int) -> Writer:
    owner, mate = await add_account(fleet), await add_account(fleet)
    headers = {"Authorization": f"Bearer {owner.token}"}
    made = await fleet.system.request("gateway", "POST", "/v1/rooms", headers=headers, json={"name": "Kitchen"})
    assert made.status == 201, made.body
    return Writer(fleet, random.Random(seed), owner, mate, made.json()["id"])

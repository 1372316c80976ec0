"""Clients as docs/live.md wants them: they load what they follow once, and then keep it by the changes alone."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.faults.fleet import GATEWAYS, Fleet
from tests.faults.workload import Account
from tests.live.following import Event, events_of

Json = dict[str, Any]
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_STREAM_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_read=20)


class NotNowError(Exception):
    """The system is not whole at the moment; `status` is what it answered."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Board:
    """A room as a client has it: the room, its members by user, and its tasks by id."""

    room: Json
    members: dict[str, Json] = field(default_factory=dict)
    tasks: dict[str, Json] = field(default_factory=dict)

    def apply(self, change: Json) -> None:
        record = change["record"]
        if change["kind"] == "room" and record is not None:
            self.room = _newer(self.room, record)
        rows = {"member": self.members, "task": self.tasks}.get(change["kind"])
        if rows is None:
            return
        if change["op"] == "delete":
            rows.pop(change["id"], None)
        else:
            rows[change["id"]] = _newer(rows.get(change["id"]), record)


def _newer(present: Json | None, record: Json) -> Json:
    """What `docs/live.md` says: a change counts unless its version is below the present one."""
    return record if present is None or record["version"] >= present["version"] else present


@dataclass
class Follower:
    """Follows all rooms of `account`, or `room` alone, through whichever gateway; `boards` are kept by room."""

    fleet: Fleet
    dice: random.Random
    account: Account
    room: str | None = None
    boards: dict[str, Board] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    is_revoked: bool = False
    _cursor: str = ""

    async def follow(self) -> None:
        while not self.is_revoked:
            try:
                if not self._cursor:
                    await self._begin()
                await self._stream()
            except (aiohttp.ClientError, TimeoutError, NotNowError):
                self.counts["broken"] += 1
            self.counts["connections"] += 1
            await asyncio.sleep(self.dice.uniform(0.01, 0.1))

    async def snapshot(self) -> dict[str, Board]:
        """The same as it is shown now. Raises NotNowError."""
        rooms = [row["id"] for row in (await self._get("/v1/rooms?limit=200"))["items"]]
        if self.room is not None:
            rooms = [self.room] if self.room in rooms else []
        return {room: (await self._load(room))[0] for room in rooms}

    async def _begin(self) -> None:
        if self.room is not None:
            board, self._cursor = await self._load(self.room)
            self.boards = {self.room: board}
        else:
            begun = await self._get("/v1/sync")
            self.boards = {row["id"]: (await self._load(row["id"]))[0] for row in begun["rooms"]["items"]}
            self._cursor = begun["cursor"]
        self.counts["loads"] += 1

    async def _load(self, room: str) -> tuple[Board, str]:
        path = f"/v1/rooms/{room}"
        view = await self._get(f"{path}?include=members&strict=true")
        for member in view["members"]["items"]:
            member["user"].pop("email", None)
        board = Board(view["room"], {each["user"]["id"]: each for each in view["members"]["items"]})
        after: str | None = ""
        while after is not None:
            page = await self._get(f"{path}/tasks?limit=200{after}")
            board.tasks |= {task["id"]: task for task in page["items"]}
            after = f"&after={page['next']}" if page["next"] else None
        return board, view["cursor"]

    async def _get(self, path: str) -> Any:
        headers = {"Authorization": f"Bearer {self.account.token}"}
        gateway = self.dice.choice(GATEWAYS)
        reply = await self.fleet.system.request(gateway, "GET", path, headers=headers, timeout=_TIMEOUT)
        if reply.status != 200:
            raise NotNowError(reply.status)
        return reply.json()

    async def _stream(self) -> None:
        path = "/v1/events" if self.room is None else f"/v1/rooms/{self.room}/events"
        headers = {"Authorization": f"Bearer {self.account.token}", "Last-Event-ID": self._cursor}
        url = self.fleet.system.url(self.dice.choice(GATEWAYS)) + path
        async with self.fleet.system.session.get(url, headers=headers, timeout=_STREAM_TIMEOUT) as response:
            if response.status == 404:
                self._revoke()
            elif response.status != 200:
                raise NotNowError(response.status)
            else:
                async for event in events_of(response):
                    await self._hear(event)

    async def _hear(self, event: Event) -> None:
        self.counts[event.name] += 1
        if event.name == "revoked":
            self._revoke()
        elif event.name == "resync":
            self._cursor = ""
            return
        elif event.name == "change":
            await self._apply(event.data)
        self._cursor = event.id or self._cursor

    def _revoke(self) -> None:
        self.is_revoked = True
        self.boards = {}

    async def _apply(self, change: Json) -> None:
        room = change["room_id"]
        if (change["kind"], change["op"], change["record"]) == ("room", "create", None):
            await self._gain(room)
        elif (change["kind"], change["op"]) == ("room", "delete"):
            self.boards.pop(room, None)
        elif room in self.boards:
            self.boards[room].apply(change)

    async def _gain(self, room: str) -> None:
        """Loads the room; who has lost it again meanwhile will hear of that."""
        while True:
            try:
                self.boards[room] = (await self._load(room))[0]
                return
            except (aiohttp.ClientError, TimeoutError):
                pass
            except NotNowError as error:
                if error.status == 404:
                    return
            await asyncio.sleep(0.05)

"""Keys tells who came and went, and `users` their names: without a name the loss of a right is heard all the same."""

import asyncio
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import msgspec
import pytest
from multidict import CIMultiDict

from chassis.ids import new_id
from chassis.peers import Answer, NotAnswered
from gateway.live import Hub
from gateway.live import hub as hub_module
from gateway.live.listeners import Listener
from gateway.live.models import NOTHING, FeedPage, Item
from tests.gateway.faulty import away, frozen
from tests.gateway.people import Person
from tests.live.following import following
from tests.live.test_open_streams import hub_of, second_gateway
from tests.system import System

ADA, BEN, ROOM = new_id(), new_id(), new_id()


async def test_a_right_is_lost_while_a_name_cannot_be_asked_for(
    ada: Person, ben: Person, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody joins some other room meanwhile, and `users` answers nobody."""
    monkeypatch.setattr(hub_module, "_NAMES_SECONDS", 0.5)
    room, other = await ada.room(), await ben.room()
    await ada.bring(ben, room)
    async with second_gateway(system) as gateway:
        path, hub = f"/v1/rooms/{room}/events", hub_of(gateway)
        async with following(ben.through(gateway), path) as bens, following(ada.through(gateway), path) as adas:
            with frozen() as port:
                async with away(gateway, "users", port):
                    await ben.bring(ada, other)
                    async with asyncio.timeout(20):
                        while "keys" not in hub._broken:
                            await asyncio.sleep(0.01)
                    await ada.call("DELETE", f"/v1/rooms/{room}/members/{ben.id}")
                    assert (await bens.until_over())[-1] == "revoked"
                    assert hub.is_sighted
                    assert not adas.changes
            await adas.until_change(kind="member", op="delete", id=ben.id)


class Users:
    """Has the names of all, and is away at first."""

    def __init__(self) -> None:
        self.is_away = True

    async def call(self, _method: str, _path: str, *, params: dict[str, str]) -> Answer:
        if self.is_away:
            raise NotAnswered("users", "cannot be reached", sent=False)
        items = [{"id": each, "name": "Somebody"} for each in params["ids"].split(",")]
        return Answer(200, msgspec.json.encode({"items": items}), CIMultiDict())


def told(number: int, op: str, user: UUID) -> Item:
    now = datetime.now(UTC)
    link = msgspec.Raw(msgspec.json.encode({"source": user, "role": "viewer", "since": now}))
    return Item(
        position=f"e.{number}.1",
        kind="member",
        id=new_id(),
        op=op,
        version=number,
        at=now,
        room_id=ROOM,
        user_id=user,
        record=NOTHING if op == "dropped" else link,
    )


async def heard(listener: Listener) -> list[tuple[str, str]]:
    listener.beat()
    taken = (await listener.take() or b"").decode() if listener._events else ""
    found = [msgspec.json.decode(line[6:]) for line in taken.splitlines() if line.startswith("data: ")]
    return [(each["kind"], each["op"]) for each in found]


async def test_what_comes_and_goes_is_told_in_its_order() -> None:
    users = Users()
    hub = Hub({}, cast("Any", users), lambda: True)
    bens, adas = (Listener(user, new_id(), None, None) for user in (BEN, ADA))
    for listener in (bens, adas):
        listener.rooms.add(ROOM)
        hub.audience.join(listener)
    items = [told(1, "updated", ADA), told(2, "dropped", BEN), told(3, "created", BEN), told(4, "updated", BEN)]
    for _ in range(2):
        with pytest.raises(NotAnswered):
            await hub._read("keys", FeedPage(items, "e.9.0", more=False, pending=False))
        assert hub.is_sighted
        assert not hub.is_current
        assert ROOM not in bens.rooms
    assert (await heard(bens), await heard(adas)) == ([("room", "delete")], [])
    users.is_away = False
    await hub._read("keys", FeedPage(items, "e.9.0", more=False, pending=False))
    came = [("member", "create"), ("member", "update")]
    assert await heard(bens) == [("room", "create"), *came]
    assert await heard(adas) == [("member", "update"), ("member", "delete"), *came]

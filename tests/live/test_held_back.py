"""While an older transaction is open in the server of Keys' database, its feed is there and tells nothing."""

import asyncio
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from chassis.ids import new_id
from gateway.live import Hub
from gateway.live import hub as hub_module
from gateway.live.models import FeedPage, Item
from tests.gateway.people import Person
from tests.live.following import following
from tests.live.test_open_streams import hub_of
from tests.postgres import older_transaction
from tests.system import System, until_ready


async def test_who_was_removed_meanwhile_does_not_go_on_hearing_the_room(
    ada: Person, ben: Person, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "_BLIND_SECONDS", 1.5)
    room = await ada.room()
    await ada.bring(ben, room)
    path = f"/v1/rooms/{room}/events"
    async with following(ben, path) as stream:
        await ada.make(f"/v1/rooms/{room}/tasks", title="seen")
        await stream.until_change(title="seen")
        async with older_transaction(system.databases["rooms"]):
            await ada.call("DELETE", f"/v1/rooms/{room}/members/{ben.id}")
            assert (await stream.until_over())[-1] == "resume"
            # Who asks again waits, as while Keys is away, and all else is served.
            assert (await ada.call("GET", path)).status == 503
            assert not hub_of(system).is_sighted
            await until_ready(system)
        async with asyncio.timeout(20):
            while (await ada.call("GET", path)).status != 200:
                await asyncio.sleep(0.02)
        assert (await ben.call("GET", path)).status == 404


def page(*items: Item, pending: bool) -> FeedPage:
    return FeedPage(list(items), "e.9.0", more=False, pending=pending)


def dropped() -> Item:
    known: Any = {"kind": "member", "id": new_id(), "op": "dropped", "version": 2, "at": datetime.now(UTC)}
    return Item(position="e.8.1", room_id=new_id(), user_id=new_id(), **known)


async def test_a_feed_that_waits_and_moves_is_heard() -> None:
    """As a busy one does, of which something is always under way."""
    hub = Hub({}, cast("Any", None), lambda: True)
    await hub._read("keys", page(pending=True))
    assert (hub.is_sighted, hub.follows("keys")) == (False, True)
    await hub._read("keys", page(dropped(), pending=True))
    assert hub.is_sighted
    for service in ("rooms", "tasks", "users"):
        assert not hub.is_current
        await hub._read(service, page(pending=False))
    assert hub.is_current
    # Not for long, that does nothing.
    await hub._read("tasks", page(pending=True))
    assert hub.is_current

"""What a service has heard of since Keys was asked is no refusal to a client: Keys is asked again, and answers."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from chassis.peers import Answer
from gateway.services import EXTENSION as SERVICES
from keys.client.grants import HEARING
from keys.client.hearing import Hearing
from tests.gateway.people import Person, sign_up
from tests.live.following import following
from tests.system import System

_ASKED = {"/internal/looks", "/internal/memberships"}
_OF_ROOM = [
    "/v1/rooms/{room}",
    "/v1/rooms/{room}/members",
    "/v1/rooms/{room}/tasks",
    "/v1/rooms/{room}/activity",
    "/v1/rooms/{room}/changes?after={cursor}",
    "/v1/tasks/{task}",
    "/v1/tasks/{task}/comments",
]
_OF_CALLER = ["/v1/rooms", "/v1/me/home", "/v1/sync", "/v1/sync?after={cursor}"]
Change = Callable[[], Awaitable[None]]


class House:
    """A room of Ada with Bob in it, and a task."""

    def __init__(self, ada: Person, bob: Person, room: str, places: dict[str, str]) -> None:
        self.ada, self.bob, self.room, self.places = ada, bob, room, places

    async def promote(self, role: str = "editor") -> None:
        reply = await self.ada.call("PUT", f"/v1/rooms/{self.room}/members/{self.bob.id}", json={"role": role})
        assert reply.status == 200, reply.body
        await self._until_heard(is_role=True, version=reply.json()["version"])

    async def remove(self) -> None:
        reply = await self.ada.call("DELETE", f"/v1/rooms/{self.room}/members/{self.bob.id}")
        assert reply.status == 204, reply.body
        await self._until_heard(is_role=False)

    async def _until_heard(self, *, is_role: bool, version: int = 0) -> None:
        key = (UUID(self.bob.id), UUID(self.room), is_role)
        async with asyncio.timeout(30):
            for service in ("rooms", "tasks", "users"):
                hearing: Hearing = self.ada.system.apps[service].extensions[HEARING]
                while key not in hearing._heard or hearing._heard[key].version < version:
                    await asyncio.sleep(0.005)


@pytest.fixture
async def house(ada: Person) -> House:
    bob = await sign_up(ada.system, "Bob")
    room = await ada.room()
    await ada.bring(bob, room)
    task = (await ada.make(f"/v1/rooms/{room}/tasks", title="Boil"))["id"]
    cursor = (await bob.get("/v1/sync"))["cursor"]
    return House(ada, bob, room, {"room": room, "task": task, "cursor": cursor})


def after_keys_has_answered(system: System, monkeypatch: pytest.MonkeyPatch, change: Change) -> list[str]:
    """Has `change` happen between what Keys answers next and what is then asked of others; notes what is asked."""
    asked: list[str] = []
    keys = system.apps["gateway"].extensions[SERVICES].keys
    call = keys.call

    async def call_and_change(method: str, path: str, **options: Any) -> Answer:
        answer: Answer = await call(method, path, **options)
        if path in _ASKED:
            asked.append(path)
            if len(asked) == 1:
                await change()
        return answer

    monkeypatch.setattr(keys, "call", call_and_change)
    return asked


@pytest.mark.parametrize("path", [*_OF_ROOM, *_OF_CALLER])
async def test_who_gets_another_role_meanwhile_is_answered(
    house: House, system: System, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    after_keys_has_answered(system, monkeypatch, house.promote)
    reply = await house.bob.call("GET", path.format(**house.places))
    assert reply.status == 200, reply.body
    if path in {"/v1/rooms", "/v1/me/home"}:
        listed = reply.json()
        rooms = listed.get("items") or listed["rooms"]["items"]
        shown = [(each["id"], each["role"], each.get("open_tasks", 1)) for each in rooms]
        assert shown == [(house.room, "editor", 1)]


@pytest.mark.parametrize("path", _OF_ROOM)
async def test_who_is_removed_meanwhile_finds_nothing(
    house: House, system: System, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    after_keys_has_answered(system, monkeypatch, house.remove)
    reply = await house.bob.call("GET", path.format(**house.places))
    assert (reply.status, reply.code) == (404, "not_found")


@pytest.mark.parametrize("path", _OF_CALLER)
async def test_lists_of_who_is_removed_meanwhile_are_without_the_room(
    house: House, system: System, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    after_keys_has_answered(system, monkeypatch, house.remove)
    reply = await house.bob.call("GET", path.format(**house.places))
    assert reply.status == 200, reply.body
    assert b"Kitchen" not in reply.body


async def test_an_admin_who_becomes_owner_meanwhile_sees_addresses(
    house: House, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In what is read, in what is written, and in what is undone."""
    carol, undo = await sign_up(system, "Carol"), ""
    await house.ada.bring(carol, house.room)
    member = f"/v1/rooms/{house.room}/members/{carol.id}"
    for method, path in (("GET", f"/v1/rooms/{house.room}/members"), ("PUT", member), ("POST", "/v1/undo")):
        await house.promote("admin")
        body = {"PUT": {"role": "editor"}, "POST": {"token": undo}}.get(method)
        with monkeypatch.context() as patch:
            after_keys_has_answered(system, patch, partial(house.promote, "owner"))
            reply = await house.bob.call(method, path, json=body)
        assert reply.status == 200, reply.body
        assert carol.email.encode() in reply.body
        undo = reply.headers.get("TaskSync-Undo", "")


@pytest.mark.parametrize("path", ["/v1/events", "/v1/rooms/{room}/events"])
async def test_a_stream_that_begins_meanwhile_goes_on(
    house: House, system: System, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    after_keys_has_answered(system, monkeypatch, house.promote)
    async with following(house.bob, path.format(**house.places), after=house.places["cursor"]) as stream:
        await house.ada.make(f"/v1/rooms/{house.room}/tasks", title="Fry")
        await stream.until_change(title="Fry")


async def test_whoever_brings_somebody_in_meanwhile_does(
    house: House, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    carol = await sign_up(system, "Carol")
    await house.ada.call("PUT", f"/v1/rooms/{house.room}/members/{house.bob.id}", json={"role": "owner"})

    async def demote() -> None:
        path = f"/v1/rooms/{house.room}/members/{house.bob.id}"
        assert (await house.ada.call("PUT", path, json={"role": "admin"})).status == 200
        await house._until_heard(is_role=True)

    after_keys_has_answered(system, monkeypatch, demote)
    await house.bob.bring(carol, house.room)


@pytest.mark.parametrize("path", [*_OF_ROOM, *_OF_CALLER, "/v1/events?after={cursor}"])
async def test_what_is_refused_again_is_to_be_tried_later(
    house: House, system: System, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    async def nothing() -> None:
        """Only what is asked is of interest."""

    asked = after_keys_has_answered(system, monkeypatch, nothing)
    monkeypatch.setattr(Hearing, "outdates", lambda *_: True)
    reply = await house.bob.call("GET", path.format(**house.places))
    assert (reply.status, reply.code, len(asked)) == (503, "unavailable", 2)
    assert reply.headers["Retry-After"]

"""Undo at the public door, and a room with two in it to try it in."""

from typing import Any

from tests.gateway.people import Person, sign_up
from tests.system import Reply


async def undo(who: Person, written: Reply, **headers: str) -> Reply:
    assert written.status < 300, written.body
    return await who.call("POST", "/v1/undo", json={"token": written.headers["TaskSync-Undo"]}, headers=headers)


async def result(who: Person, written: Reply) -> tuple[dict[str, Any], Reply]:
    """What the undo made, and its answer: to undo that is to redo."""
    undone = await undo(who, written)
    assert undone.status == 200, undone.body
    (only,) = undone.json()["results"]
    return only, undone


async def roles(who: Person, room: str) -> dict[str, str]:
    items = (await who.get(f"/v1/rooms/{room}/members"))["items"]
    return {each["user"]["id"]: each["role"] for each in items}


async def pair(ada: Person, role: str = "editor") -> tuple[str, Person]:
    """A room of Ada's, and somebody else in it."""
    room, bob = await ada.room(), await sign_up(ada.system, "Bob")
    await ada.bring(bob, room, role)
    return room, bob

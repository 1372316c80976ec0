"""A token undoes its own write alone: sent again, or late, it does not undo what others did since."""

import time
from typing import Any
from uuid import UUID

import msgspec
import pytest

from chassis.undo import EXTENSION, UndoToken
from tests.gateway.people import Person, sign_up
from tests.gateway.undoing import pair, roles, undo
from tests.system import Reply


def is_gone(refused: Reply, field: str) -> bool:
    """Whether it is refused as others wrote the same, and there is none now."""
    problem = refused.json()
    return refused.status == 412 and (problem["fields"], problem["current"]) == ([field], None)


@pytest.mark.parametrize("how", ["undo", "hand"])
async def test_who_came_back_and_was_removed_by_another_stays_out(ada: Person, how: str) -> None:
    room, bob = await pair(ada, "admin")
    eve, path = await sign_up(ada.system, "Eve"), f"/v1/rooms/{room}/members"
    await ada.bring(eve, room)
    removed = await ada.call("DELETE", f"{path}/{eve.id}")
    if how == "undo":
        assert (await undo(ada, removed)).status == 200
    else:
        await ada.bring(eve, room)
    assert (await bob.call("DELETE", f"{path}/{eve.id}")).status == 204
    assert is_gone(await undo(ada, removed), "role")
    assert eve.id not in await roles(ada, room)


async def test_a_removal_is_undone_though_other_members_have_changed(ada: Person) -> None:
    room, bob = await pair(ada, "admin")
    path = f"/v1/rooms/{room}/members"
    removed = await ada.call("DELETE", f"{path}/{bob.id}")
    await ada.bring(await sign_up(ada.system), room)
    other = await ada.room()
    await ada.bring(bob, other)
    await bob.call("PATCH", "/v1/me", json={"name": "Robert"})
    assert (await undo(ada, removed)).status == 200
    assert (await roles(ada, room))[bob.id] == "admin"


async def invited(ada: Person, **wishes: Any) -> tuple[str, str, Person]:
    """An invite of Ada's: where the room has its invites, and its code; and another admin."""
    room, bob = await pair(ada, "admin")
    path = f"/v1/rooms/{room}/invites"
    return path, (await ada.make(path, role="viewer", **wishes))["code"], bob


async def test_an_invite_that_others_revoked_since_stays_revoked(ada: Person) -> None:
    path, code, bob = await invited(ada)
    revoked = await ada.call("DELETE", f"{path}/{code}")
    assert (await undo(ada, revoked)).status == 200
    assert (await bob.call("DELETE", f"{path}/{code}")).status == 204
    assert is_gone(await undo(ada, revoked), "code")
    eve = await sign_up(ada.system, "Eve")
    assert (await eve.call("POST", f"/v1/invites/{code}")).status == 404
    assert (await ada.get(path))["items"] == []


async def test_an_invite_whose_time_is_over_meanwhile_does_not_come_back(ada: Person) -> None:
    path, code, _ = await invited(ada)
    revoked = await ada.call("DELETE", f"{path}/{code}")
    await ada.system.fetch_value("rooms", "UPDATE invites SET would_expire_at = now() WHERE code = $1", code)
    assert (await undo(ada, revoked)).status == 404


async def test_an_invite_comes_back_without_the_uses_that_were_made_of_it(ada: Person) -> None:
    path, code, bob = await invited(ada, max_uses=1)
    first = await ada.call("DELETE", f"{path}/{code}")
    assert (await undo(ada, first)).status == 200
    await (await sign_up(ada.system, "Eve")).make(f"/v1/invites/{code}")
    refused = await undo(ada, first)
    assert (refused.status, refused.json()["current"]["uses"]) == (412, 1)
    second = await bob.call("DELETE", f"{path}/{code}")
    assert is_gone(await undo(ada, first), "code")
    assert (await undo(bob, second)).json()["results"][0]["invite"]["uses"] == 1
    late = await sign_up(ada.system, "Late")
    assert (await late.call("POST", f"/v1/invites/{code}")).status == 404


async def test_a_revocation_by_an_older_version_is_not_known_well_enough(ada: Person) -> None:
    path, code, _ = await invited(ada)
    (invite,) = (await ada.get(path))["items"]
    old = token_of(ada, "rooms", ["revoked", invite["room_id"], invite])
    assert (await undo(ada, old)).status == 412
    assert (await ada.call("DELETE", f"{path}/{code}")).status == 204
    assert is_gone(await undo(ada, old), "code")
    await ada.system.fetch_value("rooms", "DELETE FROM invites WHERE code = $1", code)
    assert (await undo(ada, old)).status == 404


def token_of(who: Person, service: str, work: list[Any]) -> Reply:
    """A write's answer with a token of `work`, as an older version made it."""
    packed = msgspec.Raw(msgspec.msgpack.encode(work))
    token = UndoToken(service=service, user=UUID(who.id), work=packed, expires=time.time() + 60)
    sealed = who.system.apps[service].extensions[EXTENSION]._seal.seal(token)
    return Reply(204, {"TaskSync-Undo": sealed}, b"")


async def test_a_removal_by_an_older_version_is_not_known_well_enough(ada: Person) -> None:
    room, bob = await pair(ada)
    await ada.call("DELETE", f"/v1/rooms/{room}/members/{bob.id}")
    old = token_of(ada, "keys", ["went", room, bob.id, "editor"])
    assert is_gone(await undo(ada, old), "role")

"""Undo of rooms, invites, members and the own name: what comes back, and what others have done since stays."""

import time
from types import SimpleNamespace

import pytest

from chassis import undo as tokens
from chassis.ids import new_id
from tests.gateway.people import Person, sign_up
from tests.gateway.undoing import pair, result, roles, undo


async def test_a_rooms_fields_come_back_and_go_again(ada: Person) -> None:
    path = f"/v1/rooms/{await ada.room()}"
    text = "long " * 1500
    await ada.call("PATCH", path, json={"description": text})
    written = await ada.call("PATCH", path, json={"name": "Garden", "description": "d"})
    back, undone = await result(ada, written)
    assert (back["room"]["name"], back["room"]["description"]) == ("Kitchen", text)
    assert back["room"] == (await ada.get(path))["room"]
    again, _ = await result(ada, undone)
    assert (again["room"]["name"], again["room"]["description"]) == ("Garden", "d")


async def test_a_field_of_a_room_that_another_wrote_since_stays(ada: Person) -> None:
    room, bob = await pair(ada, "admin")
    path = f"/v1/rooms/{room}"
    written = await ada.call("PATCH", path, json={"name": "Garden"})
    await bob.call("PATCH", path, json={"description": "Bob's"})
    kept = (await result(ada, written))[0]["room"]
    assert (kept["name"], kept["description"]) == ("Kitchen", "Bob's")
    written = await ada.call("PATCH", path, json={"name": "Garden"})
    await bob.call("PATCH", path, json={"name": "Bob's"})
    refused = await undo(ada, written)
    assert (refused.status, refused.json()["fields"], refused.json()["current"]["name"]) == (412, ["name"], "Bob's")


async def test_undo_takes_the_right_of_now(ada: Person) -> None:
    room, bob = await pair(ada, "admin")
    written = await bob.call("PATCH", f"/v1/rooms/{room}", json={"name": "Garden"})
    member = f"/v1/rooms/{room}/members/{bob.id}"
    await ada.call("PUT", member, json={"role": "editor"})
    refused = await undo(bob, written)
    assert (refused.status, refused.json()["action"]) == (403, "room.edit")
    await ada.call("DELETE", member)
    assert (await undo(bob, written)).status == 404
    assert (await ada.get(f"/v1/rooms/{room}"))["room"]["name"] == "Garden"


async def test_a_room_is_unmade_while_it_is_as_it_was_made(ada: Person) -> None:
    made = await ada.call("POST", "/v1/rooms", json={"name": "Kitchen"})
    gone, undone = await result(ada, made)
    assert gone == {"room": None}
    assert "TaskSync-Undo" not in undone.headers
    assert (await ada.call("GET", f"/v1/rooms/{made.json()['id']}")).status == 404


@pytest.mark.parametrize("since", ["a name", "a task", "a task in the trash", "a member"])
async def test_a_room_with_anything_in_it_is_not_unmade(ada: Person, since: str) -> None:
    made = await ada.call("POST", "/v1/rooms", json={"name": "Kitchen"})
    path = f"/v1/rooms/{made.json()['id']}"
    if since == "a name":
        await ada.call("PATCH", path, json={"name": "Garden"})
    elif since == "a member":
        await ada.bring(await sign_up(ada.system), made.json()["id"])
    else:
        task = await ada.make(f"{path}/tasks", title="One")
        if since == "a task in the trash":
            await ada.call("DELETE", f"/v1/tasks/{task['id']}")
    refused = await undo(ada, made)
    expected = (412, "conflict") if since == "a name" else (409, "in_use")
    assert (refused.status, refused.code) == expected
    assert (await ada.call("GET", path)).status == 200


async def test_an_invite_goes_and_comes_back_as_it_was(ada: Person) -> None:
    path = f"/v1/rooms/{await ada.room()}/invites"
    made = await ada.call("POST", path, json={"role": "viewer", "max_uses": 2})
    await (await sign_up(ada.system)).make(f"/v1/invites/{made.json()['code']}")
    before = (await ada.get(path))["items"]
    assert (await result(ada, made))[0] == {"invite": None}
    assert (await ada.get(path))["items"] == []
    assert (await undo(ada, made)).status == 404
    other = await ada.call("POST", path, json={"role": "viewer"})
    revoked = await ada.call("DELETE", f"{path}/{other.json()['code']}")
    back, undone = await result(ada, revoked)
    assert back["invite"] == other.json()
    refused = await undo(ada, revoked)
    assert (refused.status, refused.json()["fields"]) == (412, ["code"])
    assert (await result(ada, undone))[0] == {"invite": None}
    assert before[0]["uses"] == 1


async def test_a_revoked_invite_stays_revoked_when_its_maker_has_left(ada: Person) -> None:
    room, bob = await pair(ada, "admin")
    path = f"/v1/rooms/{room}/invites"
    made = await bob.make(path, role="viewer")
    revoked = await ada.call("DELETE", f"{path}/{made['code']}")
    await ada.call("DELETE", f"/v1/rooms/{room}/members/{bob.id}")
    assert (await undo(ada, revoked)).status == 404
    assert (await ada.get(path))["items"] == []


async def test_who_was_brought_in_goes_and_comes_back(ada: Person) -> None:
    room, bob = await ada.room(), await sign_up(ada.system, "Bob")
    body = {"email": bob.email, "role": "editor"}
    added = await ada.call("POST", f"/v1/rooms/{room}/members", json=body)
    gone, undone = await result(ada, added)
    assert gone == {"member": None}
    assert await roles(ada, room) == {ada.id: "owner"}
    back, again = await result(ada, undone)
    assert (back["member"]["user"]["name"], back["member"]["role"]) == ("Bob", "editor")
    assert back["member"] in (await ada.get(f"/v1/rooms/{room}/members"))["items"]
    # The membership of the first token is another one.
    refused = await undo(ada, added)
    assert (refused.status, refused.code, refused.json()["current"]) == (412, "conflict", back["member"])
    assert (await result(ada, again))[0] == {"member": None}


async def test_who_was_removed_comes_back_unless_they_are_there(ada: Person) -> None:
    room, bob = await pair(ada)
    path = f"/v1/rooms/{room}/members"
    removed = await ada.call("DELETE", f"{path}/{bob.id}")
    there = await ada.make(path, email=bob.email, role="viewer")
    refused = await undo(ada, removed)
    assert (refused.status, refused.json()["current"]) == (412, there)
    assert await roles(ada, room) == {ada.id: "owner", bob.id: "viewer"}


async def test_a_role_comes_back_unless_another_changed_it(ada: Person) -> None:
    room, bob = await pair(ada)
    path = f"/v1/rooms/{room}/members/{bob.id}"
    written = await ada.call("PUT", path, json={"role": "viewer"})
    back, undone = await result(ada, written)
    assert (back["member"]["user"]["id"], back["member"]["role"]) == (bob.id, "editor")
    assert (await result(ada, undone))[0]["member"]["role"] == "viewer"
    written = await ada.call("PUT", path, json={"role": "editor"})
    now = await ada.call("PUT", path, json={"role": "contributor"})
    refused = await undo(ada, written)
    assert (refused.status, refused.json()["fields"], refused.json()["current"]) == (412, ["role"], now.json())
    same = await ada.call("PUT", path, json={"role": "contributor"})
    assert "TaskSync-Undo" not in same.headers


async def test_to_undo_joining_is_to_leave_and_leaving_is_not_undone(ada: Person) -> None:
    room, bob = await ada.room(), await sign_up(ada.system)
    invite = await ada.make(f"/v1/rooms/{room}/invites", role="owner")
    joined = await bob.call("POST", f"/v1/invites/{invite['code']}")
    assert (await result(bob, joined))[0] == {"member": None}
    assert await roles(ada, room) == {ada.id: "owner"}
    joined = await bob.call("POST", f"/v1/invites/{invite['code']}")
    left = await ada.call("DELETE", f"/v1/rooms/{room}/members/{ada.id}")
    assert (left.status, "TaskSync-Undo" in left.headers) == (204, False)
    refused = await undo(bob, joined)
    assert (refused.status, refused.code) == (409, "last_owner")
    assert (await bob.call("GET", f"/v1/rooms/{room}")).status == 200


async def test_ones_name_comes_back_and_not_through_a_narrow_token(ada: Person) -> None:
    written = await ada.call("PATCH", "/v1/me", json={"name": "Grace"})
    narrow = await ada.personal_token("write", rooms=[await ada.room()])
    refused = await undo(narrow, written)
    assert (refused.status, refused.code) == (403, "token_too_narrow")
    back, undone = await result(ada, written)
    assert back["account"] == await ada.get("/v1/me")
    assert back["account"]["name"] == "Ada"
    await ada.call("PATCH", "/v1/me", json={"name": "Elsewhere"})
    refused = await undo(ada, undone)
    assert (refused.status, refused.json()["fields"]) == (412, ["name"])


@pytest.mark.parametrize("kind", ["room", "member", "role", "account", "task"])
async def test_an_undo_with_a_key_is_done_once_also_when_its_token_is_too_old(
    ada: Person, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    room, bob = await pair(ada)
    method, path, body = {
        "room": ("PATCH", f"/v1/rooms/{room}", {"name": "Garden"}),
        "member": ("DELETE", f"/v1/rooms/{room}/members/{bob.id}", None),
        "role": ("PUT", f"/v1/rooms/{room}/members/{bob.id}", {"role": "viewer"}),
        "account": ("PATCH", "/v1/me", {"name": "Grace"}),
        "task": ("POST", f"/v1/rooms/{room}/tasks", {"title": "One"}),
    }[kind]
    written, key = await ada.call(method, path, json=body), str(new_id())
    first = await undo(ada, written, **{"Idempotency-Key": key})
    assert first.status == 200, first.body
    later = time.time() + 3600
    monkeypatch.setattr(tokens, "time", SimpleNamespace(time=lambda: later))
    assert (await undo(ada, written)).status == 422
    second = await undo(ada, written, **{"Idempotency-Key": key})
    assert (second.status, second.body) == (200, first.body)
    assert second.headers["TaskSync-Undo"] == first.headers["TaskSync-Undo"]

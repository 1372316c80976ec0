"""The composed views: their shapes, who may see them, and that everybody gets their own."""

import asyncio
from typing import Any

import pytest

from tests.gateway.people import Person, sign_up
from tests.system import System

ALL_OK = {"room": "ok", "members": "ok", "tasks": "ok"}


@pytest.fixture
async def bob(system: System) -> Person:
    return await sign_up(system, "Bob")


async def test_a_room_shows_its_members_and_tasks(ada: Person, bob: Person) -> None:
    room = await ada.room()
    await ada.bring(bob, room)
    task = await ada.make(f"/v1/rooms/{room}/tasks", title="Boil", assignees=[bob.id])
    view = await ada.get(f"/v1/rooms/{room}")
    assert set(view) == {"room", "access", "members", "tasks", "cursor", "parts"}
    assert (view["room"]["id"], view["room"]["name"], view["parts"]) == (room, "Kitchen", ALL_OK)
    assert view["access"]["role"] == "owner"
    assert "room.delete" in view["access"]["actions"]
    assert [(each["user"]["id"], each["role"]) for each in view["members"]["items"]] == [
        (ada.id, "owner"),
        (bob.id, "viewer"),
    ]
    assert view["tasks"] == {"items": [task], "next": None}


async def test_emails_are_for_admins(ada: Person, bob: Person) -> None:
    room = await ada.room()
    await ada.bring(bob, room)
    for path, members in ((f"/v1/rooms/{room}", "members"), (f"/v1/rooms/{room}/members", None)):
        for person, emails in ((ada, [ada.email, bob.email]), (bob, [None, None])):
            answer = await person.get(path)
            items = (answer[members] if members else answer)["items"]
            assert [each["user"].get("email") for each in items] == emails


@pytest.mark.parametrize(
    ("include", "parts"),
    [
        ("", ["room"]),
        ("tasks", ["room", "tasks"]),
        ("members", ["members", "room"]),
        ("tasks,members", sorted(ALL_OK)),
    ],
)
async def test_include_names_the_parts(ada: Person, include: str, parts: list[str]) -> None:
    view = await ada.get(f"/v1/rooms/{await ada.room()}?include={include}")
    assert sorted(view["parts"]) == parts
    assert {"members", "tasks"} & set(view) == {"members", "tasks"} & set(parts)


@pytest.mark.parametrize("include", ["comments", "tasks,", ",tasks", "tasks%0A", "tasks members"])
async def test_include_of_what_is_not_there_is_refused(ada: Person, include: str) -> None:
    reply = await ada.call("GET", f"/v1/rooms/{await ada.room()}?include={include}")
    assert (reply.status, reply.json()["errors"][0]["field"]) == (422, "include")


async def test_a_task_shows_its_room_and_its_people(ada: Person, bob: Person) -> None:
    room = await ada.room()
    await ada.bring(bob, room, "contributor")
    task = await ada.make(f"/v1/rooms/{room}/tasks", title="Boil", assignees=[bob.id])
    comment = await bob.make(f"/v1/tasks/{task['id']}/comments", body="Which kettle?")
    view = await bob.get(f"/v1/tasks/{task['id']}")
    assert set(view) == {"task", "room", "access", "assignees", "comments", "people", "cursor", "parts"}
    assert (view["task"]["id"], view["room"]["id"], view["access"]["role"]) == (task["id"], room, "contributor")
    assert view["comments"]["items"] == [comment]
    assert [each["id"] for each in view["assignees"]] == [bob.id]
    assert {each["id"] for each in view["people"]} == {ada.id, bob.id}
    assert set(view["parts"].values()) == {"ok"}


async def test_who_made_a_task_may_no_more_with_the_comments_on_it(ada: Person, bob: Person) -> None:
    room = await ada.room()
    await ada.bring(bob, room, "editor")
    task = await bob.make(f"/v1/rooms/{room}/tasks", title="Fold the map")
    said = await ada.make(f"/v1/tasks/{task['id']}/comments", body="Along the old lines")
    view = await bob.get(f"/v1/tasks/{task['id']}")
    assert view["access"] == (await bob.get(f"/v1/rooms/{room}"))["access"]
    assert (await bob.call("DELETE", f"/v1/comments/{said['id']}")).status == 403


async def test_who_changed_something_is_named_when_they_have_left_too(ada: Person, bob: Person) -> None:
    room = await ada.room()
    await ada.bring(bob, room, "editor")
    task = await bob.make(f"/v1/rooms/{room}/tasks", title="Boil")
    await ada.make(f"/v1/tasks/{task['id']}/comments", body="Which kettle?")
    assert (await bob.call("DELETE", f"/v1/rooms/{room}/members/{bob.id}")).status == 204
    for path in (f"/v1/rooms/{room}/activity", f"/v1/tasks/{task['id']}/history"):
        page = await ada.get(path)
        assert [each["actor"] for each in page["items"]] == [ada.id, bob.id]
        people = sorted(page["people"], key=lambda each: str(each["name"]))
        assert people == [{"id": ada.id, "name": "Ada"}, {"id": bob.id, "name": "Bob"}]
        last = await ada.get(f"{path}?limit=1")
        assert ([each["id"] for each in last["people"]], last["parts"]) == ([ada.id], {"items": "ok", "people": "ok"})


async def test_home_shows_the_rooms_and_what_is_to_be_done(ada: Person, bob: Person) -> None:
    rooms = [await ada.room(f"Room {number}") for number in range(3)]
    await ada.bring(bob, rooms[0])
    task = await ada.make(f"/v1/rooms/{rooms[0]}/tasks", title="Boil", assignees=[bob.id])
    home = await ada.get("/v1/me/home?limit=2")
    assert [(each["id"], each["role"], each["open_tasks"]) for each in home["rooms"]["items"]] == [
        (rooms[0], "owner", 1),
        (rooms[1], "owner", 0),
    ]
    more = await ada.get(f"/v1/me/home?after={home['rooms']['next']}")
    assert [each["id"] for each in more["rooms"]["items"]] == rooms[2:]
    assert more["rooms"]["next"] is None
    seen = await bob.get("/v1/me/home")
    assert [each["id"] for each in seen["assigned"]["items"]] == [task["id"]]


async def test_a_role_is_changed_and_named_in_one_answer(ada: Person, bob: Person) -> None:
    room = await ada.room()
    await ada.bring(bob, room)
    reply = await ada.call("PUT", f"/v1/rooms/{room}/members/{bob.id}", json={"role": "editor"})
    assert (reply.status, reply.json()["role"], reply.json()["user"]["name"]) == (200, "editor", "Bob")
    stranger = await sign_up(ada.system)
    reply = await ada.call("PUT", f"/v1/rooms/{room}/members/{stranger.id}", json={"role": "editor"})
    assert (reply.status, reply.code) == (404, "not_found")


async def test_what_collides_with_a_change_of_a_member_is_the_member_as_elsewhere(ada: Person, bob: Person) -> None:
    room = await ada.room()
    await ada.bring(bob, room)
    path = f"/v1/rooms/{room}/members/{bob.id}"
    now = (await ada.call("PUT", path, json={"role": "editor"})).json()
    old = {"If-Match": f'"{now["version"] - 1}"'}
    for refused in (
        await ada.call("PUT", path, headers=old, json={"role": "admin"}),
        await ada.call("DELETE", path, headers=old),
    ):
        assert (refused.status, refused.code, refused.json()["fields"]) == (412, "conflict", ["role"])
        assert refused.json()["current"] == now
    assert (await ada.call("DELETE", path, headers={"If-Match": f'"{now["version"]}"'})).status == 204


async def test_the_last_owner_stays_while_there_are_others(ada: Person, bob: Person) -> None:
    room = await ada.room()
    await ada.bring(bob, room, "owner")
    assert (await bob.call("DELETE", f"/v1/rooms/{room}/members/{bob.id}")).status == 204
    await ada.bring(bob, room, "admin")
    refused = await ada.call("DELETE", f"/v1/rooms/{room}/members/{ada.id}")
    assert (refused.status, refused.code) == (409, "last_owner")


async def test_counts_come_without_the_bodies(ada: Person, bob: Person) -> None:
    room = await ada.room()
    await ada.bring(bob, room)
    for status in ("todo", "todo", "doing"):
        await ada.make(f"/v1/rooms/{room}/tasks", title="Boil", status=status)
    gone = await ada.make(f"/v1/rooms/{room}/tasks", title="Fry")
    assert (await ada.call("DELETE", f"/v1/tasks/{gone['id']}")).status in {200, 204}
    view = await bob.get(f"/v1/rooms/{room}?include=counts")
    assert view["counts"] == {"tasks": {"todo": 2, "doing": 1, "done": 0}, "members": 2}
    assert "tasks" not in view
    assert "members" not in view
    assert view["parts"] == dict.fromkeys(["room", "task_counts", "member_count"], "ok")
    both = await bob.get(f"/v1/rooms/{room}?include=tasks,counts")
    assert (len(both["tasks"]["items"]), both["counts"]) == (3, view["counts"])


async def test_lost_rights_are_lost_at_the_next_request(ada: Person, bob: Person) -> None:
    room = await ada.room()
    await ada.bring(bob, room)
    assert (await bob.call("GET", f"/v1/rooms/{room}")).status == 200
    assert (await ada.call("DELETE", f"/v1/rooms/{room}/members/{bob.id}")).status == 204
    for path in (f"/v1/rooms/{room}", f"/v1/rooms/{room}/tasks", f"/v1/rooms/{room}/members"):
        assert (await bob.call("GET", path)).status == 404


async def test_under_a_burst_everybody_gets_their_own_body(ada: Person, bob: Person) -> None:
    """An admin, a viewer and a stranger race for the same screens; each body is compared with the expected one."""
    room = await ada.room()
    await ada.bring(bob, room)
    task = (await ada.make(f"/v1/rooms/{room}/tasks", title="Boil", assignees=[bob.id]))["id"]
    racers = [ada, bob, await sign_up(ada.system)]
    paths = [f"/v1/rooms/{room}", f"/v1/tasks/{task}", "/v1/me/home", "/v1/me", f"/v1/rooms/{room}/members"]
    pairs = [(person, path) for person in racers for path in paths]
    expected = {(person.id, path): await ask(person, path) for person, path in pairs}
    assert len({str(answer) for (_, path), answer in expected.items() if path == "/v1/me"}) == 3
    for _ in range(4):
        burst = pairs * 4
        answers = await asyncio.gather(*(ask(person, path) for person, path in burst))
        for (person, path), answer in zip(burst, answers, strict=True):
            assert answer == expected[person.id, path], path


async def ask(person: Person, path: str) -> tuple[int, Any]:
    """Status and body, without the id of this one request and without the cursor, which moves with any write."""
    reply = await person.call("GET", path)
    body = reply.json()
    body.pop("request_id", None)
    body.pop("cursor", None)
    return reply.status, body

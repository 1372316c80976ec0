"""A personal access token for some rooms alone: everything else is as if its user were not there."""

from dataclasses import dataclass

import pytest

from tests.gateway.people import Person, sign_up
from tests.gateway.two import until_remembered
from tests.system import Reply, System


@dataclass
class Narrow:
    """`token` is for the room `inside` alone; its user is the owner of both rooms, and of a task in each."""

    user: Person
    token: Person
    inside: str
    outside: str
    tasks: dict[str, str]


@pytest.fixture
async def narrow(ada: Person) -> Narrow:
    rooms = [await ada.room("Inside"), await ada.room("Outside")]
    tasks = {
        room: (await ada.make(f"/v1/rooms/{room}/tasks", title="Boil", assignees=[ada.id]))["id"] for room in rooms
    }
    token = await ada.personal_token("read", "write", rooms=rooms[:1])
    return Narrow(ada, token, rooms[0], rooms[1], tasks)


async def test_it_works_in_its_room(narrow: Narrow) -> None:
    view = await narrow.token.get(f"/v1/rooms/{narrow.inside}")
    assert view["access"]["role"] == "owner"
    made = await narrow.token.make(f"/v1/rooms/{narrow.inside}/tasks", title="Pour")
    await narrow.token.make(f"/v1/tasks/{made['id']}/comments", body="Slowly.")
    await narrow.token.bring(await sign_up(narrow.user.system), narrow.inside)


async def test_another_room_of_its_user_is_not_there(narrow: Narrow) -> None:
    await until_remembered(narrow.user, narrow.outside)
    room, task = f"/v1/rooms/{narrow.outside}", f"/v1/tasks/{narrow.tasks[narrow.outside]}"
    reads = [room, f"{room}/tasks", f"{room}/members", f"{room}/invites", f"{room}/access?action=room.view", task]
    for path in (*reads, f"{task}/comments"):
        assert (await narrow.token.call("GET", path)).status == 404, path
    writes: list[tuple[str, str, dict[str, str] | None]] = [
        ("PATCH", room, {"name": "Mine"}),
        ("POST", f"{room}/tasks", {"title": "Pour"}),
        ("POST", f"{room}/invites", {"role": "viewer"}),
        ("PATCH", task, {"title": "Pour"}),
        ("POST", f"{task}/comments", {"body": "Slowly."}),
        ("DELETE", task, None),
        ("DELETE", room, None),
    ]
    for method, path, body in writes:
        reply = await narrow.token.call(method, path, **({"json": body} if body else {}))
        assert (reply.status, reply.code) == (404, "not_found"), (method, path)


async def test_its_home_is_its_rooms(narrow: Narrow) -> None:
    assert [each["id"] for each in (await narrow.token.get("/v1/rooms"))["items"]] == [narrow.inside]
    home = await narrow.token.get("/v1/me/home")
    assert [each["id"] for each in home["rooms"]["items"]] == [narrow.inside]
    assert [each["id"] for each in home["assigned"]["items"]] == [narrow.tasks[narrow.inside]]
    assert len((await narrow.user.get("/v1/rooms"))["items"]) == 2


async def test_it_makes_and_enters_no_other_room(narrow: Narrow) -> None:
    assert_too_narrow(await narrow.token.call("POST", "/v1/rooms", json={"name": "Mine"}))
    bob = await sign_up(narrow.user.system, "Bob")
    code = (await bob.make(f"/v1/rooms/{await bob.room()}/invites", role="viewer"))["code"]
    assert_too_narrow(await narrow.token.call("POST", f"/v1/invites/{code}"))
    assert (await narrow.user.call("POST", f"/v1/invites/{code}")).status == 200


async def test_the_account_is_in_none_of_its_rooms(narrow: Narrow) -> None:
    for method, path in (("GET", "/v1/me"), ("PATCH", "/v1/me"), ("GET", "/v1/me/tokens"), ("DELETE", "/v1/me")):
        assert_too_narrow(await narrow.token.call(method, path))


async def test_a_token_for_writing_reads_nothing(ada: Person, system: System) -> None:
    writer = await ada.personal_token("write")
    room = await ada.room()
    for path in ("/v1/me", "/v1/rooms", f"/v1/rooms/{room}", f"/v1/rooms/{room}/tasks"):
        reply = await writer.call("GET", path)
        assert (reply.status, reply.code, reply.json()["scope"]) == (403, "scope_too_small", "read")


def assert_too_narrow(reply: Reply) -> None:
    assert (reply.status, reply.code) == (403, "token_too_narrow")

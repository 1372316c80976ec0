"""Rooms: made with their owner, seen by grant, changed and deleted by right."""

import asyncio

import pytest

from chassis.ids import new_id
from tests.rooms.house import House
from tests.seeds import grant
from tests.system import System

ROLES = ("viewer", "contributor", "editor", "admin", "owner")


async def test_who_creates_a_room_owns_it(house: House) -> None:
    made = await house.ask("stranger", "POST", "/v1/rooms", json={"name": "Attic", "description": "Dusty"})
    room = made.json()
    assert made.status == 201
    assert made.headers["ETag"] == '"1"'
    assert room.keys() == {"id", "name", "description", "created_at", "updated_at", "version"}
    assert (room["name"], room["description"], room["version"]) == ("Attic", "Dusty", 1)
    house.room = room["id"]
    assert await house.role_of("stranger") == "owner"
    assert await house.role_of("owner") is None


async def test_a_room_whose_creator_is_gone_is_not_made(system: System) -> None:
    ghost = new_id()
    made = await system.call("rooms", "POST", "/v1/rooms", user=ghost, json={"name": "Crypt"})
    assert (made.status, made.code) == (409, "reference_gone")


async def test_a_room_needs_somebody_signed_in(system: System) -> None:
    reply = await system.call("rooms", "POST", "/v1/rooms", json={"name": "Nobody's"})
    assert reply.status == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "  \n"}, "name"),
        ({"name": "\u200b"}, "name"),
        ({"name": "a \u202eb"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a", "description": "x" * 10_001}, "description"),
        ({"name": "a", "description": None}, "description"),
        ({"name": "a", "owner": "me"}, "owner"),
    ],
)
async def test_a_bad_room_is_refused_with_its_field(house: House, body: dict[str, object], field: str) -> None:
    reply = await house.ask("owner", "POST", "/v1/rooms", json=body)
    assert (reply.status, reply.json()["errors"][0]["field"]) == (422, field)


async def test_a_read_needs_a_grant_for_this_caller_action_and_room(house: House) -> None:
    viewer, stranger = house.people["viewer"], house.people["stranger"]
    assert (await house.read("viewer", house.path, "room.view")).status == 200
    for headers in (
        {},
        grant(viewer, house.room, actions=("invite.view",)),
        grant(viewer, new_id(), actions=("room.view",)),
        grant(stranger, house.room, actions=("room.view",)),
    ):
        assert (await house.ask("viewer", "GET", house.path, headers=headers)).status == 403


async def test_the_list_holds_the_rooms_of_the_grant(house: House) -> None:
    second = (await house.ask("owner", "POST", "/v1/rooms", json={"name": "Cellar"})).json()
    rooms = (house.room, second["id"], new_id())
    reply = await house.ask("owner", "GET", "/internal/rooms", headers=grant(house.people["owner"], *rooms))
    assert [item["name"] for item in reply.json()["items"]] == ["Kitchen", "Cellar"]


@pytest.mark.parametrize("role", ROLES)
async def test_admins_change_a_room(house: House, role: str) -> None:
    reply = await house.ask(role, "PATCH", house.path, json={"name": "Bath"})
    if role in {"admin", "owner"}:
        assert (reply.status, reply.json()["name"]) == (200, "Bath")
    else:
        assert (reply.status, reply.json()["action"]) == (403, "room.edit")
        assert (await house.room_now())["name"] == "Kitchen"


async def test_a_change_leaves_out_what_is_left_out_and_counts_the_version(house: House) -> None:
    before = await house.room_now()
    changed = await house.ask("owner", "PATCH", house.path, json={"description": "Warm"})
    after = changed.json()
    assert (after["name"], after["description"], after["version"]) == ("Kitchen", "Warm", 2)
    assert changed.headers["ETag"] == '"2"'
    assert after["updated_at"] > before["updated_at"]
    assert after["created_at"] == before["created_at"]
    assert await house.room_now() == after
    cleared = await house.ask("owner", "PATCH", house.path, json={"description": ""})
    assert cleared.json()["description"] == ""


@pytest.mark.parametrize("role", ROLES)
async def test_owners_delete_a_room(house: House, role: str) -> None:
    code = await house.invite()
    reply = await house.ask(role, "DELETE", house.path)
    if role == "owner":
        assert (reply.status, reply.body) == (204, b"")
        assert (await house.read("owner", house.path, "room.view")).status == 404
        assert (await house.ask("stranger", "POST", f"/v1/invites/{code}")).status == 404
        assert await house.role_of("owner") is None
        assert (await house.ask("owner", "DELETE", house.path)).status == 404
    else:
        assert (reply.status, reply.json()["action"]) == (403, "room.delete")
        await house.room_now()


async def test_a_stranger_sees_no_difference_between_this_room_and_none(house: House) -> None:
    for method, tail, body in (
        ("PATCH", "", {"name": "Mine"}),
        ("DELETE", "", None),
        ("POST", "/invites", {"role": "viewer"}),
        ("DELETE", "/invites/some-code", None),
    ):
        real = await house.ask("stranger", method, f"{house.path}{tail}", json=body)
        none = await house.ask("stranger", method, f"/v1/rooms/{new_id()}{tail}", json=body)
        assert real.status == none.status == 404
        assert {**real.json(), "request_id": ""} == {**none.json(), "request_id": ""}
    assert (await house.room_now())["name"] == "Kitchen"


def if_match(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


async def test_changes_of_other_fields_are_merged_and_of_the_same_refused(house: House) -> None:
    await house.ask("owner", "PATCH", house.path, json={"name": "Bath"})
    merged = await house.ask("admin", "PATCH", house.path, json={"description": "Wet"}, headers=if_match(1))
    assert merged.status == 200
    assert (merged.json()["name"], merged.json()["description"], merged.json()["version"]) == ("Bath", "Wet", 3)
    both = {"name": "Hall", "description": "Dry"}
    refused = await house.ask("admin", "PATCH", house.path, json=both, headers=if_match(2))
    assert (refused.status, refused.code) == (412, "conflict")
    assert refused.json()["fields"] == ["description"]
    assert refused.json()["current"] == merged.json() == await house.room_now()
    # A restored database has forgotten it.
    unknown = await house.ask("admin", "PATCH", house.path, json=both, headers=if_match(4))
    assert (unknown.status, unknown.json()["fields"]) == (412, ["description", "name"])
    seen = await house.ask("admin", "PATCH", house.path, json=both, headers=if_match(3))
    assert seen.json()["version"] == 4


async def test_of_writers_who_saw_the_same_version_one_wins(house: House) -> None:
    writes = [
        house.ask("admin", "PATCH", house.path, json={"name": f"Name {number}"}, headers=if_match(1))
        for number in range(8)
    ]
    replies = await asyncio.gather(*writes)
    assert sorted(reply.status for reply in replies) == [200] + [412] * 7
    winner = next(reply.json() for reply in replies if reply.status == 200)
    assert await house.room_now() == winner


async def test_a_change_that_changes_nothing_is_no_new_version(house: House) -> None:
    before = await house.room_now()
    for body in ({}, {"name": before["name"]}, {"name": before["name"], "description": before["description"]}):
        same = await house.ask("owner", "PATCH", house.path, json=body)
        assert (same.status, same.json()) == (200, before)


async def test_a_room_that_changed_meanwhile_is_not_deleted(house: House) -> None:
    await house.ask("admin", "PATCH", house.path, json={"name": "Bath"})
    refused = await house.ask("owner", "DELETE", house.path, headers=if_match(1))
    assert (refused.status, refused.code, refused.json()["fields"]) == (412, "conflict", ["name"])
    assert (await house.room_now())["name"] == "Bath"
    assert (await house.ask("admin", "DELETE", house.path, headers=if_match(1))).status == 403
    assert (await house.ask("stranger", "DELETE", house.path, headers=if_match(1))).status == 404
    assert (await house.ask("owner", "DELETE", house.path, headers=if_match(2))).status == 204

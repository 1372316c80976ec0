"""Members honour If-Match: of those who change one at the same version, one does, and the others are told."""

import asyncio
from collections import Counter
from uuid import UUID

import pytest

from keys.queries import members
from tests.seeds import add_member, add_room, add_user
from tests.system import Reply, System

Place = tuple[UUID, UUID, UUID]


@pytest.fixture
async def place(system: System) -> Place:
    """A room, its owner, and a viewer there."""
    owner = await add_user(system)
    room = await add_room(system, owner)
    return room, owner, await add_member(system, room, "viewer")


async def set_role(system: System, place: Place, role: str, if_match: str | None) -> Reply:
    room, owner, member = place
    path = f"/internal/rooms/{room}/members/{member}"
    headers = {"If-Match": if_match} if if_match else {}
    return await system.call("keys", "PUT", path, user=owner, headers=headers, json={"role": role})


async def remove(system: System, place: Place, if_match: str) -> Reply:
    room, owner, member = place
    path = f"/v1/rooms/{room}/members/{member}"
    return await system.call("keys", "DELETE", path, user=owner, headers={"If-Match": if_match})


async def version_of(system: System, place: Place) -> int:
    """To give the role that is there already is no write."""
    version: int = (await set_role(system, place, "viewer", None)).json()["version"]
    return version


async def test_a_role_is_set_at_the_version_seen_and_answers_the_next(system: System, place: Place) -> None:
    seen = await version_of(system, place)
    done = await set_role(system, place, "editor", f'"{seen}"')
    assert (done.status, done.json()["version"], done.headers["ETag"]) == (200, seen + 1, f'"{seen + 1}"')
    refused = await set_role(system, place, "admin", f'"{seen}"')
    assert (refused.status, refused.code, refused.json()["fields"]) == (412, "conflict", ["role"])
    assert refused.json()["current"] == done.json()
    assert (await set_role(system, place, "admin", None)).json()["version"] == seen + 2
    assert (await set_role(system, place, "viewer", "*")).status == 200
    assert (await set_role(system, place, "viewer", "2")).status == 422


async def test_a_role_that_the_member_has_already_is_no_write(system: System, place: Place) -> None:
    seen = await version_of(system, place)
    same = await set_role(system, place, "viewer", f'"{seen}"')
    assert (same.status, same.json()["version"], same.headers["ETag"]) == (200, seen, f'"{seen}"')
    assert "TaskSync-Undo" not in same.headers
    changed = await set_role(system, place, "editor", f'"{seen}"')
    assert (await set_role(system, place, "editor", None)).json() == changed.json()
    refused = await set_role(system, place, "editor", f'"{seen}"')
    assert (refused.status, refused.json()["current"]) == (412, changed.json())


async def test_a_member_whose_role_was_changed_is_not_removed_unseen(system: System, place: Place) -> None:
    seen = await version_of(system, place)
    changed = await set_role(system, place, "admin", None)
    refused = await remove(system, place, f'"{seen}"')
    assert (refused.status, refused.json()["fields"], refused.json()["current"]) == (412, ["role"], changed.json())
    assert (await remove(system, place, f'"{seen + 1}"')).status == 204
    assert (await remove(system, place, f'"{seen + 1}"')).status == 404


async def test_who_came_back_is_not_whom_a_version_of_before_means(system: System, place: Place) -> None:
    """A removal that is sent again, as when its answer was lost, does not take them out once more."""
    room, owner, member = place
    seen = await version_of(system, place)
    assert (await remove(system, place, f'"{seen}"')).status == 204
    again = {"user_id": str(member), "role": "viewer", "user": {"id": str(member), "name": "Eve"}}
    back = await system.call("keys", "POST", f"/internal/rooms/{room}/members", user=owner, json=again)
    assert (back.status, back.json()["version"] > seen) == (201, True)
    refused = await remove(system, place, f'"{seen}"')
    assert (refused.status, refused.json()["current"]["version"]) == (412, back.json()["version"])
    assert (await set_role(system, place, "editor", f'"{seen}"')).status == 412


async def race(system: System, place: Place) -> Counter[int]:
    roles = ("editor", "admin", "contributor", "owner") * 4
    seen = await version_of(system, place)
    answers = await asyncio.gather(*(set_role(system, place, role, f'"{seen}"') for role in roles))
    return Counter(answer.status for answer in answers)


async def test_of_sixteen_at_one_version_one_changes_the_role(system: System, place: Place) -> None:
    assert await race(system, place) == {200: 1, 412: 15}


async def test_without_the_version_in_the_statement_fifteen_changes_are_lost(
    system: System, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "_SET_ROLE", members._SET_ROLE.replace("OR version = $4", "OR $4 > 0"))
    assert await race(system, place) == {200: 16}

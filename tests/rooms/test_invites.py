"""Invites: a code brings somebody in with its role, as often and as long as it may, and no further."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from chassis import undo
from chassis.database import Database
from chassis.settings import DatabaseSettings
from keys.client import Role
from keys.client.grants import HEADER
from rooms import queries
from tests.rooms.house import House
from tests.system import System

RANKS: Sequence[Role] = ("viewer", "contributor", "editor", "admin", "owner")


async def expire(system: System, code: str) -> None:
    await system.fetch_value(
        "rooms", "UPDATE invites SET expires_at = now() - interval '1 second' WHERE code = $1", code
    )


async def test_an_invite_brings_its_user_in_with_its_role(house: House) -> None:
    code = await house.invite(role="editor")
    joined = await house.ask("stranger", "POST", f"/v1/invites/{code}")
    assert (joined.status, joined.json()) == (200, {"room_id": str(house.room), "role": "editor"})
    assert await house.role_of("stranger") == "editor"
    assert await house.uses(code) == 1


async def test_an_invite_shows_what_it_is(house: House) -> None:
    made = await house.ask("admin", "POST", f"{house.path}/invites", json={"role": "viewer", "max_uses": 3})
    invite = made.json()
    assert (invite["room_id"], invite["role"]) == (str(house.room), "viewer")
    assert (invite["max_uses"], invite["uses"]) == (3, 0)
    assert invite["created_by"] == str(house.people["admin"])
    assert len(invite["code"]) == 22
    listed = await house.read("admin", f"{house.path}/invites", "invite.view")
    assert listed.json() == {"items": [invite], "next": None}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "role"),
        ({"role": "king"}, "role"),
        ({"role": "viewer", "max_uses": 0}, "max_uses"),
        ({"role": "viewer", "max_uses": 2**31}, "max_uses"),
        ({"role": "viewer", "expires_in": 59}, "expires_in"),
        ({"role": "viewer", "expires_in": 30 * 86400 + 1}, "expires_in"),
        ({"role": "viewer", "code": "mine"}, "code"),
    ],
)
async def test_a_bad_invite_is_refused_with_its_field(house: House, body: dict[str, object], field: str) -> None:
    reply = await house.ask("owner", "POST", f"{house.path}/invites", json=body)
    assert (reply.status, reply.json()["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize("maker", RANKS)
@pytest.mark.parametrize("role", RANKS)
async def test_nobody_grants_by_invite_what_they_do_not_have(house: House, maker: Role, role: Role) -> None:
    reply = await house.ask(maker, "POST", f"{house.path}/invites", json={"role": role})
    may = maker in {"admin", "owner"} and RANKS.index(role) <= RANKS.index(maker)
    assert reply.status == (201 if may else 403)
    if not may:
        assert reply.json()["action"] == "invite.create"


@pytest.mark.parametrize("who", RANKS)
async def test_admins_revoke_an_invite_and_it_is_gone(house: House, who: Role) -> None:
    code = await house.invite()
    reply = await house.ask(who, "DELETE", f"{house.path}/invites/{code}")
    if who in {"admin", "owner"}:
        assert reply.status == 204
        assert (await house.ask("stranger", "POST", f"/v1/invites/{code}")).status == 404
        assert (await house.ask(who, "DELETE", f"{house.path}/invites/{code}")).status == 404
    else:
        assert (reply.status, reply.json()["action"]) == (403, "invite.revoke")
        assert await house.uses(code) == 0


async def test_an_invite_is_not_revoked_through_another_room(house: House) -> None:
    code = await house.invite()
    other = (await house.ask("stranger", "POST", "/v1/rooms", json={"name": "Mine"})).json()["id"]
    reply = await house.ask("stranger", "DELETE", f"/v1/rooms/{other}/invites/{code}")
    assert reply.status == 404
    assert await house.uses(code) == 0


async def test_unknown_revoked_expired_and_used_up_look_the_same(house: House) -> None:
    revoked, expired, used_up = await house.invite(), await house.invite(), await house.invite(max_uses=1)
    await house.ask("owner", "DELETE", f"{house.path}/invites/{revoked}")
    await expire(house.system, expired)
    await house.newcomer("first")
    assert (await house.ask("first", "POST", f"/v1/invites/{used_up}")).status == 200
    answers = [
        await house.ask("stranger", "POST", f"/v1/invites/{code}")
        for code in ("x" * 22, "x", "%F0%9F%92%A9", revoked, expired, used_up)
    ]
    assert {answer.status for answer in answers} == {404}
    assert len({str({**answer.json(), "request_id": ""}) for answer in answers}) == 1
    assert await house.role_of("stranger") is None


async def test_a_member_keeps_the_role_and_uses_nothing_up(house: House) -> None:
    code = await house.invite(role="admin", max_uses=1)
    reply = await house.ask("viewer", "POST", f"/v1/invites/{code}")
    assert (reply.status, reply.code) == (409, "already_member")
    assert await house.role_of("viewer") == "viewer"
    assert await house.uses(code) == 0


@pytest.mark.parametrize("fate", ["used up", "its maker demoted"])
async def test_who_is_in_is_told_so_where_others_cannot_join(house: House, fate: str) -> None:
    """Else who opens the link again, as after a lost answer, would believe that they never came in."""
    code = await house.invite("admin", max_uses=1 if fate == "used up" else 9)
    assert (await house.ask("stranger", "POST", f"/v1/invites/{code}")).status == 200
    if fate == "its maker demoted":
        await house.demote("admin")
    await house.newcomer("late")
    again, other = [await house.ask(who, "POST", f"/v1/invites/{code}") for who in ("stranger", "late")]
    assert [(again.status, again.code), (other.status, other.code)] == [(409, "already_member"), (404, "not_found")]
    assert (await house.ask("owner", "DELETE", f"{house.path}/invites/{code}")).status == 204
    assert (await house.ask("stranger", "POST", f"/v1/invites/{code}")).status == 404


async def test_the_last_use_goes_to_one(house: House) -> None:
    """Again and again, since a race shows itself only now and then."""
    for turn in range(10):
        names = [f"{turn}-{number}" for number in range(5)]
        for name in names:
            await house.newcomer(name)
        code = await house.invite(max_uses=2)
        replies = await asyncio.gather(*(house.ask(name, "POST", f"/v1/invites/{code}") for name in names))
        assert sorted(reply.status for reply in replies) == [200, 200, 404, 404, 404]
        joined = [name for name in names if await house.role_of(name)]
        assert joined == [name for name, reply in zip(names, replies, strict=True) if reply.status == 200]
        assert await house.uses(code) == 2


@pytest.mark.parametrize("fate", ["revoked", "used_up"])
async def test_an_invite_that_is_over_meanwhile_lets_nobody_in(
    house: House, monkeypatch: pytest.MonkeyPatch, fate: str
) -> None:
    code, find = await house.invite(max_uses=1), queries.find_open_invite
    await house.newcomer("first")

    async def find_and_end(*args: Any) -> Any:
        found = await find(*args)
        monkeypatch.undo()
        if fate == "revoked":
            assert (await house.ask("owner", "DELETE", f"{house.path}/invites/{code}")).status == 204
        else:
            assert (await house.ask("first", "POST", f"/v1/invites/{code}")).status == 200
        return found

    monkeypatch.setattr(queries, "find_open_invite", find_and_end)
    assert (await house.ask("stranger", "POST", f"/v1/invites/{code}")).status == 404
    assert await house.role_of("stranger") is None


async def test_one_person_at_once_uses_an_invite_once(house: House) -> None:
    code = await house.invite()
    replies = await asyncio.gather(*(house.ask("stranger", "POST", f"/v1/invites/{code}") for _ in range(5)))
    statuses = [reply.status for reply in replies]
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 409, 503}
    assert await house.uses(code) == 1
    assert await house.role_of("stranger") == "viewer"


@pytest.mark.parametrize("fate", ["demoted", "removed"])
async def test_an_invite_loses_its_power_with_its_maker(house: House, fate: str) -> None:
    code = await house.invite("admin", role="editor")
    if fate == "demoted":
        await house.demote("admin")
    else:
        path = f"/v1/rooms/{house.room}/members/{house.people['admin']}"
        assert (await house.system.call("keys", "DELETE", path, user=house.people["owner"])).status == 204
    reply = await house.ask("stranger", "POST", f"/v1/invites/{code}")
    unknown = await house.ask("stranger", "POST", "/v1/invites/unknown")
    assert {**reply.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}
    assert await house.role_of("stranger") is None


async def test_an_invite_needs_somebody_signed_in(house: House) -> None:
    code = await house.invite()
    assert (await house.system.call("rooms", "POST", f"/v1/invites/{code}")).status == 401
    assert await house.uses(code) == 0


async def test_invites_come_in_pages_without_the_expired(house: House) -> None:
    codes = [await house.invite() for _ in range(5)]
    await expire(house.system, codes.pop(2))
    found: list[str] = []
    after = ""
    while True:
        page = (await house.read("admin", f"{house.path}/invites?limit=3{after}", "invite.view")).json()
        found += [item["code"] for item in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert found == codes


async def test_a_used_up_invite_is_listed_until_it_expires(house: House) -> None:
    """So that admins see that it was used, and how often."""
    code = await house.invite(max_uses=1)
    assert (await house.ask("stranger", "POST", f"/v1/invites/{code}")).status == 200
    (listed,) = (await house.read("admin", f"{house.path}/invites", "invite.view")).json()["items"]
    assert (listed["code"], listed["uses"], listed["max_uses"]) == (code, 1, 1)
    await expire(house.system, code)
    assert (await house.read("admin", f"{house.path}/invites", "invite.view")).json()["items"] == []


@pytest.mark.parametrize(("who", "seen"), [("admin", ["viewer", "admin"]), ("owner", ["viewer", "owner", "admin"])])
async def test_nobody_sees_an_invite_into_a_role_above_their_own(house: House, who: str, seen: list[str]) -> None:
    """Else an admin leaves, comes back by it as an owner, and has the room."""
    for role in ("viewer", "owner", "admin"):
        await house.invite(role=role)
    body = {"on": {"type": "room", "id": str(house.room)}, "actions": ["invite.view"]}
    look = await house.system.call("keys", "POST", "/internal/looks", user=house.people[who], json=body)
    listed = await house.ask(who, "GET", f"{house.path}/invites", headers={HEADER: look.json()["grant"]})
    assert [item["role"] for item in listed.json()["items"]] == seen


async def test_the_list_needs_the_grant_for_invites(house: House) -> None:
    await house.invite()
    assert (await house.read("viewer", f"{house.path}/invites", "room.view")).status == 403


async def test_an_invite_is_not_made_in_a_room_that_just_went(house: House) -> None:
    await house.system.fetch_value("rooms", "DELETE FROM rooms WHERE id = $1", house.room)
    reply = await house.ask("owner", "POST", f"{house.path}/invites", json={"role": "viewer"})
    assert (reply.status, reply.code) == (404, "not_found")


async def test_expired_and_revoked_invites_are_removed_when_no_undo_can_come_and_others_stay(house: House) -> None:
    expired, revoked, late, standing = [await house.invite() for _ in range(4)]
    await expire(house.system, expired)
    for code in (revoked, late):
        assert (await house.ask("owner", "DELETE", f"{house.path}/invites/{code}")).status == 204
    ago = "UPDATE invites SET expires_at = expires_at - interval '10 minutes' WHERE code = ANY($1::text[])"
    await house.system.fetch_value("rooms", ago, [expired, revoked])
    url = house.system.databases["rooms"]
    database = Database(DatabaseSettings(bind="", passport_secret="", database_url=url), "test")
    await database.connect()
    async with database.connection() as connection:
        assert await queries.delete_expired_invites(connection, undo.SECONDS, 1000) >= 2
    await database.disconnect()
    left = {
        code: await house.system.fetch_value("rooms", "SELECT count(*) FROM invites WHERE code = $1", code)
        for code in (expired, revoked, late, standing)
    }
    assert left == {expired: 0, revoked: 0, late: 1, standing: 1}

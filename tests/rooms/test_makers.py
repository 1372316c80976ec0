"""An invite is worth what the membership of its maker is, under which it was made, and goes with that one alone."""

from typing import Any
from uuid import UUID

import pytest

from chassis.ids import new_id
from keys.client import Change
from rooms import cascades, queries
from tests.launch.polling import until
from tests.postgres import connected
from tests.rooms.house import House


async def remove(house: House, who: str) -> UUID:
    """The membership that ended."""
    live = "SELECT id FROM links WHERE relation = 'member' AND source_id = $1 AND target_id = $2"
    link = await house.system.fetch_value("keys", f"{live} AND dropped_at IS NULL", house.people[who], house.room)
    path = f"/v1/rooms/{house.room}/members/{house.people[who]}"
    reply = await house.system.call("keys", "DELETE", path, user=house.people["owner"])
    assert reply.status == 204, reply.body
    return UUID(str(link))


async def bring_back(house: House, who: str) -> None:
    body = {"user_id": str(house.people[who]), "role": "admin"}
    path = f"/internal/rooms/{house.room}/members"
    reply = await house.system.call("keys", "POST", path, user=house.people["owner"], json=body)
    assert reply.status == 201, reply.body


async def is_there(house: House, code: str) -> bool:
    return bool(await house.system.fetch_value("rooms", "SELECT count(*) FROM invites WHERE code = $1", code))


async def until_gone(house: House, code: str) -> None:
    async def is_gone() -> bool:
        return not await is_there(house, code)

    await until(is_gone)


async def redeem(house: House, code: str) -> int:
    await house.newcomer("guest")
    return (await house.ask("guest", "POST", f"/v1/invites/{code}")).status


async def apply(house: House, link: UUID, who: str) -> None:
    """The end of a membership, as the feed of Keys tells it."""
    before = {"source": str(house.people[who]), "target": str(house.room)}
    async with connected(house.system.databases["rooms"]) as connection:
        await cascades.apply(connection, Change("e.1.1", "member", link, "dropped", before))


async def test_all_that_went_is_told_again_and_newer_invites_stay(house: House) -> None:
    """As after a new epoch: a follower reads the whole log anew."""
    old = await house.invite("admin")
    await remove(house, "admin")
    await until_gone(house, old)
    await bring_back(house, "admin")
    kept = await house.invite("admin")
    last = await house.invite("owner")
    gone = await house.system.fetch_value(
        "keys", "INSERT INTO nodes (type, id) VALUES ('user', $1) RETURNING id", new_id()
    )
    await house.system.fetch_value("rooms", "UPDATE invites SET created_by = $2 WHERE code = $1", last, gone)
    await house.system.fetch_value("rooms", "UPDATE followed SET cursor = NULL")
    body = {"node": {"type": "user", "id": str(gone)}, "needs": []}
    assert (await house.system.call("keys", "POST", "/internal/nodes/bury", user=gone, json=body)).status == 204
    await until_gone(house, last)
    assert await is_there(house, kept)
    assert await redeem(house, kept) == 200


async def test_the_place_of_a_follower_is_kept_longer_than_the_change_before_it(house: House) -> None:
    """Else, a month after the last change, each look at the feed is refused, and then begins with the first."""
    code = await house.invite("admin")
    await remove(house, "admin")
    await until_gone(house, code)
    await house.system.fetch_value("keys", "UPDATE feed SET pruned = (SELECT max(xid) FROM changes)")

    async def is_kept() -> bool:
        place = {"after": await house.system.fetch_value("rooms", "SELECT cursor FROM followed")}
        return (await house.system.call("keys", "GET", "/internal/feed", sender="rooms", params=place)).status == 200

    await until(is_kept, seconds=10)


async def test_a_late_end_takes_no_invite_of_a_later_membership(house: House) -> None:
    ended = await remove(house, "admin")
    await bring_back(house, "admin")
    code = await house.invite("admin")
    await apply(house, ended, "admin")
    assert await redeem(house, code) == 200
    await apply(house, await remove(house, "admin"), "admin")
    assert not await is_there(house, code)


async def test_an_invite_of_the_version_before_goes_with_its_maker(house: House) -> None:
    code = await house.invite("admin")
    await house.system.fetch_value("rooms", "UPDATE invites SET membership = NULL WHERE code = $1", code)
    assert await redeem(house, code) == 200
    await remove(house, "admin")
    await until_gone(house, code)


async def test_an_invite_that_came_after_its_maker_was_removed_lets_nobody_in_when_they_return(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert, first = queries.insert_invite, await house.invite("admin")

    async def insert_late(*values: Any) -> Any:
        await remove(house, "admin")
        await until_gone(house, first)
        return await insert(*values)

    monkeypatch.setattr(queries, "insert_invite", insert_late)
    code = await house.invite("admin")
    assert await redeem(house, code) == 404
    await bring_back(house, "admin")
    assert await redeem(house, code) == 404
    assert await house.role_of("guest") is None

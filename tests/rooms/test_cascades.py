"""What goes in Keys goes here too: soon, whoever took it away, and also what came late."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from keys.client import Change
from rooms import cascades
from tests.launch.polling import until
from tests.postgres import connected
from tests.rooms.house import House

_MANY = """
    INSERT INTO invites (code, room_id, role, created_by, expires_at)
    SELECT gen_random_uuid(), $1, 'viewer', $2, now() + interval '1 day' FROM generate_series(1, $3::integer)
"""


def is_empty(house: House, statement: str, *values: Any) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        return int(await house.system.fetch_value("rooms", statement, *values)) == 0

    return check


async def bury(house: House, who: str, kind: str, id_: object, action: str | None) -> None:
    """Straight in Keys, as by a service that died before it removed its rows."""
    node = {"type": kind, "id": str(id_)}
    needs = [{"action": action, "on": node}] if action else []
    reply = await house.system.call(
        "keys", "POST", "/internal/nodes/bury", user=house.people[who], json={"node": node, "needs": needs}
    )
    assert reply.status == 204, reply.body


async def test_a_room_buried_in_keys_goes_with_its_invites(house: House) -> None:
    await house.invite()
    await bury(house, "owner", "room", house.room, "room.delete")
    await until(is_empty(house, "SELECT count(*) FROM rooms WHERE id = $1", house.room))
    assert await is_empty(house, "SELECT count(*) FROM invites WHERE room_id = $1", house.room)()


async def test_the_invites_of_a_removed_member_go_and_those_of_others_stay(house: House) -> None:
    await house.invite("admin")
    kept = await house.invite("owner")
    admin = house.people["admin"]
    removed = await house.system.call(
        "keys", "DELETE", f"/v1/rooms/{house.room}/members/{admin}", user=house.people["owner"]
    )
    assert removed.status == 204
    await until(is_empty(house, "SELECT count(*) FROM invites WHERE created_by = $1", admin))
    assert await house.uses(kept) == 0


async def test_an_invite_that_came_after_its_maker_went_goes_too(house: House) -> None:
    maker = house.people["stranger"]
    code = await house.invite()
    await house.system.fetch_value("rooms", "UPDATE invites SET created_by = $2 WHERE code = $1", code, maker)
    await bury(house, "stranger", "user", maker, None)
    await until(is_empty(house, "SELECT count(*) FROM invites WHERE created_by = $1", maker))


@pytest.mark.parametrize("kind", ["room", "member", "user"])
async def test_however_many_invites_go_each_transaction_takes_a_few(house: House, kind: str) -> None:
    """One that took all would take longer than a statement may, time and again, and hold up all that goes after."""
    room, maker = house.room, house.people["stranger"]
    change = {
        "room": Change("a position", "room", room, "buried"),
        "member": Change("a position", "member", maker, "dropped", {"source": str(maker), "target": str(room)}),
        "user": Change("a position", "user", maker, "drained"),
    }[kind]
    async with connected(house.system.databases["rooms"]) as connection:
        await connection.execute(_MANY, room, maker, 450)
        left = [450]
        while await cascades.apply(connection, change):
            left.append(await connection.fetchval("SELECT count(*) FROM invites WHERE room_id = $1", room))
        assert left == [450, 250, 50]

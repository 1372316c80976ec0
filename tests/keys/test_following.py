"""Whoever follows a feed applies each change once, in whichever replica, and begins anew where its place is lost."""

import asyncio

import msgspec
import pytest
from quart import Quart, Response, request

from chassis.database import Connection, Database
from chassis.ids import new_id
from chassis.inprocess import AppTransport
from chassis.passport import PassportOffice
from chassis.peers import Peer, Refused
from keys.client.follower import Change, follow

_ENTITIES = [new_id() for _ in range(3)]
_PLACE = "SELECT cursor FROM followed WHERE feed = 'users'"
_PUT = "UPDATE followed SET cursor = $1 WHERE feed = 'users'"


def feed(status: int = 410) -> Peer:
    """Three changes, at the places 0 to 2; any other place is answered with `status`."""
    app = Quart("feed")

    @app.get("/internal/feed")
    async def read() -> Response:
        after = request.args.get("after", "-1")
        if after not in {"-1", "0", "1", "2"}:
            return Response(b'{"code":"any"}', status)
        items = [{"position": str(n), "kind": "task", "id": _ENTITIES[n], "op": "buried"} for n in range(3)]
        return Response(msgspec.json.encode({"items": items[int(after) + 1 :], "position": "2"}))

    return Peer("users", AppTransport(app), PassportOffice("tests", "p" * 40))


async def nothing_left(_connection: Connection, _change: Change) -> bool:
    return False


@pytest.mark.parametrize("status", [410, 422])
async def test_a_place_that_is_lost_begins_anew(connection: Connection, database: Database, status: int) -> None:
    await connection.execute(_PUT, "lost")
    assert await follow(feed(status), database, nothing_left) == 3
    assert await connection.fetchval(_PLACE) == "2"


async def test_another_refusal_keeps_the_place(connection: Connection, database: Database) -> None:
    await connection.execute(_PUT, "kept")
    with pytest.raises(Refused):
        await follow(feed(403), database, nothing_left)
    assert await connection.fetchval(_PLACE) == "kept"


async def test_of_two_replicas_one_applies_a_change(connection: Connection, database: Database) -> None:
    applied, is_at_it, goes_on = list[Change](), asyncio.Event(), asyncio.Event()

    async def apply(_connection: Connection, change: Change) -> bool:
        applied.append(change)
        is_at_it.set()
        await goes_on.wait()
        return False

    async with asyncio.timeout(20):
        first = asyncio.create_task(follow(feed(), database, apply))
        await is_at_it.wait()
        assert await follow(feed(), database, apply) == 0
        goes_on.set()
        assert await first == 3
    assert [change.entity for change in applied] == _ENTITIES
    assert await connection.fetchval(_PLACE) == "2"


async def test_what_is_not_done_yet_is_asked_for_again(connection: Connection, database: Database) -> None:
    left = [True, True]

    async def apply(_connection: Connection, change: Change) -> bool:
        return change.entity == _ENTITIES[1] and bool(left) and left.pop()

    assert await follow(feed(), database, apply) == 3
    assert (left, await connection.fetchval(_PLACE)) == ([], "2")

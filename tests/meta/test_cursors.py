"""A cursor is good for the list it came from: that of another room, or of another task, is refused.

So is one with a time that no row of ours can have.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest

from tests.meta.operations import OPERATIONS, Operation
from tests.meta.world import World, make_world
from tests.system import System

# Where a feed has been read to is good for the changes of any room.
OF_FEEDS = {"list_changes"}
# A time without a zone cannot be compared, and those at the ends cannot be told in UTC.
NO_TIMES = [b"2026-01-01T00:00:00", b"0001-01-01T00:00:00+23:59", b"9999-12-31T23:59:59-23:59"]
TIME = re.compile(rb"\d{4}-\d\d-\d\dT[^\"]+")
LISTS = [
    each
    for each in OPERATIONS
    if {"after", "limit"} <= each.queries.keys() and "_id}" in each.path and each.id not in OF_FEEDS
]


@pytest.fixture(scope="module")
async def worlds(system: System) -> tuple[World, World]:
    """Two rooms of one owner, each with two of everything."""
    first = await make_world(system)
    second = World(system)
    second.tokens, second.ids = first.tokens, dict(first.ids)
    second.ids["room_id"] = (await first.make("owner", "POST", "/v1/rooms", name="Garden"))["id"]
    tasks = f"/v1/rooms/{second.ids['room_id']}/tasks"
    second.ids["task_id"] = (await first.make("owner", "POST", tasks, title="Water"))["id"]
    await _double(first)
    return first, second


async def _double(world: World) -> None:
    room = "/v1/rooms/{room_id}".format(**world.ids)
    await world.make("owner", "POST", f"{room}/invites", role="viewer")
    await world.make("owner", "POST", "/v1/tasks/{task_id}/comments".format(**world.ids), body="More")
    for title in ("a", "b", "c", "d"):
        made = await world.make("owner", "POST", f"{room}/tasks", title=title, due_at="2026-01-01T00:00:00Z")
        if title in "ab":
            assert (await world.call("owner", "DELETE", f"/v1/tasks/{made['id']}")).status == 204


def test_there_are_such_lists() -> None:
    assert len(LISTS) >= 6


@pytest.mark.parametrize("operation", LISTS, ids=str)
async def test_a_cursor_of_another_list_is_refused(worlds: tuple[World, World], operation: Operation) -> None:
    first, second = worlds
    page = await first.call("owner", "GET", first.path(operation), params={"limit": "1"})
    query = {"limit": "1", "after": page.json()["next"]}
    assert (await first.call("owner", "GET", first.path(operation), params=query)).status == 200
    refused = await second.call("owner", "GET", second.path(operation), params=query)
    assert (refused.status, refused.json()["errors"][0]["field"]) == (422, "after")


LISTS_BY_TIME = [
    (operation, sort)
    for operation in LISTS
    for sort in operation.queries.get("sort", {}).get("enum", [None])
    if operation.id in {"list_invites", "list_trash"} or str(sort).strip("-") in {"due", "updated"}
]


@pytest.mark.parametrize(("operation", "sort"), LISTS_BY_TIME, ids=str)
async def test_a_cursor_with_a_time_that_nothing_has_is_refused(
    worlds: tuple[World, World], operation: Operation, sort: str | None
) -> None:
    world, _ = worlds
    query = {"limit": "1"} if sort is None else {"limit": "1", "sort": sort}
    cursor = (await world.call("owner", "GET", world.path(operation), params=query)).json()["next"]
    key = urlsafe_b64decode(cursor + "==")
    assert TIME.search(key)
    for time in NO_TIMES:
        forged = urlsafe_b64encode(TIME.sub(time, key)).decode().rstrip("=")
        refused = await world.call("owner", "GET", world.path(operation), params={**query, "after": forged})
        assert (refused.status, refused.code) == (422, "invalid"), time

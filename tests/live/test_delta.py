"""Pages of changes: nothing is lost at any limit, own rooms come and go, and an old cursor is never a quiet hole."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from chassis.pages import encode
from gateway.live import cursors
from tests.gateway.people import Person, all_of
from tests.system import Reply

Key = tuple[str | None, str, str, int, str]


async def pages(person: Person, path: str, after: str, limit: int = 100) -> list[dict[str, Any]]:
    """All changes after the cursor, page by page; each page is as full as it may be."""
    found: list[dict[str, Any]] = []
    cursor: str | None = after
    while cursor is not None:
        page = await person.get(f"{path}?after={cursor}&limit={limit}")
        assert len(page["items"]) <= limit
        found += page["items"]
        assert page["next"] in {None, page["cursor"]}
        cursor = page["next"]
    return found


def keys_of(changes: list[dict[str, Any]]) -> set[Key]:
    return {(each["room_id"], each["kind"], each["id"], each["version"], each["op"]) for each in changes}


async def until_change(person: Person, path: str, after: str, **fields: Any) -> list[dict[str, Any]]:
    """All changes after the cursor, once there is one with these fields: the feed may be held back for a moment."""
    async with asyncio.timeout(30):
        while True:
            found = await pages(person, path, after)
            if any(fields.items() <= each.items() for each in found):
                return found
            await asyncio.sleep(0.01)


async def start(person: Person) -> str:
    cursor: str = (await person.get("/v1/sync"))["cursor"]
    return cursor


async def test_nothing_is_lost_at_any_limit(ada: Person, ben: Person) -> None:
    after = await start(ada)
    first, second = await ada.room(), await ada.room()
    await ada.bring(ben, first, "editor")
    tasks = await all_of(ada.make(f"/v1/rooms/{room}/tasks", title="T") for room in (first, second) * 4)
    await all_of(ada.make(f"/v1/tasks/{task['id']}/comments", body="C") for task in tasks)
    await all_of(ada.call("PATCH", f"/v1/rooms/{room}", json={"name": "New"}) for room in (first, second))
    await ada.call("PATCH", "/v1/me", json={"name": "Augusta"})
    last = await ada.make(f"/v1/rooms/{second}/tasks", title="last")
    whole = keys_of(await until_change(ada, "/v1/sync", after, id=last["id"]))
    assert len(whole) >= 2 + 1 + 8 + 8 + 2 + 1 + 1
    for limit in (1, 2, 3, 5, 7):
        found = await pages(ada, "/v1/sync", after, limit)
        assert whole <= keys_of(found), limit
        # Nothing is told twice, but that somebody comes and then is renamed is told of the same version.
        assert len(found) == len({(key, each["at"]) for each in found for key in keys_of([each])})


async def test_a_page_of_large_changes_ends_early_and_the_next_goes_on(ada: Person) -> None:
    after, room = await start(ada), await ada.room()
    task = await ada.make(f"/v1/rooms/{room}/tasks", title="1", description="€" * 40_000)
    for number in range(2, 13):
        await ada.call("PATCH", f"/v1/tasks/{task['id']}", json={"title": str(number)})
    await until_change(ada, f"/v1/rooms/{room}/changes", after, version=12)
    for path in (f"/v1/rooms/{room}/changes", "/v1/sync"):
        page = await ada.get(f"{path}?after={after}&limit=500")
        rest = await pages(ada, path, page["next"], 500)
        first, later = ([each for each in items if each["kind"] == "task"] for items in (page["items"], rest))
        assert len(first) == 9
        assert [each["record"]["title"] for each in first + later] == [str(number) for number in range(1, 13)]


async def test_a_change_names_the_request_and_comes_after_the_cursor_of_its_answer(ada: Person) -> None:
    room = await ada.room()
    reply = await ada.call("POST", f"/v1/rooms/{room}/tasks", json={"title": "Tea"})
    found = await until_change(ada, f"/v1/rooms/{room}/changes", reply.headers["TaskSync-Cursor"], kind="task")
    change = next(each for each in found if each["kind"] == "task")
    assert (change["request_id"], change["record"]) == (reply.headers["Request-Id"], reply.json())


async def test_the_header_of_a_page_says_where_the_page_ends(ada: Person) -> None:
    room = await ada.room()
    after = (await ada.get(f"/v1/rooms/{room}"))["cursor"]
    for title in "AB":
        last = await ada.make(f"/v1/rooms/{room}/tasks", title=title)
    await until_change(ada, "/v1/sync", after, id=last["id"])
    for path in (f"/v1/rooms/{room}/changes", "/v1/sync"):
        reply = await ada.call("GET", f"{path}?after={after}&limit=1")
        assert reply.json()["next"]
        assert reply.headers["TaskSync-Cursor"] == reply.json()["cursor"]


async def test_sync_tells_of_rooms_gained_and_lost(ada: Person, ben: Person) -> None:
    begun = await ben.get("/v1/sync")
    assert (begun["me"]["id"], begun["rooms"]["items"]) == (ben.id, [])
    room = await ada.room()
    await ada.bring(ben, room)
    found = await until_change(ben, "/v1/sync", begun["cursor"], kind="room", op="create", id=room)
    assert any(each["record"] is None for each in found if (each["kind"], each["op"]) == ("room", "create"))
    after = await start(ben)
    await ada.call("DELETE", f"/v1/rooms/{room}/members/{ben.id}")
    await ada.make(f"/v1/rooms/{room}/tasks", title="not for Ben")
    found = await until_change(ben, "/v1/sync", after, kind="room", op="delete", id=room)
    assert "task" not in {each["kind"] for each in found}


async def test_a_deleted_room_is_told_as_lost(ada: Person) -> None:
    room, after = await ada.room(), await start(ada)
    await ada.call("DELETE", f"/v1/rooms/{room}")
    await until_change(ada, "/v1/sync", after, kind="room", op="delete", id=room)


async def test_a_narrow_token_hears_of_its_rooms_alone(ada: Person) -> None:
    mine, other = await ada.room(), await ada.room()
    narrow = await ada.personal_token("read", rooms=[mine])
    begun = await narrow.get("/v1/sync")
    assert begun["me"] is None
    assert [room["id"] for room in begun["rooms"]["items"]] == [mine]
    await ada.make(f"/v1/rooms/{other}/tasks", title="elsewhere")
    await ada.call("PATCH", "/v1/me", json={"name": "Augusta"})
    third = await ada.room()
    task = await ada.make(f"/v1/rooms/{mine}/tasks", title="here")
    found = await until_change(narrow, "/v1/sync", begun["cursor"], id=task["id"])
    assert {each["room_id"] for each in found} == {mine}
    assert third not in {each["id"] for each in found}


def shifted(cursor: str, **change: Any) -> str:
    """The cursor, with another place in the feed of the tasks."""
    decoded = cursors.decode(cursor)
    return cursors.encode(decoded.moved(tasks=decoded.tasks._replace(**change)))


def assert_resync(reply: Reply) -> None:
    assert (reply.status, reply.code) == (410, "resync"), reply.body


@pytest.mark.parametrize("change", [{"epoch": "00000000"}, {"xid": 2**40}], ids=["other history", "ahead"])
async def test_a_cursor_that_is_none_of_this_history_is_told_so(ada: Person, change: dict[str, Any]) -> None:
    room = await ada.room()
    cursor = shifted((await ada.get(f"/v1/rooms/{room}"))["cursor"], **change)
    for path in (f"/v1/rooms/{room}/changes", "/v1/sync"):
        assert_resync(await ada.call("GET", f"{path}?after={cursor}"))


async def test_a_task_goes_and_comes_back_with_its_comments_of_which_nothing_is_told(ada: Person) -> None:
    room = await ada.room()
    path = f"/v1/tasks/{(await ada.make(f'/v1/rooms/{room}/tasks', title='Boil'))['id']}"
    comment = await ada.make(f"{path}/comments", body="Which kettle?")
    cursor = (await ada.get(path))["cursor"]
    await ada.call("DELETE", path)
    await ada.make(f"{path}/restore")
    found = await until_change(ada, f"/v1/rooms/{room}/changes", cursor, op="restore")
    assert [(each["kind"], each["op"]) for each in found if each["op"] != "create"] == [
        ("task", "delete"),
        ("task", "restore"),
    ]
    assert (await ada.get(path))["comments"]["items"] == [comment]


@pytest.mark.parametrize("cursor", ["x", "W10", "a" * 513, encode(["no", "place", "at", "all"])])
async def test_what_is_no_cursor_is_refused_under_the_name_that_it_came_by(ada: Person, cursor: str) -> None:
    by_query = await ada.call("GET", f"/v1/sync?after={cursor}")
    by_header = await ada.call("GET", "/v1/events", headers={"Last-Event-ID": cursor})
    for name, refused in {"after": by_query, "Last-Event-ID": by_header}.items():
        assert (refused.status, refused.json()["errors"][0]["field"]) == (422, name)


async def test_others_rooms_are_not_found(ada: Person, ben: Person) -> None:
    room = await ada.room()
    after = await start(ben)
    assert (await ben.call("GET", f"/v1/rooms/{room}/changes?after={after}")).status == 404
    guest = replace(ben, token=(await ben.personal_token("read", rooms=[await ben.room()])).token)
    assert (await guest.call("GET", f"/v1/rooms/{room}/changes?after={after}")).status == 404


async def test_pages_of_members_bring_no_address_as_the_stream_does(ada: Person, ben: Person) -> None:
    room = await ada.room()
    after = (await ada.get(f"/v1/rooms/{room}"))["cursor"]
    await ada.bring(ben, room)
    found = await until_change(ada, f"/v1/rooms/{room}/changes", after, kind="member", id=ben.id)
    (record,) = [each["record"] for each in found if each["id"] == ben.id]
    assert record["user"] == {"id": ben.id, "name": "Ben"}

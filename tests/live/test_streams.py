"""Streams: what others do appears, what was missed is made good, and who loses the right hears no more."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from chassis.peers import Answer
from gateway.live import listeners
from gateway.services import EXTENSION as SERVICES
from keys import cascade
from tests.gateway.people import Person, sign_up
from tests.live.following import following
from tests.live.test_open_streams import hub_of
from tests.system import System


async def shared_room(ada: Person, ben: Person, role: str = "editor") -> str:
    room = await ada.room()
    await ada.bring(ben, room, role)
    return room


async def test_what_others_do_appears_as_it_stands_in_the_views(ada: Person, ben: Person) -> None:
    room = await shared_room(ada, ben)
    async with following(ben, f"/v1/rooms/{room}/events") as stream:
        task = await ada.make(f"/v1/rooms/{room}/tasks", title="Tea")
        change = await stream.until_change(kind="task", op="create")
        assert change["record"] == task
        assert (change["id"], change["version"], change["actor"]) == (task["id"], 1, ada.id)
        reply = await ada.call("PATCH", f"/v1/tasks/{task['id']}", json={"title": "Green tea"})
        change = await stream.until_change(op="update", title="Green tea")
        assert (change["record"], change["request_id"]) == (reply.json(), reply.headers["Request-Id"])
        comment = await ben.make(f"/v1/tasks/{task['id']}/comments", body="Hot")
        assert (await stream.until_change(kind="comment"))["record"] == comment
        await ada.call("PATCH", f"/v1/rooms/{room}", json={"name": "Bar"})
        assert (await stream.until_change(kind="room", name="Bar"))["op"] == "update"
        await ada.call("DELETE", f"/v1/tasks/{task['id']}")
        assert (await stream.until_change(op="delete"))["record"] is None


async def test_members_come_change_and_go(ada: Person, ben: Person) -> None:
    room = await ada.room()
    async with following(ada, f"/v1/rooms/{room}/events") as stream:
        await ada.bring(ben, room)
        change = await stream.until_change(kind="member", op="create", id=ben.id)
        record = change["record"]
        assert (record["user"], record["role"]) == ({"id": ben.id, "name": "Ben"}, "viewer")
        await ada.call("PUT", f"/v1/rooms/{room}/members/{ben.id}", json={"role": "editor"})
        change = await stream.until_change(kind="member", op="update")
        assert (change["record"]["role"], change["version"]) == ("editor", record["version"] + 1)
        await ada.call("DELETE", f"/v1/rooms/{room}/members/{ben.id}")
        assert (await stream.until_change(kind="member", op="delete"))["id"] == ben.id


async def test_a_view_and_the_stream_after_its_cursor_fit(ada: Person) -> None:
    room = await ada.room()
    await ada.make(f"/v1/rooms/{room}/tasks", title="seen")
    view = await ada.get(f"/v1/rooms/{room}")
    await ada.make(f"/v1/rooms/{room}/tasks", title="between")
    async with following(ada, f"/v1/rooms/{room}/events", after=view["cursor"]) as stream:
        await stream.until_change(title="between")
        await ada.make(f"/v1/rooms/{room}/tasks", title="live")
        await stream.until_change(title="live")
        last = stream.last_id
    await ada.make(f"/v1/rooms/{room}/tasks", title="missed")
    async with following(ada, f"/v1/rooms/{room}/events", last_id=last) as stream:
        await stream.until_change(title="missed")
        assert "between" not in [change["record"]["title"] for change in stream.changes]


async def test_what_comes_before_it_has_entered_its_rooms_is_not_skipped(
    ada: Person, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says where it begins: from there on it tells all, and it does not say so of a place before that."""
    async with following(ada, "/v1/events") as early:
        room = await ada.room()
        await early.until_change(kind="member", op="create", room_id=room)
    hub, keys = hub_of(system), system.apps["gateway"].extensions[SERVICES].keys
    call, told = keys.call, asyncio.Event()
    monkeypatch.setattr(hub, "on_change", lambda each: told.set() if each and each.kind == "task" else None)

    async def answer_late(method: str, path: str, **options: Any) -> Answer:
        answer: Answer = await call(method, path, **options)
        if path == "/internal/memberships":
            await ada.make(f"/v1/rooms/{room}/tasks", title="between")
            await asyncio.wait_for(told.wait(), 20)
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(keys, "call", answer_late)
        async with following(ada, "/v1/events") as stream:
            begun = (await stream.until(lambda each: each.last_id)).last_id
            patch.undo()
            await ada.make(f"/v1/rooms/{room}/tasks", title="after")
            await stream.until_change(title="after")
    whole = (await ada.get(f"/v1/sync?after={begun}"))["items"]
    assert [each["id"] for each in whole if each["kind"] == "task"] == [
        each["id"] for each in stream.changes if each["kind"] == "task"
    ]


async def test_who_asks_for_the_head_alone_enters_no_room(ada: Person, system: System) -> None:
    room = await ada.room()
    assert (await ada.call("HEAD", "/v1/events")).status == 200
    assert UUID(room) not in hub_of(system).audience._of_room


async def test_one_large_write_is_told_to_whoever_takes_what_comes(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "_BOUND_BYTES", 20_000)
    room = await ada.room()
    tasks = [await ada.make(f"/v1/rooms/{room}/tasks", title="long", description="x" * 10_000) for _ in range(5)]
    async with following(ada, f"/v1/rooms/{room}/events") as stream:
        body = {"operations": [{"op": "edit_task", "task": task["id"], "priority": "high"} for task in tasks]}
        assert (await ada.call("POST", f"/v1/rooms/{room}/batch", json=body)).status == 200
        await stream.until(lambda _: stream.is_over or len(stream.changes) >= len(tasks))
        assert "resume" not in [event.name for event in stream.events]


async def test_who_is_removed_hears_that_and_nothing_more(ada: Person, ben: Person) -> None:
    room = await shared_room(ada, ben)
    async with following(ben, f"/v1/rooms/{room}/events") as stream:
        await ada.call("DELETE", f"/v1/rooms/{room}/members/{ben.id}")
        assert (await stream.until_over())[-1] == "revoked"
        assert stream.events[-1].data == {"room_id": room}
    refused = await ben.call("GET", f"/v1/rooms/{room}/events")
    assert refused.status == 404


async def test_a_deleted_room_ends_its_streams(ada: Person) -> None:
    room = await ada.room()
    async with following(ada, f"/v1/rooms/{room}/events") as one, following(ada, "/v1/events") as every:
        await ada.call("DELETE", f"/v1/rooms/{room}")
        assert (await one.until_over())[-1] == "revoked"
        gone = await every.until_change(kind="room", op="delete")
        assert (gone["id"], gone["record"]) == (room, None)


async def test_a_room_that_was_deleted_while_nobody_listened_is_told_when_its_members_go(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys names it no more, and its memberships are still to go: neither the pages nor the rooms have it."""

    async def rest(_: object) -> int:
        return 0

    room, after = await ada.room(), (await ada.get("/v1/sync"))["cursor"]
    monkeypatch.setattr(cascade, "drain", rest)
    await ada.call("DELETE", f"/v1/rooms/{room}")
    async with following(ada, "/v1/events", after=after) as stream:
        monkeypatch.undo()
        await stream.until_change(kind="room", op="delete", id=room)


async def test_one_stream_follows_all_rooms_gained_and_lost(ada: Person, ben: Person) -> None:
    first = await shared_room(ada, ben)
    second = await ada.room()
    async with following(ben, "/v1/events") as stream:
        await ada.make(f"/v1/rooms/{first}/tasks", title="in the first")
        await stream.until_change(title="in the first", room_id=first)
        await ada.make(f"/v1/rooms/{second}/tasks", title="not mine")
        await ada.bring(ben, second)
        await stream.until_change(kind="room", op="create", id=second)
        await ada.make(f"/v1/rooms/{second}/tasks", title="mine now")
        await stream.until_change(title="mine now", room_id=second)
        await ada.call("DELETE", f"/v1/rooms/{first}/members/{ben.id}")
        await stream.until_change(kind="room", op="delete", id=first)
        await ada.make(f"/v1/rooms/{first}/tasks", title="no more")
        await ben.call("PATCH", "/v1/me", json={"name": "Benjamin"})
        await stream.until_change(kind="account", name="Benjamin")
        titles = {(change["record"] or {}).get("title") for change in stream.changes}
        assert titles.isdisjoint({"not mine", "no more"})


async def test_a_session_that_ends_takes_its_streams_along(ada: Person) -> None:
    async with following(ada, "/v1/events") as stream:
        await ada.call("POST", "/v1/auth/logout")
        assert await stream.until_over() == []


async def test_a_cursor_of_another_history_is_told_to_begin_anew(ada: Person) -> None:
    room = await ada.room()
    cursor = (await ada.get(f"/v1/rooms/{room}"))["cursor"]
    stranger = await sign_up(ada.system)
    async with following(ada, f"/v1/rooms/{room}/events", after=cursor) as stream:
        assert not stream.is_over
    assert (await stranger.call("GET", f"/v1/rooms/{room}/events?after={cursor}")).status == 404

"""What a gateway remembers of a room is shown only while it holds: to whoever may see it, through any gateway."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest

from gateway.live.models import NOTHING, Change
from gateway.standings import Standing, Standings
from gateway.views.memory import Memory
from keys.client import stamps
from tests.gateway.people import Person, sign_up
from tests.gateway.two import Two, commit_unanswered, memory, titles, until_remembered

_ROUNDS = 15


async def stale_reads(writer: Person, reader: Person, room: str) -> int:
    """How often a write that was answered is not in the view that is asked for next, through another gateway."""
    stale = 0
    task = (await writer.make(f"/v1/rooms/{room}/tasks", title="0"))["id"]
    for number in range(1, _ROUNDS + 1):
        await titles(reader, room)
        reply = await writer.call("PATCH", f"/v1/tasks/{task}", json={"title": str(number)})
        assert reply.status == 200
        stale += str(number) not in await titles(reader, room)
    return stale


async def test_who_reads_after_a_write_was_answered_sees_it_through_any_gateway(two: Two, person: Person) -> None:
    room = await person.room()
    assert await stale_reads(person, person.through(two.second), room) == 0


async def test_without_the_stamp_an_answered_write_is_not_seen_at_once(
    two: Two, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forget(*_: object) -> None:
        """Tells Keys nothing, and a gateway is deaf for what the feed says."""

    room = await person.room()
    monkeypatch.setattr(stamps, "_stamp", forget)
    monkeypatch.setattr(two.second.apps["gateway"].extensions["tasksync.hub"], "on_change", lambda _: None)
    assert await stale_reads(person, person.through(two.second), room) > 0


@pytest.mark.parametrize("write", ["room", "name", "role", "comment", "member"])
async def test_every_kind_of_write_is_seen_at_once(two: Two, person: Person, write: str) -> None:
    other = await sign_up(two.first, "Ben")
    room = await person.room()
    await person.bring(other, room)
    reader = person.through(two.second)
    before = await reader.get(f"/v1/rooms/{room}")
    match write:
        case "room":
            await person.call("PATCH", f"/v1/rooms/{room}", json={"name": "Bar"})
            assert (await reader.get(f"/v1/rooms/{room}"))["room"]["name"] == "Bar"
        case "name":
            await other.call("PATCH", "/v1/me", json={"name": "Benjamin"})
            names = [each["user"]["name"] for each in (await reader.get(f"/v1/rooms/{room}"))["members"]["items"]]
            assert "Benjamin" in names
        case "role":
            await person.call("PUT", f"/v1/rooms/{room}/members/{other.id}", json={"role": "editor"})
            roles = [each["role"] for each in (await reader.get(f"/v1/rooms/{room}"))["members"]["items"]]
            assert roles == ["owner", "editor"]
            assert (await other.get(f"/v1/rooms/{room}"))["access"]["role"] == "editor"
        case "comment":
            task = await person.make(f"/v1/rooms/{room}/tasks", title="new")
            await person.make(f"/v1/tasks/{task['id']}/comments", body="said")
            assert await titles(reader, room) == ["new"]
        case "member":
            await person.call("DELETE", f"/v1/rooms/{room}/members/{other.id}")
            assert len((await reader.get(f"/v1/rooms/{room}"))["members"]["items"]) == 1
            assert (await other.through(two.second).call("GET", f"/v1/rooms/{room}")).status == 404
    assert len(before["members"]["items"]) == 2


async def test_a_stranger_and_a_viewer_get_nothing_that_was_remembered_for_others(two: Two, person: Person) -> None:
    viewer, stranger = await sign_up(two.first, "Vi"), await sign_up(two.first, "Sam")
    room = await person.room()
    await person.bring(viewer, room)
    for _ in range(2):
        assert "email" in (await person.get(f"/v1/rooms/{room}"))["members"]["items"][0]["user"]
        assert "email" not in (await viewer.get(f"/v1/rooms/{room}"))["members"]["items"][0]["user"]
        assert (await stranger.call("GET", f"/v1/rooms/{room}")).status == 404


async def test_what_was_committed_and_never_answered_is_seen_soon(two: Two, person: Person) -> None:
    room = await person.room()
    task = (await person.make(f"/v1/rooms/{room}/tasks", title="before"))["id"]
    assert await titles(person, room) == ["before"]
    await commit_unanswered(two, task, "after")
    async with asyncio.timeout(20):
        while await titles(person, room) != ["after"]:
            await asyncio.sleep(0.02)


async def test_a_new_name_that_is_heard_of_has_all_rooms_forgotten(two: Two, person: Person) -> None:
    """Its write was never answered, so no stamp tells of it."""
    room, kept = await person.room(), memory(two.first)
    await until_remembered(person, room)
    told = {"kind": "account", "op": "update", "version": 2, "request_id": "", "record": NOTHING}
    at = datetime.now(UTC)
    kept.hear(Change(room_id=None, id=UUID(person.id), actor=None, at=at, **told))  # type: ignore[arg-type]
    assert not kept._views


async def test_a_change_while_a_view_is_read_keeps_it_from_being_remembered(two: Two, person: Person) -> None:
    kept = memory(two.first)
    room = await person.room()
    kept.hear(None)
    before = set(kept._views)
    task = asyncio.create_task(person.get(f"/v1/rooms/{room}"))
    while not kept._tickets and not task.done():
        await asyncio.sleep(0)
    kept.hear(None)
    await task
    assert set(kept._views) == before


async def test_nothing_remembered_is_shown_while_a_feed_is_not_heard(two: Two, person: Person) -> None:
    room = await person.room()
    hub = two.first.apps["gateway"].extensions["tasksync.hub"]
    await until_remembered(person, room)
    asked: list[object] = []
    ask = Standings.ask

    async def noting(self: Standings, room: UUID, user: UUID) -> Standing:
        asked.append(room)
        return await ask(self, room, user)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Standings, "ask", noting)
        await person.get(f"/v1/rooms/{room}")
        assert len(asked) == 1
        hub._broken.add("tasks")
        await person.get(f"/v1/rooms/{room}")
        assert len(asked) == 1


async def test_the_memory_is_bounded(two: Two, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = memory(two.first)
    kept.hear(None)
    monkeypatch.setattr(kept, "_most", 10_000)
    for number in range(8):
        await until_remembered(person, await person.room(str(number)))
    assert 0 < kept._bytes <= 10_000


def held(kept: Memory) -> int:
    """The bytes that are kept, counted one by one."""
    views = list(kept._views.values())
    parts = [msgspec.json.encode(part) for view in views for part in (view.room, view.members, view.tasks)]
    frozen = [text for view in views for each in view.frozen.values() for text in (each._head, each._tail)]
    return sum(map(len, parts + frozen))


_INCLUDED = ["members,tasks", "members", "tasks", ""]


async def until_frozen(person: Person, role: str, room: str, included: str) -> None:
    """A view is read each time while a claim of its room is open."""
    views, wanted = memory(person.system)._views, (role, frozenset(included.split(",")))

    def is_frozen() -> bool:
        found = [views.get((UUID(room), emails)) for emails in (False, True)]
        return any(view and wanted in view.frozen for view in found)

    async with asyncio.timeout(20):
        while not is_frozen():
            await person.get(f"/v1/rooms/{room}")
            await person.get(f"/v1/rooms/{room}?include={included}")


async def large_room(person: Person, others: dict[str, Person]) -> None:
    """A room with as long a text as it may have, looked at by members of each role, in each way."""
    room = await person.room()
    about = "\N{BLACK CHESS KNIGHT}" * 10_000
    assert (await person.call("PATCH", f"/v1/rooms/{room}", json={"description": about})).status == 200
    for role, other in others.items():
        await person.bring(other, room, role)
        # What a role may do is learned from a view that is read.
        await other.get(f"/v1/rooms/{room}")
    for role, each in {"owner": person, **others}.items():
        for included in _INCLUDED:
            await until_frozen(each, role, room, included)


async def test_what_is_counted_is_what_is_kept(two: Two, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = memory(two.first)
    kept.hear(None)
    others = {role: await sign_up(two.first, "N" * 100) for role in ("admin", "editor", "viewer")}
    # A feed that tells of the room late has its view forgotten.
    monkeypatch.setattr(two.first.apps["gateway"].extensions["tasksync.hub"], "on_change", lambda _: None)
    await large_room(person, others)
    assert held(kept) > 500_000
    assert held(kept) <= kept._bytes <= held(kept) + 50_000
    monkeypatch.setattr(kept, "_most", 400_000)
    await large_room(person, others)
    assert 0 < held(kept) <= kept._bytes <= 400_000
    kept.hear(None)
    assert (kept._bytes, len(kept._views)) == (0, 0)


async def test_who_has_little_time_does_not_wait_for_a_question_that_is_asked_for_many(
    two: Two, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_: object) -> None:
        await asyncio.Event().wait()

    room, status = await person.room(), 200
    while status == 200:
        # A change that comes just now has the view forgotten: then it is read anew, and nobody is asked.
        await until_remembered(person, room)
        with monkeypatch.context() as patched:
            patched.setattr(Standings, "_ask", hang)
            reply = await person.call("GET", f"/v1/rooms/{room}", headers={"TaskSync-Timeout": "1.5"})
        status = reply.status
    assert (status, reply.code) == (504, "timeout")
    standings = memory(two.first)._standings
    assert standings._hanging
    for task in standings._hanging:
        task.cancel()

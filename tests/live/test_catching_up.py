"""A stream that begins with what was missed: page by page, so that there is no end to what it may have missed."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from multidict import CIMultiDict

from chassis import deadlines
from chassis.peers import Answer, Refused, TimedOut
from gateway.live import delta, listeners
from gateway.live.models import Changes
from gateway.views import catching_up
from keys.client.grants import NO_GRANT
from tests.gateway.people import Person
from tests.live.following import Stream, following
from tests.live.test_open_streams import hub_of


class Reading:
    """Pages of two changes. All but the first are read when `gate` is set, and `fail` is called before."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        # What each had left of the time of its request.
        self.left: list[float | None] = []
        self.fail: Callable[[int], None] = lambda _: None
        self._read = delta.read

    async def read(self, *asked: Any) -> Changes:
        self.left.append(deadlines.left())
        if len(self.left) > 1:
            await self.gate.wait()
            self.fail(len(self.left))
        return await self._read(*asked)


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    made = Reading()
    monkeypatch.setattr(catching_up, "_PAGE", 2)
    monkeypatch.setattr(delta, "read", made.read)
    return made


async def missed(person: Person) -> tuple[str, str, list[str]]:
    """A room, a cursor in it, and the titles of what was made after that."""
    room = await person.room()
    after = (await person.get(f"/v1/rooms/{room}"))["cursor"]
    made = [f"missed {number}" for number in range(7)]
    for title in made:
        await person.make(f"/v1/rooms/{room}/tasks", title=title)
    return room, after, made


def titles(stream: Stream) -> list[str]:
    return [change["record"]["title"] for change in stream.changes if change["kind"] == "task"]


@pytest.mark.parametrize("every", [False, True], ids=["room", "all"])
async def test_it_is_open_before_all_is_read_and_each_page_has_an_id(
    ada: Person, reading: Reading, every: bool
) -> None:
    room, after, made = await missed(ada)
    path = "/v1/events" if every else f"/v1/rooms/{room}/events"
    refused = Answer(403, msgspec.json.encode({"code": NO_GRANT}), CIMultiDict())

    def outdate(count: int) -> None:
        if count == 2:
            raise Refused("tasks", refused)

    reading.fail = outdate
    async with asyncio.timeout(20), following(ada, path, after=after) as stream:
        await stream.until_change(title=made[0])
        first = stream.last_id
        await ada.make(f"/v1/rooms/{room}/tasks", title="meanwhile")
        reading.gate.set()
        await stream.until_change(title="meanwhile")
        await ada.make(f"/v1/rooms/{room}/tasks", title="live")
        await stream.until_change(title="live")
    assert titles(stream) == [*made, "meanwhile", "live"]
    assert stream.last_id != first != after
    assert [each is None for each in reading.left] == [False] + [True] * (len(reading.left) - 1)


async def test_who_loses_the_right_meanwhile_hears_that_alone(ada: Person, ben: Person, reading: Reading) -> None:
    room, after, made = await missed(ada)
    await ada.bring(ben, room)
    async with following(ben, f"/v1/rooms/{room}/events", after=after) as stream:
        await stream.until_change(title=made[0])
        await ada.call("DELETE", f"/v1/rooms/{room}/members/{ben.id}")
        async with asyncio.timeout(20):
            while not all(each.is_ending for each in hub_of(ada.system).audience._listeners):
                await asyncio.sleep(0.01)
        seen = titles(stream)
        reading.gate.set()
        assert (await stream.until_over())[-1] == "revoked"
    assert titles(stream) == seen


async def test_a_page_that_cannot_be_read_ends_it_and_it_goes_on_from_there(ada: Person, reading: Reading) -> None:
    room, after, made = await missed(ada)

    def hang(count: int) -> None:
        if count == 3:
            raise TimedOut("tasks", "took too long", sent=True)

    reading.fail = hang
    reading.gate.set()
    path = f"/v1/rooms/{room}/events"
    async with following(ada, path, after=after) as first:
        assert (await first.until_over())[-1] == "resume"
    async with following(ada, path, last_id=first.last_id) as second:
        await second.until_change(title=made[-1])
    assert titles(first) + titles(second) == made


async def test_where_more_happens_than_it_can_hold_it_gets_on(
    ada: Person, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What others do while a page is read is more than what a stream may be behind."""
    monkeypatch.setattr(listeners, "_BOUND_BYTES", 1000)
    room, cursor, made = await missed(ada)
    seen: list[str] = []
    read = reading._read

    async def busy(*asked: Any) -> Changes:
        page = await read(*asked)
        for listener in hub_of(ada.system).audience._listeners:
            while not listener.is_ending:
                task = await ada.make(f"/v1/rooms/{room}/tasks", title="other", description="x" * 600)
                await ada.call("DELETE", f"/v1/tasks/{task['id']}")
        return page

    monkeypatch.setattr(delta, "read", busy)
    async with asyncio.timeout(20):
        while not set(made) <= set(seen):
            async with following(ada, f"/v1/rooms/{room}/events", last_id=cursor) as stream:
                assert (await stream.until_over())[-1] == "resume"
            seen, cursor = seen + titles(stream), stream.last_id

"""What neither an answer nor the feed tells a gateway at first: it comes to be known all the same."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

import pytest

from chassis import deadlines
from chassis.peers import Answer, NotAnswered, TimedOut
from chassis.peers.streaming import LineStream
from keys.client import stamps
from keys.client.keys import EXTENSION as KEYS
from tests.gateway.people import Person
from tests.gateway.two import Two, commit_unanswered, titles, until_remembered
from tests.postgres import older_transaction
from tests.system import run_replica, until_ready


@pytest.fixture
def unheard(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Until it is set, the feed of tasks begins for nobody."""
    gate, lines = asyncio.Event(), LineStream.lines

    async def lines_later(self: LineStream, path: str, params: Mapping[str, str]) -> AsyncIterator[bytes]:
        if self.peer == "tasks" and not params:
            await gate.wait()
        async for line in lines(self, path, params):
            yield line

    monkeypatch.setattr(LineStream, "lines", lines_later)
    return gate


async def test_what_was_committed_before_the_feed_began_is_seen(
    two: Two, person: Person, unheard: asyncio.Event
) -> None:
    """The feed begins with what comes then, so what was read before that may miss a change that nobody tells."""
    room = await person.room()
    task = (await person.make(f"/v1/rooms/{room}/tasks", title="before"))["id"]
    async with run_replica(two.first, "gateway") as third:
        reader = person.through(third)
        async with asyncio.timeout(20):
            while (await reader.call("GET", "/v1/me")).status != 200:
                await asyncio.sleep(0.02)
        await until_remembered(reader, room)
        await commit_unanswered(two, task, "after")
        unheard.set()
        await until_ready(third)
        assert await titles(reader, room) == ["after"]


async def test_what_a_feed_cannot_tell_yet_is_seen_soon(two: Two, person: Person) -> None:
    """It is there, and what was committed waits in it for an older transaction: nothing remembered is shown then."""
    room = await person.room()
    task = (await person.make(f"/v1/rooms/{room}/tasks", title="before"))["id"]
    await until_remembered(person, room)
    async with older_transaction(two.first.databases["rooms"]):
        await commit_unanswered(two, task, "after")
        async with asyncio.timeout(20):
            while await titles(person, room) != ["after"]:
                await asyncio.sleep(0.05)


async def test_a_stamp_that_failed_by_time_out_is_tried_with_time_of_its_own(
    two: Two, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = two.first.apps["tasks"].extensions[KEYS]._peer
    call, stamped, lost = peer.call, asyncio.Event(), asyncio.Event()

    async def lose_the_first(method: str, path: str, **options: Any) -> Answer:
        is_stamp = path == "/internal/stamps"
        if is_stamp and not lost.is_set():
            lost.set()
            raise TimedOut("keys", "took too long", sent=True)
        answer: Answer = await call(method, path, **options)
        if is_stamp:
            stamped.set()
        return answer

    async def end_a_request_without_time() -> None:
        deadlines.start(0)
        await stamps._stamp(peer, [UUID(int=1)])

    monkeypatch.setattr(peer, "call", lose_the_first)
    # A task of its own, as a request is: this test has all the time that it needs.
    await asyncio.create_task(end_a_request_without_time())
    await asyncio.wait_for(stamped.wait(), 20)


async def test_a_stamp_whose_connection_broke_is_told_before_the_answer(
    two: Two, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when one replica of Keys ends: the other answers those who read."""
    room = await person.room()
    task = (await person.make(f"/v1/rooms/{room}/tasks", title="before"))["id"]
    reader = person.through(two.second)
    await until_remembered(reader, room)
    peer = two.first.apps["tasks"].extensions[KEYS]._peer
    call, broken = peer.call, asyncio.Event()

    async def break_the_first(method: str, path: str, **options: Any) -> Answer:
        if path == "/internal/stamps" and not broken.is_set():
            broken.set()
            raise NotAnswered("keys", "ended as it was asked", sent=True)
        answer: Answer = await call(method, path, **options)
        return answer

    monkeypatch.setattr(peer, "call", break_the_first)
    monkeypatch.setattr(two.second.apps["gateway"].extensions["tasksync.hub"], "on_change", lambda _: None)
    assert (await person.call("PATCH", f"/v1/tasks/{task}", json={"title": "after"})).status == 200
    assert await titles(reader, room) == ["after"]
    assert broken.is_set()

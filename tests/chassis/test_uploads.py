"""A request begins when its body has come: until then it holds no place, and is waited for in bounds."""

import asyncio
from contextlib import AsyncExitStack

import msgspec
import pytest

from chassis import uploads
from chassis.problems import Problem
from chassis.uploads import Bodies, Upload
from tests.chassis.wire import HOST, LARGEST, Line, Server, run_server
from tests.launch.polling import until

HEAD = b"POST /echo HTTP/1.1\r\n" + HOST
READ = b"GET /echo?a HTTP/1.1\r\n" + HOST


async def test_bodies_that_have_not_come_hold_no_place() -> None:
    async with run_server(at_once=1) as server, AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(server.connect()) for _ in range(4)]
        for line in lines[1:]:
            line.send(HEAD + b"Content-Length: 5\r\n\r\n")
        for _ in range(3):
            lines[0].send(READ + b"\r\n")
            assert await lines[0].answer() == (200, b"a")
        for line in lines[1:]:
            line.send(b"whole")
            assert await line.answer() == (200, b"whole")


async def test_the_body_of_a_read_is_not_waited_for(server: Server) -> None:
    async with server.connect() as line:
        line.send(READ + b"Content-Length: 5\r\n\r\n")
        assert await line.answer() == (200, b"a")


async def assert_given_up(line: Line) -> None:
    status, headers = await line.head()
    problem = msgspec.json.decode(await line.reader.readexactly(int(headers[b"content-length"])))
    assert (status, problem["code"], headers[b"connection"]) == (408, "request_timeout", b"close")
    assert await line.rest() == b""


async def test_a_body_that_stands_still_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_PAUSE_SECONDS", 0.3)
    async with run_server() as server, server.connect() as line:
        line.send(HEAD + b"Content-Length: 5\r\n\r\nhalf")
        await assert_given_up(line)
        assert server.app.seen == []  # type: ignore[attr-defined]


async def test_a_body_that_comes_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_LONGEST_SECONDS", 1.0)
    async with run_server() as server, server.connect() as line:
        line.send(HEAD + b"Content-Length: 200000\r\n\r\n")
        giving_up = asyncio.create_task(assert_given_up(line))
        while not giving_up.done():
            line.send(b"x")
            await asyncio.sleep(0.05)
        await giving_up


async def test_there_is_a_bound_to_what_bodies_under_way_hold() -> None:
    """As many as may be worked on, of the largest size: beyond that one is refused, and who is not goes on."""
    async with run_server(at_once=1) as server, server.connect() as one, server.connect() as other:
        heads = {}
        for line in (one, other):
            line.send(HEAD + b"Content-Length: %d\r\n\r\n" % LARGEST + b"x" * (LARGEST - 50_000))
            heads[asyncio.create_task(line.head())] = line
        refused, _ = await asyncio.wait(heads, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        assert [task.result()[0] for task in refused] == [503]
        going_on = next(task for task in heads if task not in refused)
        heads[going_on].send(b"x" * 50_000)
        assert (await going_on)[0] == 200


async def test_who_has_taken_longest_makes_room_for_others() -> None:
    bodies = Bodies(largest=10, most=20)
    slow, begun, quick = (Upload(bodies) for _ in range(3))
    begun.add(b"x" * 8)
    slow.add(b"x" * 8)
    waiting = [asyncio.create_task(slow.whole(True)), asyncio.create_task(begun.whole(False))]
    await asyncio.sleep(0)
    quick.add(b"x" * 9)
    for upload in (begun, quick):
        upload.end()
    with pytest.raises(Problem, match="503 busy"):
        await waiting[0]
    assert [len(await waiting[1] or b""), len(await quick.whole(True) or b"")] == [8, 9]


async def test_who_leaves_with_half_a_body_holds_nothing_more() -> None:
    async with run_server(at_once=1) as server:
        for _ in range(3):
            async with server.connect() as line:
                line.send(HEAD + b"Content-Length: %d\r\n\r\n" % LARGEST + b"x" * (LARGEST - 50_000))
                await line.writer.drain()
            await until(server.is_left)
        async with server.connect() as line:
            line.send(HEAD + b"Content-Length: %d\r\n\r\n" % LARGEST + b"x" * LARGEST)
            assert await line.answer() == (200, b"x" * LARGEST)
        assert len(server.app.seen) == 1  # type: ignore[attr-defined]

"""Where one request ends and what is done of those behind it: nobody may be able to see that otherwise than we do."""

import asyncio
import gc
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from chassis.parsing import Asked, Malformed, Reader
from tests.chassis.wire import HOST, Server, run_server
from tests.launch.polling import until

GET = b"GET /echo?%b HTTP/1.1\r\n" + HOST
POST = b"POST /echo?%b HTTP/1.1\r\n" + HOST
SIZES = (b"+3", b"-3", b"0x3", b" 3", b"3 ", b"f" * 17, b"3\n", b"")
LATER = POST % b"later" + b"Content-Length: 0\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


@asynccontextmanager
async def all_ends() -> AsyncIterator[None]:
    """Waits at last until everything that has begun inside is over."""
    before = asyncio.all_tasks()
    yield
    await until(lambda: asyncio.all_tasks() <= before)


def seen(server: Server) -> list[str]:
    return server.app.seen  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    "coding",
    [b"gzip, chunked", b"identity\r\nTransfer-Encoding: chunked", b"x\r\nTransfer-Encoding: chunked", b",chunked"],
)
async def test_a_body_in_a_coding_that_we_do_not_know_is_refused(server: Server, coding: bytes) -> None:
    async with all_ends(), server.connect() as line:
        line.send(POST % b"a" + b"Transfer-Encoding: %b\r\n\r\n0\r\n\r\n" % coding + LATER)
        assert await line.refusal() == 501
    assert seen(server) == []


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: %b\r\n\r\n" % length
        for length in (b"+3", b"-3", b"0x3", b"3,3", b"3 3", b"", b"3\r\nContent-Length: 3", b"9" * 30)
    ]
    + [CHUNKED + size + b"\r\nabc\r\n0\r\n\r\n" for size in SIZES]
    + [
        b"Content-Length: 3\r\n" + CHUNKED + b"0\r\n\r\n",
        b"X: a\nContent-Length: 3\r\n\r\nabc",
        b"X: a\rContent-Length: 3\r\n\r\nabc",
        CHUNKED + b"3\r\nabc0\r\n\r\n",
        CHUNKED + b"3\r\nabcd\r\n0\r\n\r\n",
        CHUNKED + b"0\r\nContent-Length: 3\r\n\r\n",
    ],
)
async def test_a_length_that_can_be_read_in_two_ways_is_refused(server: Server, head: bytes) -> None:
    async with all_ends(), server.connect() as line:
        line.send(POST % b"a" + head + LATER)
        assert await line.refusal() == 400
    assert "later" not in seen(server)


async def test_what_follows_a_malformed_head_is_not_done(server: Server) -> None:
    async with all_ends(), server.connect() as line:
        line.send(b"GET /echo?no-host HTTP/1.1\r\n\r\n" + LATER)
        assert await line.refusal() == 400
    assert seen(server) == []


@pytest.mark.parametrize(
    "sent", [b"GET / HTTP/1.1\r\n\r\n", b"x" * 40_000, POST % b"" + b"Transfer-Encoding: gzip\r\n\r\n"]
)
async def test_nobody_keeps_what_is_answered_to_no_request(server: Server, sent: bytes) -> None:
    """A cache that did would show it to all who ask for the same."""
    async with server.connect() as line:
        line.send(sent)
        status, headers = await line.head()
        assert status >= 400
        assert (headers[b"cache-control"], headers[b"x-content-type-options"]) == (b"no-store", b"nosniff")


async def test_what_follows_the_last_request_is_not_done(server: Server) -> None:
    async with all_ends(), server.connect() as line:
        line.send(b"GET /echo?old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + LATER)
        assert (await line.head())[1][b"connection"] == b"close"
        assert await line.rest() == b"old"
    assert seen(server) == ["old"]


async def test_one_request_does_not_end_the_connection_for_those_before_it(server: Server) -> None:
    async with server.connect() as line:
        line.send(GET % b"1" + b"\r\n" + GET % b"2" + b"Connection: x, CLOSE\r\n\r\n")
        assert [await line.answer(), await line.answer()] == [(200, b"1"), (200, b"2")]
        assert await line.rest() == b""


@pytest.mark.parametrize("body", [b"Content-Length: 4\r\n\r\nbody", CHUNKED + b"4\r\nbody\r\n0\r\n\r\n"])
async def test_a_request_that_asks_to_upgrade_keeps_its_body(server: Server, body: bytes) -> None:
    """Some clients of plain HTTP ask with each request."""
    async with server.connect() as line:
        line.send(POST % b"" + b"Connection: Upgrade\r\nUpgrade: h2c\r\n" + body[:-5])
        line.send(body[-5:] + LATER)
        assert await line.answer() == (200, b"body")
        assert await line.rest() == b""
    assert seen(server) == [""]


async def test_a_target_may_bring_its_host_along(server: Server) -> None:
    async with server.connect() as line:
        line.send(b"GET http://[x/echo?a HTTP/1.1\r\n" + HOST + b"\r\n")
        assert await line.answer() == (200, b"a")


async def test_an_old_client_that_waits_is_not_told_and_one_that_shouts_is(server: Server) -> None:
    async with server.connect() as line:
        line.send(POST % b"" + b"Content-Length: 2\r\nExpect: 100-Continue \r\n\r\n")
        assert (await line.head())[0] == 100
    async with server.connect() as line:
        line.send(b"POST /echo HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\ngo")
        assert (await line.head())[0] == 200


def test_small_chunks_of_one_read_are_one_part_of_the_body() -> None:
    """Each part costs as much as a read: a body in chunks of one byte would cost a hundred times as much."""
    reader = Reader(1000, {})
    reader.feed(POST % b"" + CHUNKED + b"1\r\na\r\n" * 1000 + b"0\r\n\r\n")
    assert len(reader.events) == 3


def test_of_headers_no_more_are_held_than_a_request_may_have() -> None:
    """A head that does not end is waited for, and each of its lines is 4 bytes to send and 120 to hold."""
    reader, lines = Reader(32 * 1024, {}), b"a:\r\n" * 8000
    tracemalloc.start()
    reader.feed(GET % b"" + lines)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 3 * len(lines)


@pytest.mark.parametrize("piece", [1000, 64 * 1024])
@pytest.mark.parametrize(
    ("target", "header"), [(b"", 10_100), (b"", 9_900), (b"t" * 5_000, 5_100), (b"t" * 5_000, 4_900)]
)
def test_how_long_a_head_may_be_is_no_matter_of_the_pieces_it_comes_in(
    piece: int, target: bytes, header: int
) -> None:
    reader, head = Reader(10_000, {}), GET % target + b"x: %b\r\n\r\n" % (b"h" * (header - len(GET % b"") - 7))
    for start in range(0, len(head), piece):
        reader.feed(head[start : start + piece])
    first = reader.events[0]
    assert isinstance(first, Malformed if len(head) > 10_000 else Asked)


async def test_of_requests_that_wait_for_the_one_before_them_few_are_held(server: Server) -> None:
    """They come in one read, and each is 30 bytes to send and 1 kB to hold."""
    async with server.connect() as line:
        line.send(b"GET /parts HTTP/1.1\r\n" + HOST + b"\r\n" + (GET % b"x" + b"\r\n") * 500)
        await line.head()
        assert sum(isinstance(each, Asked) for each in gc.get_objects()) < 100
        server.app.gate.set()  # type: ignore[attr-defined]
        await line.reader.readuntil(b"0\r\n\r\n")
        assert [await line.answer() for _ in range(500)] == [(200, b"x")] * 500


async def test_a_client_that_leaves_with_a_request_behind_an_endless_answer_is_let_go(server: Server) -> None:
    async with all_ends(), server.connect() as line:
        line.send(b"GET /ticks HTTP/1.1\r\n" + HOST + b"\r\n" + LATER)
        await line.head()
    assert "later" not in seen(server)


async def test_a_client_whose_long_body_nobody_reads_is_let_go() -> None:
    """Who is refused at the door is not read from: both sides would wait for room."""
    async with run_server(at_once=1) as server, server.connect() as line:
        line.send(b"GET /parts HTTP/1.1\r\n" + HOST + b"\r\n")
        await line.head()
        async with server.connect() as refused:
            refused.send(POST % b"" + b"Content-Length: 3000000\r\n\r\n" + b"x" * 2_000_000)
            assert (await refused.head())[0] == 503
        server.app.gate.set()  # type: ignore[attr-defined]
        line.writer.close()
        await until(server.is_left)

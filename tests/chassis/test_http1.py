"""What HTTP/1.1 promises over one connection: order, whole bodies, an end that both sides know."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from chassis import connections, exchange
from tests.chassis.wire import HOST, Line, Server, can_connect, run_server
from tests.launch.polling import until


async def test_requests_sent_at_once_are_answered_in_their_order(server: Server) -> None:
    async with server.connect() as line:
        line.send(b"".join(b"GET /echo?%d HTTP/1.1\r\n%b\r\n" % (number, HOST) for number in range(20)))
        assert [await line.answer() for _ in range(20)] == [(200, b"%d" % number) for number in range(20)]


async def test_what_stands_before_garbage_is_answered(server: Server) -> None:
    async with server.connect() as line:
        line.send(b"GET /echo?good HTTP/1.1\r\n" + HOST + b"\r\nGARBAGE\r\n\r\n")
        assert await line.answer() == (200, b"good")
        assert await line.refusal() == 400


async def test_a_body_comes_whole_however_it_is_cut(server: Server) -> None:
    sized = b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\nwhole"
    chunks = b"2\r\nwh\r\n3;x=y\r\nole\r\n0\r\nTrailer: t\r\n\r\n"
    chunked = b"POST /echo HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks
    async with server.connect() as line:
        for byte in sized + chunked:
            line.send(bytes([byte]))
            await line.writer.drain()
        assert [await line.answer(), await line.answer()] == [(200, b"whole")] * 2


async def test_who_waits_to_be_told_is_told_to_go_on(server: Server) -> None:
    async with server.connect() as line:
        line.send(b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert (await line.head())[0] == 100
        line.send(b"go")
        assert await line.answer() == (200, b"go")


@pytest.mark.parametrize("lines", [b"HTTP/1.0\r\n", b"HTTP/1.1\r\nConnection: close\r\n" + HOST])
async def test_who_wants_no_more_is_told_so_and_let_go(server: Server, lines: bytes) -> None:
    async with server.connect() as line:
        line.send(b"GET /echo?a " + lines + b"\r\n")
        status, headers = await line.head()
        assert (status, headers[b"connection"]) == (200, b"close")
        assert await line.rest() == b"a"


async def test_a_body_of_unknown_length_comes_as_it_is_made(server: Server) -> None:
    async with server.connect() as line:
        line.send(b"GET /parts HTTP/1.1\r\n" + HOST + b"\r\n")
        assert (await line.head())[1][b"transfer-encoding"] == b"chunked"
        assert await line.reader.readexactly(8) == b"3\r\none\r\n"
        server.app.gate.set()  # type: ignore[attr-defined]
        assert await line.reader.readexactly(13) == b"3\r\ntwo\r\n0\r\n\r\n"
        line.send(b"GET /echo?next HTTP/1.1\r\n" + HOST + b"\r\n")
        assert await line.answer() == (200, b"next")


async def test_an_old_client_knows_the_end_of_a_body_by_the_connections(server: Server) -> None:
    server.app.gate.set()  # type: ignore[attr-defined]
    async with server.connect() as line:
        line.send(b"GET /parts HTTP/1.0\r\n\r\n")
        assert b"transfer-encoding" not in (await line.head())[1]
        assert await line.rest() == b"onetwo"


async def test_a_body_that_is_cut_off_ends_the_connection(server: Server) -> None:
    async with server.connect() as line:
        line.send(b"GET /short HTTP/1.1\r\n" + HOST + b"\r\n")
        assert (await line.head())[1][b"content-length"] == b"9"
        assert await line.rest() == b"short"


async def test_head_is_answered_without_the_body_that_it_tells_of(server: Server) -> None:
    async with server.connect() as line:
        line.send(b"HEAD /echo?1234 HTTP/1.1\r\n" + HOST + b"\r\nGET /echo?a HTTP/1.1\r\n" + HOST + b"\r\n")
        assert (await line.head())[1][b"content-length"] == b"4"
        assert await line.answer() == (200, b"a")


@pytest.mark.parametrize("endless", [b"1;" + b"x" * 100_000, b"0\r\nX: " + b"x" * 100_000])
async def test_no_line_between_chunks_goes_on_for_ever(server: Server, endless: bytes) -> None:
    async with server.connect() as line:
        line.send(b"POST /echo HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n" + endless)
        assert (await line.head())[0] == 431


async def test_an_upgrade_that_is_not_made_is_an_ordinary_request(server: Server) -> None:
    async with server.connect() as line:
        line.send(b"GET /echo?a HTTP/1.1\r\n" + HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\nmore")
        status, headers = await line.head()
        assert (status, headers[b"connection"], await line.rest()) == (200, b"close", b"a")


async def test_a_connection_ends_when_its_client_has_left(server: Server) -> None:
    """A server that kept it would run out of sockets by clients that come and go."""
    async with server.connect() as line:
        line.send(b"GET /echo?a HTTP/1.1\r\n" + HOST + b"\r\n")
        assert await line.answer() == (200, b"a")
    await until(server.is_left)


async def test_who_comes_while_many_ask_on_is_let_in_too(server: Server) -> None:
    """Where one was let in at a time, two hundred that asked on and on kept everybody else out for a minute."""
    async with AsyncExitStack() as stack:
        answers = dict.fromkeys([await stack.enter_async_context(server.connect()) for _ in range(100)], 0)

        async def ask_on(line: Line) -> None:
            while not all(answers.values()):
                line.send(b"GET /echo?a HTTP/1.1\r\n" + HOST + b"\r\n")
                assert await line.answer() == (200, b"a")
                answers[line] += 1

        await asyncio.gather(*map(ask_on, answers))
    assert max(answers.values()) < 10


async def until_refused(server: Server) -> None:
    async def is_refused() -> bool:
        return not await can_connect(server.port)

    await until(is_refused)


async def test_who_asks_as_the_service_stops_is_told_that_it_does(server: Server) -> None:
    async with server.connect() as line, server.connect() as idle, server.connect() as unused:
        line.send(b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\n\r\nlas")
        idle.send(b"GET /echo?a HTTP/1.1\r\n" + HOST + b"\r\n")
        assert await idle.answer() == (200, b"a")
        server.stop.set()
        await until_refused(server)
        idle.send(b"GET /echo?b HTTP/1.1\r\n" + HOST + b"\r\n")
        status, headers = await idle.head()
        assert (status, headers[b"connection"], await idle.rest()) == (200, b"close", b"b")
        assert await unused.rest() == b""
        line.send(b"t")
        status, headers = await line.head()
        assert (status, headers[b"connection"], await line.rest()) == (200, b"close", b"last")


@pytest.mark.parametrize("under_way", [False, True])
async def test_what_is_asked_while_the_last_connections_part_is_finished(
    monkeypatch: pytest.MonkeyPatch, under_way: bool
) -> None:
    """Whether nothing was under way as the end began, or that has ended since. Seen before: cut after a second."""
    for module in (connections, exchange):
        monkeypatch.setattr(module, "PARTING_SECONDS", 3.0)
    async with run_server() as server, server.connect() as first, server.connect() as later:
        for line in (first, later):
            line.send(b"GET /echo?a HTTP/1.1\r\n" + HOST + b"\r\n")
            assert await line.answer() == (200, b"a")
        if under_way:
            first.send(b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\nfirs")
        server.stop.set()
        await until_refused(server)
        if under_way:
            first.send(b"t")
            assert await first.answer() == (200, b"first")
            assert await first.rest() == b""
        await asyncio.sleep(0.1)
        later.send(b"GET /parts HTTP/1.1\r\n" + HOST + b"\r\n")
        assert await later.reader.readuntil(b"one\r\n")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2):
                await later.reader.read(1)
        server.app.gate.set()  # type: ignore[attr-defined]
        assert b"two" in await later.rest()


async def test_what_is_asked_as_the_service_stops_has_the_time_that_others_have(server: Server) -> None:
    """Seen before: it was cut as soon as all had ended that were under way when the end began."""

    async with server.connect() as first, server.connect() as later:
        first.send(b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\nfirs")
        later.send(b"GET /echo?a HTTP/1.1\r\n" + HOST + b"\r\n")
        assert await later.answer() == (200, b"a")
        server.stop.set()
        await until_refused(server)
        later.send(b"GET /parts HTTP/1.1\r\n" + HOST + b"\r\n")
        assert (await later.head())[0] == 200
        assert await later.reader.readuntil(b"one\r\n")
        first.send(b"t")
        assert await first.answer() == (200, b"first")
        assert await first.rest() == b""
        # It goes on: it is neither told anything nor closed.
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await later.reader.read(1)
        server.app.gate.set()  # type: ignore[attr-defined]
        assert b"two" in await later.rest()

"""An answer that is given before the body has come reaches a client that still sends: it sees no broken pipe."""

import asyncio
import http.client
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from chassis import uploads
from tests.chassis.wire import HOST, LARGEST, Server, run_server
from tests.launch.polling import until

READ = b"GET /echo?a HTTP/1.1\r\n" + HOST
LARGE = b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % (4 * LARGEST)


def parts(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b"x" * 16_384
        time.sleep(0.02)


def send_slowly(port: int, method: str, path: str, count: int) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request(method, path, parts(count), {"Content-Length": str(count * 16_384)})
        return connection.getresponse().status


@pytest.mark.parametrize(
    ("method", "path", "count", "status"),
    [("POST", "/refuse", 10, 401), ("POST", "/echo", 40, 413), ("GET", "/echo", 10, 200)],
)
async def test_who_sends_all_before_it_listens_gets_its_answer(
    server: Server, method: str, path: str, count: int, status: int
) -> None:
    assert await asyncio.to_thread(send_slowly, server.port, method, path, count) == status


async def test_a_body_that_nobody_wants_is_read_to_its_end_and_the_connection_goes_on(server: Server) -> None:
    async with server.connect() as line:
        line.send(READ + b"Content-Length: 5\r\n\r\n")
        assert await line.answer() == (200, b"a")
        line.send(b"whole" + LARGE + b"x" * 2 * LARGEST)
        assert (await line.answer())[0] == 413
        line.send(b"x" * 2 * LARGEST + READ + b"\r\n")
        assert await line.answer() == (200, b"a")


async def test_who_wants_no_more_is_let_go_when_its_body_has_come(server: Server) -> None:
    async with server.connect() as line:
        line.send(READ + b"Connection: close\r\nContent-Length: 5\r\n\r\n")
        assert await line.answer() == (200, b"a")
        line.send(b"whole" + READ + b"\r\n")
        assert await line.rest() == b""
    assert server.app.seen == ["a"]  # type: ignore[attr-defined]


async def test_what_stands_still_behind_an_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_PAUSE_SECONDS", 0.3)
    async with run_server() as server, server.connect() as line:
        line.send(READ + b"Content-Length: 5\r\n\r\nhalf")
        assert await line.answer() == (200, b"a")
        assert await line.rest() == b""


async def test_what_goes_on_for_ever_behind_an_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_PATIENCE", 2)
    async with run_server() as server, server.connect() as line:
        line.send(READ + b"Transfer-Encoding: chunked\r\n\r\n")
        assert await line.answer() == (200, b"a")
        line.send(b"%x\r\n" % (9 * LARGEST) + b"x" * 3 * LARGEST)
        await until(server.is_left)


async def test_who_leaves_with_its_answer_is_let_go(server: Server) -> None:
    async with server.connect() as line:
        line.send(READ + b"Content-Length: 5\r\n\r\nhalf")
        assert await line.answer() == (200, b"a")
    await until(server.is_left)

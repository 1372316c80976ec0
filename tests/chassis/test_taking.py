"""A client that takes nothing of its answer is let go in time, and one that takes it slowly gets all of it."""

import asyncio
import logging
import socket
from contextlib import AsyncExitStack

import pytest

from chassis import connections
from chassis import server as serving
from tests.chassis.wire import HOST, run_server
from tests.launch.polling import until

SIZE = 20_000_000
LARGE = b"GET /large HTTP/1.1\r\n" + HOST + b"\r\n"
POST = b"POST /echo? HTTP/1.1\r\n" + HOST


async def test_a_client_that_takes_nothing_is_let_go_without_a_word(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(serving, "_STUCK_SECONDS", 0.5)
    caplog.set_level(logging.ERROR)
    async with run_server() as server:
        with socket.socket() as stuck:
            stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stuck.connect(("127.0.0.1", server.port))
            stuck.send(b"GET /large HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n")
            await until(lambda: not server.is_left())
            await until(server.is_left)
    assert caplog.records == []


@pytest.mark.parametrize(
    "requests",
    [
        LARGE,
        (POST + b"Content-Length: 50000\r\n\r\n" + b"x" * 50_000) * 400,
    ],
)
async def test_a_client_that_takes_answers_too_slowly_is_let_go(
    monkeypatch: pytest.MonkeyPatch, requests: bytes
) -> None:
    """Be it one that is large, or many that are small: each would hold a place for as long as the client likes."""
    monkeypatch.setattr(connections, "_TAKEN_SECONDS", 0.5)
    async with run_server() as server, server.connect() as line:
        line.send(requests)
        await until(lambda: not server.is_left())
        # Linux would end it by itself, after half a minute.
        await until(server.is_left, 20)


async def test_a_client_that_takes_a_large_answer_steadily_gets_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes longer than any client may that takes nothing."""
    monkeypatch.setattr(connections, "_TAKEN_SECONDS", 2.0)
    async with run_server() as server, server.connect() as line:
        line.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        line.send(LARGE)
        left = int((await line.head())[1][b"content-length"])
        while left:
            data = await line.reader.read(1_000_000)
            assert data
            left -= len(data)
            await asyncio.sleep(len(data) / 5_000_000)


async def test_clients_that_take_nothing_of_large_answers_shut_nobody_out() -> None:
    async with run_server(at_once=2) as server, AsyncExitStack() as stack:
        stuck = [await stack.enter_async_context(server.connect()) for _ in range(3)]
        for line in stuck:
            line.send(LARGE)
            await line.head()
        async with server.connect() as line:
            line.send(b"GET /echo?a HTTP/1.1\r\n" + HOST + b"\r\n")
            assert (await line.answer())[0] == 200
        # Of what they hold there is a bound, at which those are let go that have waited longest.
        for line in stuck[:2]:
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await line.reader.readexactly(SIZE)
        assert len(await stuck[2].reader.readexactly(SIZE)) == SIZE

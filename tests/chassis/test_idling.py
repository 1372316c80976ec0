"""Connections over which nothing is asked shut nobody out, however many there are."""

import asyncio
import gc
import resource
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest

from chassis import server as serving
from chassis.exchange import Exchange
from chassis.http1 import Http1
from chassis.parsing import Reader
from chassis.uploads import Upload
from tests.chassis.wire import HOST, LARGEST, Line, Server, run_server
from tests.launch.polling import until

ASK = b"GET /echo?a HTTP/1.1\r\n" + HOST + b"\r\n"
POST = b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: %b\r\n\r\n"
MOST = 4


async def ask(line: Line) -> None:
    line.send(ASK)
    assert await line.answer() == (200, b"a")


def has_ended(line: Line) -> bool:
    return line.reader.at_eof()


async def connect(stack: AsyncExitStack, server: Server, count: int) -> list[Line]:
    return [await stack.enter_async_context(server.connect()) for _ in range(count)]


async def test_of_connections_that_rest_those_end_that_have_rested_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_MOST_IDLE", MOST)
    async with run_server() as server, AsyncExitStack() as stack:
        unused, used, half, streaming = await connect(stack, server, MOST)
        for line in (unused, half, streaming):
            line.send(b"GET /ticks HTTP/1.1\r\n")
        streaming.send(HOST + b"\r\n")
        await streaming.head()
        await ask(used)
        others = await connect(stack, server, 3)
        for line in others:
            await ask(line)
        assert [await unused.rest(), await half.rest()] == [b"", b""]
        await ask(used)
        assert not any(map(has_ended, (used, streaming, *others)))


async def test_a_connection_rests_until_the_body_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """To send the beginning of one nobody need sign in, and it holds more of us than a connection alone."""
    monkeypatch.setattr(serving, "_MOST_IDLE", MOST)
    async with run_server() as server, AsyncExitStack() as stack:
        half, refused, whole = await connect(stack, server, 3)
        half.send(POST % b"9")
        refused.send(POST % b"999999" + bytes(LARGEST + 1))
        assert (await refused.head())[0] == 413
        whole.send(POST % b"9")
        whole.send(b"o")
        whole.send(b"therwise")
        assert await whole.answer() == (200, b"otherwise")
        for line in await connect(stack, server, MOST):
            await ask(line)
        assert [await half.rest(), (await refused.rest())[-1:]] == [b"", b"}"]


async def test_who_has_sent_the_body_is_not_resting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_MOST_IDLE", 1)
    async with run_server() as server, server.connect() as line:
        line.send(b"POST /parts HTTP/1.1\r\n" + HOST + b"Content-Length: 9\r\nExpect: 100-continue\r\n\r\n")
        assert (await line.head())[0] == 100
        line.send(b"otherwise")
        await line.head()
        for _ in range(2):
            async with server.connect() as other:
                await ask(other)
        server.app.gate.set()  # type: ignore[attr-defined]
        assert (await line.reader.readuntil(b"0\r\n\r\n")).startswith(b"3\r\none")


async def test_what_has_ended_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_MOST_IDLE", 2)
    async with run_server() as server, server.connect() as resting:
        await ask(resting)
        before = asyncio.all_tasks()
        for _ in range(2):
            async with server.connect() as line:
                await ask(line)
            await until(lambda: asyncio.all_tasks() <= before)
        await ask(resting)


def held() -> list[object]:
    return [each for each in gc.get_objects() if isinstance(each, (Http1, Reader, Exchange, Upload))]


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
async def test_what_a_connection_held_goes_with_it() -> None:
    """The collector comes late to what has lived for a while: bursts of some thousands left half a gigabyte."""
    async with run_server() as server:
        for sent in (b"GET", ASK, POST % b"9"):
            async with server.connect() as line:
                line.send(sent)
                await until(held)
        await until(lambda: not held())


@pytest.fixture
def few_files() -> Iterator[int]:
    """The limit that a shell gives is lower than the one that may be asked for."""
    given, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (given - 1, most))
    yield most
    resource.setrlimit(resource.RLIMIT_NOFILE, (given, most))


async def test_a_service_may_open_as_many_files_as_it_is_let(few_files: int) -> None:
    """Each stream is one: a thousand would be all there are."""
    async with run_server() as server, server.connect() as line:
        await ask(line)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(few_files, serving._FILES)

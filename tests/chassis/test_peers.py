"""How a call between services fails, and what is known of it then."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest

from chassis import server
from chassis.passport import PassportOffice
from chassis.peers import AnsweredBadly, HttpTransport, NotAnswered, Peer, Refused, TimedOut
from chassis.peers.transport import KEEPALIVE_SECONDS
from tests.chassis.laboratory import Lab, run_lab, until_logged
from tests.system import SECRETS, free_port

Behave = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@asynccontextmanager
async def serving(behave: Behave, on: socket.socket | None = None) -> AsyncIterator[int]:
    """Its port. `behave` gets each connection, which is closed after it."""

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Who leaves before it has asked was never meant to.
        with suppress(asyncio.IncompleteReadError):
            await behave(reader, writer)
        writer.close()

    listening = await asyncio.start_server(accept, sock=on or socket.create_server(("127.0.0.1", 0)))
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()


def saying(answer: bytes, *, then_silent: bool = False) -> Behave:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        if then_silent:
            await reader.read()

    return behave


@asynccontextmanager
async def peer_at(port: int, *, total: float = 8.0) -> AsyncIterator[Peer]:
    transport = HttpTransport("peer", f"http://127.0.0.1:{port}", total=total)
    await transport.open()
    try:
        yield Peer("peer", transport, PassportOffice("test", SECRETS["TASKSYNC_PASSPORT_SECRET"]))
    finally:
        await transport.close()


async def test_a_refused_connection_was_certainly_not_sent() -> None:
    async with peer_at(free_port()) as peer:
        with pytest.raises(NotAnswered) as raised:
            await peer.call("POST", "/")
    assert not isinstance(raised.value, TimedOut)
    assert raised.value.sent is False


@contextmanager
def full() -> Iterator[socket.socket]:
    """Listens, with a full backlog: that drops what comes, until somebody accepts."""
    with ExitStack() as stack:
        deaf, *crowd = (stack.enter_context(socket.socket()) for _ in range(4))
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for one in crowd:
            one.setblocking(False)
            one.connect_ex(deaf.getsockname())
        yield deaf


def knocking(port: int) -> int:
    """How many connections to `port` wait to be let in."""
    return Path("/proc/net/tcp").read_text().count(f":{port:04X} 02")


async def test_a_connection_that_never_opens_times_out_and_was_not_sent() -> None:
    with full() as deaf:
        async with peer_at(deaf.getsockname()[1], total=0.9) as peer:
            with pytest.raises(TimedOut) as raised:
                await peer.call("POST", "/")
    assert raised.value.sent is False


async def test_who_allows_much_time_waits_longer_for_a_connection() -> None:
    with full() as deaf:
        port = deaf.getsockname()[1]
        waiting = knocking(port)
        async with peer_at(port) as peer, asyncio.timeout(30):
            call = asyncio.create_task(peer.call("POST", "/"))
            while knocking(port) == waiting:
                await asyncio.sleep(0.001)
            # What was dropped knocks again after a second.
            async with serving(saying(OK), deaf):
                assert (await call).status == 200


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Le", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"],
)
async def test_silence_after_sending_times_out_and_may_have_happened(answer: bytes) -> None:
    async with serving(saying(answer, then_silent=True)) as port, peer_at(port, total=1.5) as peer:
        with pytest.raises(TimedOut) as raised:
            await peer.call("POST", "/")
    assert raised.value.sent is True


async def test_a_connection_closed_without_an_answer_may_have_happened() -> None:
    async with serving(saying(b"")) as port, peer_at(port) as peer:
        with pytest.raises(NotAnswered) as raised:
            await peer.call("POST", "/")
    assert raised.value.sent is True


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\n{}",
    ],
)
async def test_garbage_and_5xx_are_answered_badly(answer: bytes) -> None:
    async with serving(saying(answer)) as port, peer_at(port) as peer:
        with pytest.raises(AnsweredBadly):
            await peer.send("POST", "/")


async def test_a_4xx_is_refused_with_the_answer_itself() -> None:
    async with serving(saying(b"HTTP/1.1 409 No\r\nContent-Length: 2\r\n\r\n{}")) as port, peer_at(port) as peer:
        with pytest.raises(Refused) as raised:
            await peer.call("POST", "/")
    assert (raised.value.answer.status, raised.value.answer.body) == (409, b"{}")


async def test_a_redirect_is_not_followed() -> None:
    moved = b"HTTP/1.1 302 Moved\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
    async with serving(saying(moved)) as port, peer_at(port) as peer:
        assert (await peer.send("GET", "/")).status == 302


async def test_calls_share_one_kept_connection() -> None:
    connections = 0

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while await reader.readline():
            await reader.readuntil(b"\r\n\r\n")
            writer.write(OK)

    async with serving(behave) as port, peer_at(port) as peer:
        for _ in range(5):
            assert (await peer.call("GET", "/")).body == b"{}"
        assert connections == 1


async def test_a_kept_connection_that_the_server_closed_is_not_used_again() -> None:
    async with serving(saying(OK)) as port, peer_at(port) as peer:
        for _ in range(5):
            assert (await peer.call("POST", "/", body=b"{}")).status == 200
            # The end of the connection arrives in a later turn of this event loop.
            await asyncio.sleep(0.02)


def test_a_server_keeps_idle_connections_longer_than_its_peers_do() -> None:
    assert server._IDLE_SECONDS > 2 * KEEPALIVE_SECONDS


@asynccontextmanager
async def lab_beside(behave: Behave, **settings: str) -> AsyncIterator[Lab]:
    """A lab whose peer behaves so."""
    async with serving(behave) as port:
        async with run_lab(TASKSYNC_PEER_URL=f"http://127.0.0.1:{port}", **settings) as lab:
            yield lab


async def test_a_peer_that_is_down_is_503_and_named_in_answer_and_log() -> None:
    async with run_lab() as lab:
        reply = await lab.call("GET", "/hop", request_id="r1")
        assert (reply.status, reply.code) == (503, "unavailable")
        assert "peer" in reply.json()["detail"]
        await until_logged(lab, "peer.failed", request_id="r1", peer="peer")


@pytest.mark.parametrize(("method", "status", "code"), [("GET", 503, "unavailable"), ("POST", 504, "timeout")])
async def test_what_a_peer_that_died_was_asked_to_write_may_have_been_written(
    method: str, status: int, code: str
) -> None:
    async with lab_beside(saying(b"")) as lab:
        reply = await lab.call(method, "/hop")
        assert (reply.status, reply.code) == (status, code)


async def test_a_peer_that_is_silent_is_504() -> None:
    async with lab_beside(saying(b"", then_silent=True), TASKSYNC_CALL_SECONDS="1.5") as lab:
        reply = await lab.call("GET", "/hop")
        assert (reply.status, reply.code) == (504, "timeout")


async def test_a_peer_that_fails_is_502_without_its_internals() -> None:
    """Seen before it was fixed: 503, cannot be reached, which sends people to look at the network."""
    async with lab_beside(saying(b"HTTP/1.1 500 Oops\r\nContent-Length: 6\r\n\r\nsecret")) as lab:
        reply = await lab.call("GET", "/hop", request_id="r2")
        assert (reply.status, reply.code, reply.json()["request_id"]) == (502, "failed", "r2")
        assert b"secret" not in reply.body
        assert "Retry-After" not in reply.headers


async def test_a_peers_refusal_passes_through_as_itself() -> None:
    refusal = (
        b"HTTP/1.1 429 Slow\r\nContent-Type: application/problem+json\r\nRetry-After: 7\r\n"
        b'Set-Cookie: a=b\r\nContent-Length: 15\r\n\r\n{"code":"slow"}'
    )
    async with lab_beside(saying(refusal)) as lab:
        reply = await lab.call("GET", "/hop")
        assert (reply.status, reply.code) == (429, "slow")
        assert reply.headers["Retry-After"] == "7"
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert "Set-Cookie" not in reply.headers

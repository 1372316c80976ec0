"""Services that are frozen, dead, slow or talk nonsense: real sockets, in place of a service behind the gateway."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress

from chassis.peers import HttpTransport
from gateway.services import EXTENSION as SERVICES
from gateway.views.memory import EXTENSION as MEMORY
from tests.system import System

# Longer than any test lasts: what waits for as long would show.
ENDLESS = 60.0
Behave = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def away(system: System, service: str, port: int, *, seconds: float = 3.0) -> AsyncIterator[HttpTransport]:
    """While it lasts the gateway looks for `service` at `port`, waits `seconds` for it, and remembers no views."""
    extensions = system.apps["gateway"].extensions
    peer, memory = extensions[SERVICES].named(service), extensions[MEMORY]
    transport = HttpTransport(service, f"http://127.0.0.1:{port}", total=seconds)
    await transport.open()
    peer._transport, before = transport, peer._transport
    most, memory._most = memory._most, 0
    memory.hear(None)
    try:
        yield transport
    finally:
        peer._transport, memory._most = before, most
        await transport.close()


@contextmanager
def frozen() -> Iterator[int]:
    """The port of a server whose system accepts, and which never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(256)
        yield server.getsockname()[1]


@contextmanager
def dead() -> Iterator[int]:
    """A port at which connections are refused; it is held, so that nobody else comes to listen there."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        yield server.getsockname()[1]


@asynccontextmanager
async def gone(system: System, service: str) -> AsyncIterator[HttpTransport]:
    """While it lasts, connections are refused where the gateway looks for `service`."""
    with dead() as port:
        async with away(system, service, port) as transport:
            yield transport


@asynccontextmanager
async def serving(behave: Behave) -> AsyncIterator[int]:
    """The port of a server that does so with each connection."""

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await behave(reader, writer)
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def saying(answer: bytes) -> AsyncIterator[int]:
    """The port of a server that gives this answer to every request, and closes the connection."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    async with serving(behave) as port:
        yield port


@asynccontextmanager
async def slowed(system: System, service: str, seconds: float) -> AsyncIterator[None]:
    """The service itself, each request to which takes so much longer."""

    async with serving(_relay(system, service, seconds)) as port, away(system, service, port, seconds=ENDLESS):
        yield


async def open_later(system: System, service: str, port: int, seconds: float) -> asyncio.Server:
    """The service itself at `port`, where nobody listens for so many seconds."""
    await asyncio.sleep(seconds)
    return await asyncio.start_server(_relay(system, service, 0), "127.0.0.1", port)


def _relay(system: System, service: str, seconds: float) -> Behave:
    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", system.ports[service])
        try:
            await asyncio.gather(_pump(reader, far_writer, seconds), _pump(far_reader, writer, 0))
        finally:
            far_writer.close()

    return relay


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            await asyncio.sleep(seconds)
            writer.write(data)
            await writer.drain()
    writer.close()


def _answer(body: bytes, kind: str = "application/json", status: str = "200 OK", length: int | None = None) -> bytes:
    head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: {kind}\r\n"
    return f"{head}Content-Length: {len(body) if length is None else length}\r\n\r\n".encode() + body


GARBAGE = {
    "html": _answer(b"<html>Welcome to the printer</html>", "text/html"),
    "not-json": _answer(b"{]"),
    "half-json": _answer(b'{"id":"0198","items":[{"id":'),
    "other-json": _answer(b'["hello"]'),
    "null": _answer(b"null"),
    "empty-object": _answer(b"{}"),
    "empty": _answer(b""),
    "no-utf-8": _answer(b'{"id":"\xff","items":["\xff"],"next":null}'),
    "cut-off": _answer(b'{"id":', length=900),
    "wrong-type": _answer(b'{"id":"0198","items":[],"next":null}', "text/plain"),
    "fault": _answer(b'{"oops":1}', status="500 Oops"),
    "no-http": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "hangs-up": b"",
}
HANGING = ("frozen", "slow")
FAULTS = [*HANGING, "dead", *GARBAGE]


@asynccontextmanager
async def failing(system: System, service: str, fault: str) -> AsyncIterator[str]:
    """What `parts` say of it."""
    async with AsyncExitStack() as stack:
        if fault == "slow":
            await stack.enter_async_context(slowed(system, service, 4.0))
        elif fault == "frozen":
            port = stack.enter_context(frozen())
            await stack.enter_async_context(away(system, service, port, seconds=ENDLESS))
        elif fault == "dead":
            await stack.enter_async_context(away(system, service, stack.enter_context(dead())))
        else:
            port = await stack.enter_async_context(saying(GARBAGE[fault]))
            await stack.enter_async_context(away(system, service, port))
        yield "timeout" if fault in HANGING else "unavailable"

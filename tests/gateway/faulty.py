"""Services that are frozen, dead, slow or talk nonsense: real sockets, in place of a service behind the gateway."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from chassis.peers import HttpTransport
from gateway.services import EXTENSION as SERVICES
from tests.system import System

Behave = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def away(system: System, service: str, port: int, *, seconds: float = 3.0) -> AsyncIterator[HttpTransport]:
    """While it lasts the gateway looks for `service` at `port`, and waits `seconds` for an answer."""
    peer = system.apps["gateway"].extensions[SERVICES].named(service)
    transport = HttpTransport(service, f"http://127.0.0.1:{port}", total=seconds)
    await transport.open()
    peer._transport, before = transport, peer._transport
    try:
        yield transport
    finally:
        peer._transport = before
        await transport.close()


@contextmanager
def frozen() -> Iterator[int]:
    """The port of a server whose system accepts, and which never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(256)
        yield server.getsockname()[1]


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

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", system.ports[service])
        try:
            await asyncio.gather(_pump(reader, far_writer, seconds), _pump(far_reader, writer, 0))
        finally:
            far_writer.close()

    async with serving(relay) as port, away(system, service, port):
        yield


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            await asyncio.sleep(seconds)
            writer.write(data)
            await writer.drain()
    writer.close()

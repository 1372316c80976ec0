"""Wires between processes. What of it changes something, when one process sends it, is counted step by step, and the
process can be killed before any step."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.effects import Changes, always, asks_for_more, session
from tests.faults.processes import Program

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Trigger:
    """Kills `program` instead of letting its `step`-th message out that changes something, counted from now. What
    comes in does not, nor does a read, so between two such messages there is one state of the world: these kills meet
    each of them."""

    program: Program
    step: int
    seen: int = 0
    fired: bool = False

    def lets_through(self) -> bool:
        self.seen += 1
        if self.seen < self.step:
            return True
        if not self.fired:
            self.fired = True
            self.program.kill()
        return False


@dataclass
class Switchboard:
    """The trigger armed at present, if any, for all wires."""

    trigger: Trigger | None = None

    def carries(self, sender: str) -> bool:
        """Whether a message of `sender` that changes something goes on its way."""
        armed = self.trigger
        return armed is None or armed.program.name != sender or armed.lets_through()


@dataclass
class Wire:
    """From `near` (a service that calls) to the service or database `far`, at the socket `target`."""

    board: Switchboard
    near: str
    far: str
    target: Path
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far = await asyncio.open_unix_connection(self.target)
        except OSError:
            writer.transport.abort()
            return
        asked = session() if self.far == "postgres" else asks_for_more
        await asyncio.gather(
            self._pump(self.near, (reader, far[1]), asked), self._pump(self.far, (far[0], writer), always)
        )

    async def _pump(self, sender: str, streams: Streams, changes: Changes) -> None:
        reader, writer = streams
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                if not changes(data) or self.board.carries(sender):
                    writer.write(data)
                    await writer.drain()
        writer.close()


@asynccontextmanager
async def lay(wire: Wire, at: Path) -> AsyncIterator[None]:
    """The near end is the Unix socket `at`."""
    server = await asyncio.start_unix_server(wire.accept, at)
    try:
        yield
    finally:
        server.close()


@asynccontextmanager
async def lay_to_port(wire: Wire, port: int) -> AsyncIterator[None]:
    """The near end is a TCP port of this machine."""
    server = await asyncio.start_server(wire.accept, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()

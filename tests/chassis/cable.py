"""A cable between a service and the server it speaks with, which can be cut, blocked, and mended."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Cable:
    """`port` is the near end."""

    port: int = 0
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _flows: asyncio.Event = field(default_factory=asyncio.Event)
    _ends: asyncio.Event = field(default_factory=asyncio.Event)
    _is_whole: bool = True
    _hidden: set[asyncio.StreamWriter] = field(default_factory=set)

    def cut(self) -> None:
        """Ends the connections, and refuses new ones."""
        self._is_whole = False
        for writer in self._writers:
            writer.transport.abort()

    def block(self) -> None:
        """Carries nothing more, and ends nothing: as a machine that is gone without a word."""
        self._flows.clear()

    def hide_ends(self) -> None:
        """Carries all but that a connection has ended."""
        self._ends.clear()

    async def has_hidden_all(self) -> bool:
        """Whether each far end has ended, and all that it said has been carried."""
        return len(self._hidden) * 2 >= len(self._writers)

    def mend(self) -> None:
        self._is_whole = True
        self._flows.set()
        self._ends.set()

    async def carry(self, near: Streams, far: Streams) -> None:
        writers = {near[1], far[1]}
        self._writers |= writers
        try:
            await asyncio.gather(self._pump(near[0], far[1]), self._pump(far[0], near[1]))
        finally:
            self._writers -= writers
            self._hidden -= writers
            for writer in writers:
                writer.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
        self._hidden.add(writer)
        await self._ends.wait()
        writer.close()

    async def accept(self, near: Streams, connect: Callable[[], Awaitable[Streams]]) -> None:
        if not self._is_whole:
            near[1].transport.abort()
            return
        await self.carry(near, await connect())


@asynccontextmanager
async def lay_cable(connect: Callable[[], Awaitable[Streams]]) -> AsyncIterator[Cable]:
    """`connect` opens the far end of each connection."""
    cable = Cable()
    cable.mend()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await cable.accept((reader, writer), connect)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    cable.port = server.sockets[0].getsockname()[1]
    try:
        yield cable
    finally:
        cable.mend()
        cable.cut()
        server.close()

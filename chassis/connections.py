"""One connection, as Hypercorn serves it, but for what is refused before it comes so far."""

import asyncio
from contextlib import suppress
from typing import cast

from hypercorn.asyncio.tcp_server import MAX_RECV, TCPServer
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.events import Closed, Event, RawData, Updated
from hypercorn.protocol.h11 import H11Protocol
from hypercorn.typing import AppWrapper

from chassis.admission import App, Arrival, QuickRefusal
from chassis.exchange import PARTING_SECONDS, Exchanges
from chassis.http1 import Http1

# Who does not take a piece in so long, while more waits for them than a connection holds, is given up.
_TAKEN_SECONDS = 60.0
_PIECE = 256 * 1024
_END_OF_HEAD = b"\r\n\r\n"
# With one of these a body may follow, which would be taken for the next request, or the connection is to end, or the
# refusal is for a page of another origin.
_MORE = (b"content-length", b"transfer-encoding", b"close", b"http/1.0", b"\norigin:")


class Gate(asyncio.StreamReaderProtocol):
    """Where the bytes of a connection come in. What can be refused at once is, and wakes no task."""

    connection: "Connection | None" = None

    def data_received(self, data: bytes) -> None:
        if self.connection is None or not self.connection.turn_away(data):
            super().data_received(data)


class Connection(TCPServer):
    """One connection. What it reads it gives to Hypercorn, unless it is refused."""

    def __init__(
        self,
        app: App,
        loop: asyncio.AbstractEventLoop,
        config: Config,
        context: WorkerContext,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        refusal: QuickRefusal,
        exchanges: Exchanges,
    ) -> None:
        # Hypercorn only hands the app on.
        super().__init__(cast("AppWrapper", app), loop, config, context, {}, reader, writer)
        self._refusal, self._arrival, self._exchanges = refusal, Arrival(refusal.door), exchanges
        self._http: Http1
        # For what comes next: nothing of it has come yet.
        self._waits = False
        self._is_idle = True
        self._idle_since = loop.time()

    async def run(self) -> None:
        try:
            await super().run()
        finally:
            # What holds each other waits for the collector, which comes late to what has lived for a while.
            http: Http1 | None = vars(self).get("_http")
            if http is not None:
                http.forget()
            vars(self).clear()

    async def protocol_send(self, event: Event) -> None:
        if isinstance(event, Updated):
            self._is_idle, self._idle_since = event.idle, self.loop.time()
            self._note_resting(event.idle or self._http.is_receiving)
            return
        if isinstance(event, RawData):
            await self._write(event.data)
        else:
            await super().protocol_send(event)

    def _note_resting(self, is_resting: bool) -> None:
        idlers, transport = self._exchanges.idlers, self.writer.transport
        idlers.end(transport)
        if is_resting:
            idlers.begin(transport)

    async def _write(self, data: bytes) -> None:
        async with self.send_lock:
            try:
                for start in range(0, len(data), _PIECE):
                    self.writer.write(data[start : start + _PIECE])
                    await self._until_taken(len(data) - start)
            except (OSError, RuntimeError):
                # The client is lost, or takes nothing.
                self.writer.transport.abort()
                await self.protocol.handle(Closed())

    async def _until_taken(self, size: int) -> None:
        """Waits for the client, if it has yet to take some of the `size` bytes that are left."""
        if not self._is_behind():
            await self.writer.drain()
            return
        with self._exchanges.takers.waiting(self.writer.transport, size):
            async with asyncio.timeout(_TAKEN_SECONDS):
                await self.writer.drain()

    async def _idle_timeout(self) -> None:
        """Ends the connection when nothing is asked over it for long, or shall be any more."""
        ended = self.context.terminated
        while not ended.is_set() and self._idle_seconds() < self.config.keep_alive_timeout:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.config.keep_alive_timeout - self._idle_seconds()):
                    await ended.wait()
        if ended.is_set():
            await asyncio.sleep(PARTING_SECONDS)
        if self._is_idle:
            await self._initiate_server_close()

    def _idle_seconds(self) -> float:
        return self.loop.time() - self._idle_since if self._is_idle else 0.0

    async def _read_data(self) -> None:
        self._http = self.protocol.protocol = Http1(cast("H11Protocol", self.protocol.protocol), self._exchanges)
        gate = cast("Gate", self.writer.transport.get_protocol())
        gate.connection = self
        self._note_resting(True)
        try:
            await self._read_all()
        except OSError:
            # The client is gone.
            pass
        finally:
            gate.connection = None
            self._arrival.end()
            # Hypercorn's group of tasks would wait for it.
            await self.idle_task.stop()
            self._note_resting(False)
        await self.protocol.handle(Closed())
        self._arrival.is_over = True

    async def _read_all(self) -> None:
        while not self.reader.at_eof():
            self._waits = True
            data = await self.reader.read(MAX_RECV)
            # What came before anybody waited for it has not been looked at.
            if data and not (self._waits and self.turn_away(data)):
                await self.protocol.handle(RawData(data))

    def turn_away(self, data: bytes) -> bool:
        """Refuses what comes now, if it is a read that there is no room for; else it is to be served."""
        if not self._waits:
            return False
        if self._is_small_read(data):
            if refusal := self._refusal.make():
                self.writer.write(refusal)
                return True
            self._arrival.begin()
        self._waits = False
        return False

    def _is_small_read(self, data: bytes) -> bool:
        """Whether this is one whole request of the API to read something, and the connection stays open after it."""
        if not data.startswith(b"GET /v1/") or data.find(_END_OF_HEAD) != len(data) - len(_END_OF_HEAD):
            return False
        lowered = data.lower()
        return self._http.is_idle and not any(word in lowered for word in _MORE) and not self._is_behind()

    def _is_behind(self) -> bool:
        """Whether the client has yet to take what it was sent before."""
        return self.writer.transport.get_write_buffer_size() > 0

"""Accepts connections, and hands each to Hypercorn.

Hypercorn's own accepts all that wait at once, and to refuse a request costs half of what an answer does: under three
times the load it can carry it would do little else. Here one is accepted between others' turns, the rest waits in the
kernel, which costs nothing; and a read for which there is no room is refused before it is parsed.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from hypercorn.asyncio.task_group import TaskGroup
from hypercorn.asyncio.tcp_server import MAX_RECV, TCPServer
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.events import Closed, Event, RawData, Updated
from hypercorn.protocol.h11 import H11Protocol
from hypercorn.typing import AppWrapper

from chassis.admission import Arrival, QuickRefusal
from chassis.http1 import Http1
from chassis.logs import get_log

_log = get_log(__name__)
# So many as can be accepted in about a second: who would wait longer is better told so by the kernel.
_BACKLOG = 1024
# How long nobody is let in when the system has no more sockets.
_EXHAUSTED_SECONDS = 0.1
# When the service ends: so long a kept connection is still answered, with the word that it closes. Who uses it then
# goes elsewhere, and does not send a request into its end.
_PARTING_SECONDS = 0.5
_END_OF_HEAD = b"\r\n\r\n"
# With one of these a body may follow, which would be taken for the next request, or the connection is to end.
_MORE = (b"content-length", b"transfer-encoding", b"close", b"http/1.0")


class Listener:
    """The sockets of one service, and the connections that came to them."""

    def __init__(self, app: AppWrapper, config: Config, refusal: QuickRefusal) -> None:
        self._app, self._config, self._refusal = app, config, refusal
        self._context = WorkerContext(None)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._accepting: list[asyncio.Task[None]] = []
        self._sockets: list[socket.socket] = []

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Serves inside the block. Raises OSError for an address that cannot be listened at."""
        self._sockets = self._config.create_sockets().insecure_sockets
        try:
            for each in self._sockets:
                each.setblocking(False)
                each.listen(_BACKLOG)
                self._accepting.append(asyncio.create_task(self._accept(each)))
            yield
        finally:
            await self.close(0)

    async def stop_accepting(self) -> None:
        """Lets nobody in any more, and closes the connections over which nothing is asked."""
        for task in self._accepting:
            task.cancel()
        await asyncio.gather(*self._accepting, return_exceptions=True)
        self._accepting.clear()
        for each in self._sockets:
            each.close()
        await self._context.terminated.set()

    async def close(self, seconds: float) -> None:
        """Waits for the connections to end, and cuts those left after `seconds`."""
        await self.stop_accepting()
        for cut in (False, True):
            for task in self._tasks if cut else ():
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=seconds)

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await _until_readable(listening)
            try:
                accepted, _ = listening.accept()
            except BlockingIOError:
                continue
            except OSError as error:
                _log.warning("server.accepts_nothing", error=str(error))
                await asyncio.sleep(_EXHAUSTED_SECONDS)
                continue
            accepted.setblocking(False)
            with suppress(OSError):
                await loop.connect_accepted_socket(self._open, accepted)

    def _open(self) -> asyncio.StreamReaderProtocol:
        return asyncio.StreamReaderProtocol(asyncio.StreamReader(), self._serve)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        loop = asyncio.get_running_loop()
        # Only the end of the service cancels it, and a client may be lost at the last; asyncio would complain.
        with suppress(asyncio.CancelledError, OSError):
            await _Connection(self._app, loop, self._config, self._context, reader, writer, self._refusal)


async def _until_readable(listening: socket.socket) -> None:
    """The loop's own `sock_accept` loses a connection when it is cancelled in the moment in which one comes."""
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(listening, readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(listening)


class _Tasks(TaskGroup):
    """Those of one connection. It takes the place of `other`."""

    def __init__(self, other: TaskGroup) -> None:
        vars(self).update(vars(other))

    async def spawn_app(self, *args: Any) -> Callable[[Any], Awaitable[None]]:
        """Starts the app for one request, and returns what tells it of what comes from the client."""
        put: Any = await super().spawn_app(*args)
        inbox: asyncio.Queue[Any] = put.__self__

        async def tell(message: Any) -> None:
            # An app that reads no more makes no room, and both it and the connection would wait for ever.
            if message["type"] == "http.disconnect" and inbox.full():
                while not inbox.empty():
                    inbox.get_nowait()
            await inbox.put(message)

        return tell


class _Connection(TCPServer):
    """One connection. What it reads it gives to Hypercorn, unless it is refused."""

    def __init__(
        self,
        app: AppWrapper,
        loop: asyncio.AbstractEventLoop,
        config: Config,
        context: WorkerContext,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        refusal: QuickRefusal,
    ) -> None:
        super().__init__(app, loop, config, context, {}, reader, writer)
        self._refusal, self._arrival = refusal, Arrival(refusal.door)
        self._is_idle = True
        self._idle_since = loop.time()

    async def protocol_send(self, event: Event) -> None:
        if isinstance(event, Updated):
            self._is_idle, self._idle_since = event.idle, self.loop.time()
            return
        try:
            await super().protocol_send(event)
        except OSError:
            # Of those that mean a lost client, Hypercorn knows the ConnectionErrors alone.
            await self.protocol.handle(Closed())

    async def _idle_timeout(self) -> None:
        """Ends the connection when nothing is asked over it for long, or shall be any more."""
        ended = self.context.terminated
        while not ended.is_set() and self._idle_seconds() < self.config.keep_alive_timeout:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.config.keep_alive_timeout - self._idle_seconds()):
                    await ended.wait()
        if ended.is_set():
            await asyncio.sleep(_PARTING_SECONDS)
        if self._is_idle:
            await self._initiate_server_close()

    def _idle_seconds(self) -> float:
        return self.loop.time() - self._idle_since if self._is_idle else 0.0

    async def _read_data(self) -> None:
        self.protocol.task_group = self.protocol.protocol.task_group = _Tasks(self._task_group)
        if isinstance(self.protocol.protocol, H11Protocol):
            self.protocol.protocol = Http1(self.protocol.protocol)
        try:
            while not self.reader.at_eof():
                if not (data := await self.reader.read(MAX_RECV)):
                    break
                if not self._is_small_read(data):
                    await self.protocol.handle(RawData(data))
                elif refusal := self._refusal.make():
                    self.writer.write(refusal)
                    await self.writer.drain()
                else:
                    self._arrival.begin()
                    await self.protocol.handle(RawData(data))
        except OSError:
            # The client is gone.
            pass
        finally:
            self._arrival.end()
            # Hypercorn's group of tasks would wait for it.
            await self.idle_task.stop()
        await self.protocol.handle(Closed())

    def _is_small_read(self, data: bytes) -> bool:
        """Whether this is one whole request of the API to read something, and the connection stays open after it."""
        if not data.startswith(b"GET /v1/") or data.find(_END_OF_HEAD) != len(data) - len(_END_OF_HEAD):
            return False
        protocol, lowered = self.protocol.protocol, data.lower()
        return isinstance(protocol, Http1) and protocol.is_idle and not any(word in lowered for word in _MORE)

"""Accepts connections, and hands each to Hypercorn.

Hypercorn's own accepts all that wait at once, and to refuse a request costs half of what an answer does: under three
times the load it can carry it would do little else. Here a few are accepted between others' turns, the rest waits in
the kernel, which costs nothing; and a read for which there is no room is refused before it is parsed, in
`chassis.connections`.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config

from chassis.admission import App, QuickRefusal
from chassis.connections import Connection, Gate
from chassis.exchange import Exchanges
from chassis.logs import get_log

_log = get_log(__name__)
# So many as can be accepted in about a second: who would wait longer is better told so by the kernel.
_BACKLOG = 1024
# One is let in at a time, and one more for so many that are here: the more ask, the longer it is to the next time.
_HERE, _MORE = 8, 31
# How long nobody is let in when the system has no more sockets.
_EXHAUSTED_SECONDS = 0.1


class Listener:
    """The sockets of one service, and the connections that came to them."""

    def __init__(self, app: App, config: Config, refusal: QuickRefusal, exchanges: Exchanges) -> None:
        self._app, self._config, self._refusal, self._exchanges = app, config, refusal, exchanges
        self._context = WorkerContext(None)
        # The tasks that serve them.
        self.connections: set[asyncio.Task[Any]] = set()
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
            for task in self.connections if cut else ():
                task.cancel()
            if self.connections:
                await asyncio.wait(self.connections, timeout=seconds)

    async def _accept(self, listening: socket.socket) -> None:
        while True:
            await _until_readable(listening)
            try:
                accepted = _accept_some(listening, 1 + min(len(self.connections) // _HERE, _MORE))
            except OSError as error:
                _log.warning("server.accepts_nothing", error=str(error))
                await asyncio.sleep(_EXHAUSTED_SECONDS)
                continue
            await asyncio.gather(*map(self._begin, accepted))

    async def _begin(self, accepted: socket.socket) -> None:
        with suppress(OSError):
            await asyncio.get_running_loop().connect_accepted_socket(self._open, accepted)

    def _open(self) -> asyncio.StreamReaderProtocol:
        return Gate(asyncio.StreamReader(), self._serve)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self.connections.add(task)
            task.add_done_callback(self.connections.discard)
        loop = asyncio.get_running_loop()
        # Only the end of the service cancels it, and a client may be lost at the last; asyncio would complain.
        with suppress(asyncio.CancelledError, OSError):
            server = (self._app, loop, self._config, self._context, reader, writer)
            await Connection(*server, self._refusal, self._exchanges)


def _accept_some(listening: socket.socket, most: int) -> list[socket.socket]:
    """Raises OSError if there is none to be had."""
    accepted: list[socket.socket] = []
    while len(accepted) < most:
        try:
            accepted.append(listening.accept()[0])
        except BlockingIOError:
            break
        except OSError:
            if not accepted:
                raise
            break
    for each in accepted:
        each.setblocking(False)
    return accepted


async def _until_readable(listening: socket.socket) -> None:
    """The loop's own `sock_accept` loses a connection when it is cancelled in the moment in which one comes."""
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(listening, readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(listening)

"""Serves an app, and owns its end: Hypercorn's own waits for ever on an open stream."""

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.config import Config, Sockets
from quart import Quart

from chassis.admission import STREAMS, App, QuickRefusal, answer, guard
from chassis.listening import Listener
from chassis.logs import get_log
from chassis.problems import Problem
from chassis.settings import ServiceSettings

_log = get_log(__name__)
# How long an idle connection is kept: longer than any peer of ours keeps its end (see chassis.peers).
_IDLE_SECONDS = 75.0
# How long a client may take nothing of what is sent to it: then its connection ends, and all that waited for it.
_STUCK_SECONDS = 30.0
# What is left to close the connections once no request is left, and then for the rest.
_CLOSE_SECONDS = 1.0

_GONE = {"type": "http.disconnect"}

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class Exchange:
    """One request and its answer, on their way through an ASGI app."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._receiver: asyncio.Task[Any] | None = None
        self.answering = False
        self.is_stream = False
        self.is_cut = False

    async def receive(self) -> Any:
        self._receiver = asyncio.current_task()
        try:
            return _GONE if self.is_cut else await self._receive()
        except asyncio.CancelledError:
            if not self.is_cut:
                raise
            return _GONE
        finally:
            self._receiver = None

    async def send(self, message: Any) -> None:
        self.answering = True
        if message["type"] == "http.response.start":
            self.is_stream = not STREAMS.isdisjoint(map(tuple, message["headers"]))
        await self._send(message)

    def cut(self) -> None:
        """Tells the app that the client is gone: it cancels its handler and closes its stream, as for any client."""
        self.is_cut = True
        if self._receiver is not None:
            self._receiver.cancel()


class RequestTracker:
    """An ASGI wrapper that knows which requests are under way, to wait for them and then to end them."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._exchanges: dict[asyncio.Task[Any], Exchange] = {}

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        if scope["type"] == "lifespan" or task is None:
            await self._app(scope, receive, send)
            return
        exchange = self._exchanges[task] = Exchange(receive, send)
        try:
            await self._app(scope, exchange.receive, exchange.send)
            if exchange.is_cut and not exchange.answering:
                await _refuse(send)
        finally:
            del self._exchanges[task]

    async def drain(self, seconds: float) -> int:
        """Waits for the requests under way, and cuts those left after `seconds`. Returns how many those were.

        Streams are cut at once."""
        for exchange in list(self._exchanges.values()):
            if exchange.is_stream:
                exchange.cut()
        if not self._exchanges:
            return 0
        _, late = await asyncio.wait(self._exchanges, timeout=seconds)
        for task in late:
            self._exchanges[task].cut()
        if late:
            await asyncio.wait(late, timeout=_CLOSE_SECONDS)
        return len(late)


async def _refuse(send: Send) -> None:
    detail = "The service is stopping, and gave this request up."
    await answer(send, Problem(503, "stopping", detail, headers={"Retry-After": "1"}), {})


async def serve(app: Quart, settings: ServiceSettings, stop: asyncio.Event) -> None:
    """Serves until `stop` is set, then ends within `shutdown_seconds` and three more, whatever is still open."""
    tracker = RequestTracker(guard(app))
    listener = Listener(ASGIWrapper(tracker), _config(settings), QuickRefusal(app))
    async with _started(app), listener.run():
        await stop.wait()
        await listener.stop_accepting()
        cut = await tracker.drain(settings.shutdown_seconds)
        _log.info("server.stopping", requests_cut=cut)
        await listener.close(_CLOSE_SECONDS)


@asynccontextmanager
async def _started(app: Quart) -> AsyncIterator[None]:
    """Runs what the app does beside its requests, from before the first to after the last of them."""
    await app.startup()
    try:
        yield
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await app.shutdown()


async def serve_until_signalled(app: Quart, settings: ServiceSettings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(app, settings, stop)


class _Config(Config):
    def create_sockets(self) -> Sockets:
        sockets = super().create_sockets()
        # Linux alone has it, and no Unix socket. Each connection inherits it from the socket that it came to.
        option = getattr(socket, "TCP_USER_TIMEOUT", None)
        for each in sockets.insecure_sockets:
            if option and each.family != socket.AF_UNIX:
                each.setsockopt(socket.IPPROTO_TCP, option, int(_STUCK_SECONDS * 1000))
        return sockets


def _config(settings: ServiceSettings) -> Config:
    config = _Config()
    config.bind = [settings.bind]
    config.keep_alive_timeout = _IDLE_SECONDS
    # A connection does not wear out, and a peer that asks often would have to open one every few seconds.
    config.keep_alive_max_requests = 2**31
    config.accesslog = None
    config.errorlog = logging.getLogger("hypercorn")
    config.include_server_header = False
    config.h11_max_incomplete_size = 32 * 1024
    return config

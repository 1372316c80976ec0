"""Serves an app with Hypercorn, and owns its end: Hypercorn's own waits for ever on an open stream."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from typing import Any

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from quart import Quart

from chassis.logs import get_log
from chassis.settings import ServiceSettings

_log = get_log(__name__)
# How long an idle connection is kept: longer than any peer of ours keeps its end (see chassis.peers).
_IDLE_SECONDS = 75.0
# What Hypercorn gets to close its sockets once no request is left.
_CLOSE_SECONDS = 1.0

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class RequestTracker:
    """An ASGI wrapper that knows which requests are under way, to wait for them and then to end them."""

    def __init__(self, app: Quart) -> None:
        self._app = app
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a request runs in a task")
        self._tasks.add(task)
        try:
            await self._app(scope, receive, send)
        finally:
            self._tasks.discard(task)

    async def drain(self, seconds: float) -> int:
        """Waits for the requests under way, cancels those left after `seconds`, and returns how many those were."""
        if not self._tasks:
            return 0
        _, late = await asyncio.wait(self._tasks, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=_CLOSE_SECONDS)
        return len(late)


async def serve(app: Quart, settings: ServiceSettings, stop: asyncio.Event) -> None:
    """Serves until `stop` is set, then ends within `shutdown_seconds` and two more, whatever is still open."""
    tracker = RequestTracker(app)
    server = asyncio.create_task(hypercorn_serve(tracker, _config(settings), shutdown_trigger=stop.wait))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({server, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if not server.done():
        cut = await tracker.drain(settings.shutdown_seconds)
        _log.info("server.stopping", requests_cut=cut)
        await asyncio.wait({server}, timeout=_CLOSE_SECONDS)
    stopped.cancel()
    if not server.done():
        server.cancel()
        await asyncio.wait({server}, timeout=_CLOSE_SECONDS)
    elif not server.cancelled() and (error := server.exception()):
        raise error


async def serve_until_signalled(app: Quart, settings: ServiceSettings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(app, settings, stop)


def _config(settings: ServiceSettings) -> Config:
    config = Config()
    config.bind = [settings.bind]
    config.keep_alive_timeout = _IDLE_SECONDS
    config.accesslog = None
    config.errorlog = logging.getLogger("hypercorn")
    config.include_server_header = False
    config.h11_max_incomplete_size = 32 * 1024
    config.graceful_timeout = settings.shutdown_seconds
    return config

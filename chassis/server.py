"""Serves an app, and owns its end: Hypercorn's own waits for ever on an open stream."""

import asyncio
import logging
import resource
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from hypercorn.config import Config, Sockets
from quart import Quart

from chassis.admission import QuickRefusal, guard
from chassis.exchange import Exchanges
from chassis.idling import Idlers
from chassis.listening import Listener
from chassis.logs import get_log
from chassis.settings import ServiceSettings
from chassis.taking import Takers
from chassis.uploads import Bodies

_log = get_log(__name__)
# How long an idle connection is kept: longer than any peer of ours keeps its end (see chassis.peers).
_IDLE_SECONDS = 75.0
# How long a client may take nothing of what is sent to it: then its connection ends, and all that waited for it.
_STUCK_SECONDS = 30.0
# Each connection is an open file. A shell gives 1,024 of those, and as many as one asks for.
_FILES = 65_536
# Of the connections, so many may rest: a thousand are 14 MB.
_MOST_IDLE = 4096
# What is left to close the connections once no request is left, and then for the rest.
_CLOSE_SECONDS = 1.0


async def serve(app: Quart, settings: ServiceSettings, stop: asyncio.Event) -> None:
    """Serves until `stop` is set, then ends within `shutdown_seconds` and three more, whatever is still open."""
    most = settings.requests_at_once * settings.body_bytes
    idlers = Idlers(min(_MOST_IDLE, _allow_files() // 2))
    exchanges = Exchanges(Bodies(settings.body_bytes, most), Takers(most), idlers)
    listener = Listener(guard(app), _config(settings), QuickRefusal(app), exchanges)
    async with _started(app), listener.run():
        await stop.wait()
        await listener.stop_accepting()
        cut = await exchanges.drain(settings.shutdown_seconds, listener.connections)
        _log.info("server.stopping", requests_cut=cut)
        await listener.close(_CLOSE_SECONDS)


def _allow_files() -> int:
    """Lets the process have as many files open as it may, up to `_FILES`, and says how many those are."""
    given, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if _bounded(given) < _bounded(most):
        # macOS may refuse: it has another limit below this one.
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (_bounded(most), most))
    return _bounded(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _bounded(files: int) -> int:
    return _FILES if files == resource.RLIM_INFINITY else min(files, _FILES)


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

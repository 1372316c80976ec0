"""The bell: wakes who reads a feed as soon as there is more. It is a nudge: reading goes on without it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import uuid4

import asyncpg

from chassis.database import Connection
from chassis.logs import get_log

_log = get_log(__name__)
_CHANNEL = "changes"
# NOTIFY takes a lock that all commits with one share, so those of a moment go together.
_GATHER_SECONDS = 0.005
_RETRY_SECONDS = (0.05, 1.0)
_CONNECT_SECONDS = 3.0
# A connection that broke in silence is found by using it.
_TRY_SECONDS = 1.0


class Bell:
    """Rung by a commit here, and by those of the other replicas, which tell each other by NOTIFY."""

    def __init__(self, url: str, at_connect: Callable[[Connection], Awaitable[object]]) -> None:
        self._url, self._at_connect = url, at_connect
        self._rung, self._told = asyncio.Event(), asyncio.Event()
        self._name = uuid4().hex
        self.is_connected = False

    def ring(self) -> None:
        """Something was committed in this process."""
        self._told.set()
        self.wake()

    def next(self) -> asyncio.Event:
        """What is set at the next ring. Take it before you read, so that nothing falls between."""
        return self._rung

    def wake(self) -> None:
        self._rung.set()
        self._rung = asyncio.Event()

    async def run(self) -> None:
        """Keeps a connection of its own for as long as the service runs."""
        shortest, longest = _RETRY_SECONDS
        seconds = shortest
        while True:
            try:
                await self._stay_connected()
            # Whatever it is: without the bell a feed tells nothing, for as long as the service runs.
            except Exception as error:
                if self.is_connected:
                    _log.warning("feed.disconnected", error=repr(error))
                    seconds = shortest
            finally:
                self.is_connected = False
            await asyncio.sleep(seconds)
            seconds = min(2 * seconds, longest)

    async def _stay_connected(self) -> None:
        connection = await asyncpg.connect(self._url, timeout=_CONNECT_SECONDS)
        try:
            await self._at_connect(connection)
            async with asyncio.timeout(_CONNECT_SECONDS):
                await connection.add_listener(_CHANNEL, self._hear)
            self.is_connected = True
            self.wake()
            while True:
                await self._tell(connection)
        finally:
            with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.shield(connection.close(timeout=1))

    async def _tell(self, connection: Connection) -> None:
        try:
            # Not wait_for: in Python 3.11 that may swallow the cancellation at the end of the service.
            async with asyncio.timeout(_TRY_SECONDS):
                await self._told.wait()
        except TimeoutError:
            await connection.execute("SELECT", timeout=_CONNECT_SECONDS)
            return
        self._told.clear()
        await connection.execute("SELECT pg_notify($1, $2)", _CHANNEL, self._name)
        await asyncio.sleep(_GATHER_SECONDS)

    def _hear(self, _connection: object, _process: int, _channel: str, name: object) -> None:
        if name != self._name:
            self.wake()

"""A service's feed: pages for who asks, and a stream for each gateway."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from contextvars import Context
from uuid import UUID

import msgspec
from prometheus_client import Gauge
from quart import Blueprint

from chassis.background import beside, periodically
from chassis.database import Connection, Database
from chassis.feed import epochs, positions, routes, storage
from chassis.feed.bell import Bell
from chassis.feed.positions import Position
from chassis.feed.storage import Log, Page
from chassis.logs import get_log
from chassis.metrics import EXTENSION as METRICS
from chassis.problems import unavailable
from chassis.service import Lifespan
from chassis.settings import DatabaseSettings

_log = get_log(__name__)
_LIMIT = 500
# The longest that readers wait for the bell, and for a transaction that holds the fence back.
_POLL_SECONDS = 0.4
_PENDING_SECONDS = (0.002, 0.05)
_BEAT_SECONDS = 0.3
# Where there is much to tell, a page tells what came meanwhile together: a reading costs more than a change.
_GATHER_SECONDS = 0.02
_PRUNE_SECONDS = 3600.0
_MEASURE_SECONDS = 5.0
KEPT_DAYS = 30


class Feed:
    """The changes of one service. `run` is a lifespan, `blueprint` what peers ask."""

    def __init__(self, log: Log, settings: DatabaseSettings, database: Database) -> None:
        self._log, self._database = log, database
        self._bell = Bell(settings.database_url, _begin_epoch)
        database.on_change = self._bell.ring
        self._awaited: dict[tuple[str, int], asyncio.Task[Page]] = {}
        self._lag = Gauge("feed_lag_seconds", "Age of the oldest change that cannot be read yet", registry=None)

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        async with (
            beside(self._bell.run(), "feed.bell"),
            beside(self._wake_often(), "feed.poll"),
            periodically("feed.measure", _MEASURE_SECONDS, self.measure)(),
        ):
            yield

    def blueprint(self, allow: "routes.Allow") -> Blueprint:
        """The inner routes. `allow` raises a problem unless the caller may read these topics."""
        blueprint = routes.blueprint(self, self._log, allow)
        blueprint.record_once(lambda state: state.app.extensions[METRICS].register(self._lag))
        return blueprint

    async def measure(self) -> None:
        """Takes the metric."""
        async with self._database.connection() as connection:
            self._lag.set(await storage.lag(connection))

    async def page(self, after: Position | None, limit: int = _LIMIT, by: str = "", of: Sequence[UUID] = ()) -> Page:
        """See `storage.page`. Raises a 503 problem while it is not known whether this is the database it was."""
        if not self._bell.is_connected:
            raise unavailable("database")
        async with self._database.connection() as connection:
            return await storage.page(connection, self._log, after, limit, by, of)

    async def lines(self, after: Position) -> AsyncIterator[bytes]:
        """Pages without end, each a line of JSON: as soon as something is new, and else as a sign of life."""
        told = 0.0
        while True:
            rung = self._bell.next()
            page = await self._read_together(after)
            if page.items or time.monotonic() - told > _BEAT_SECONDS:
                yield msgspec.json.encode(page) + b"\n"
                told = time.monotonic()
            after = positions.parse(page.position)
            if page.pending:
                await self._wait_for_fence(after)
            elif not page.more:
                await asyncio.sleep(_GATHER_SECONDS if page.items else 0)
                await rung.wait()

    def pruning(self) -> Lifespan:
        """A lifespan that forgets changes that are older than 30 days."""
        return periodically("feed.prune", _PRUNE_SECONDS, self.prune)

    async def prune(self) -> None:
        pruned = 1
        while pruned:
            async with self._database.transaction() as connection:
                pruned = await storage.prune(connection, KEPT_DAYS, _LIMIT)

    async def start(self) -> Position:
        """The position of now."""
        return positions.parse((await self.page(None, 0)).position)

    async def _wait_for_fence(self, at: Position) -> None:
        """Waits until an older transaction has ended, at most for as long as the bell is waited for."""
        seconds, longest = _PENDING_SECONDS
        until = time.monotonic() + _POLL_SECONDS
        while time.monotonic() < until:
            await asyncio.sleep(seconds)
            page = await self._read_together(at, 1)
            if page.items or not page.pending:
                return
            seconds = min(2 * seconds, longest)

    async def _wake_often(self) -> None:
        """Whatever the bell missed; it wakes all at the same moment, so that they read together."""
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            self._bell.wake()

    async def _read_together(self, after: Position, limit: int = _LIMIT) -> Page:
        """One page for all streams that ask for the same before it is read. Raises as `page`."""
        asked = (str(after), limit)
        reading = self._awaited.get(asked)
        if reading is None:
            reading = self._awaited[asked] = asyncio.create_task(self._read_awaited(asked, after), context=Context())
            reading.add_done_callback(_retrieve)
        return await asyncio.shield(reading)

    async def _read_awaited(self, asked: tuple[str, int], after: Position) -> Page:
        # Who comes from here on may have been woken by what this does not see.
        del self._awaited[asked]
        return await self.page(after, asked[1])


def _retrieve(reading: asyncio.Task[Page]) -> None:
    """All who asked may have left: then nobody misses what it raised."""
    if not reading.cancelled():
        reading.exception()


async def _begin_epoch(connection: Connection) -> None:
    async with connection.transaction():
        await connection.execute("SET LOCAL statement_timeout = 0")
        if await epochs.begin_epoch(connection):
            _log.info("feed.new_epoch")

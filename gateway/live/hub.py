"""The hub: one stream from each service, given to however many clients listen here."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import msgspec
from quart import current_app, g

from chassis import deadlines
from chassis.feed import Position, positions
from chassis.logs import get_log
from chassis.peers import CallError, Peer, Refused
from chassis.peers.streaming import LineStream
from gateway.live.audience import Audience, Encode
from gateway.live.cursors import SERVICES, Cursor, encode
from gateway.live.listeners import RESUME, RESYNC, Event, encode_event
from gateway.live.models import Change, FeedPage
from gateway.live.translate import losses, translate

EXTENSION = "tasksync.hub"
_log = get_log(__name__)
_RETRY_SECONDS = (0.05, 1.0)
# Without Keys it is not known who lost a right: beyond this, streams end.
_BLIND_SECONDS = 3.0
# For the names of members. With the longest pause before the next try that is less: nobody is blind for a name.
_NAMES_SECONDS = 1.5
_BEAT_SECONDS = 15.0
# A feed that says nothing for so long does not say that nothing happened.
_SILENT_SECONDS = 1.2
_NEVER = float("-inf")

_page = msgspec.json.Decoder(FeedPage)
_encode = msgspec.json.encode


class Hub:
    """Follows the feeds for its `audience`. `streams` are the connections to the services, by name.

    `knows_ended` says whether it is known which sessions ended.
    """

    def __init__(self, streams: Mapping[str, LineStream], users: Peer, knows_ended: Callable[[], bool]) -> None:
        self.audience = Audience()
        self._streams, self._users, self._knows_ended = streams, users, knows_ended
        self._places: dict[str, Position] = {}
        self._pages = 0
        self._cursor: str | None = None
        self._met = dict.fromkeys(SERVICES, _NEVER)
        self._heard = dict.fromkeys(SERVICES, _NEVER)
        self._broken: set[str] = set()
        # Told of each change, and of None when some may have been missed.
        self.on_change: Callable[[Change | None], None] = _nobody

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self._follow(name), name=f"live.{name}") for name in SERVICES]
        tasks.append(asyncio.create_task(self._watch(), name="live.watch"))
        tasks.append(asyncio.create_task(self._beat(), name="live.beat"))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def place(self) -> Cursor | None:
        """How far the feeds have come here; None until each has been heard of."""
        if len(self._places) < len(SERVICES):
            return None
        return Cursor(**self._places)

    @property
    def cursor(self) -> str | None:
        """The same as clients get it. All that is committed from now on comes after it."""
        if self._cursor is None and (place := self.place) is not None:
            self._cursor = encode(place)
        return self._cursor

    def follows(self, service: str) -> bool:
        """Whether the feed of `service` is there to tell what changed, as soon as it can."""
        return service in self._places and time.monotonic() - self._met[service] < _BLIND_SECONDS

    @property
    def is_sighted(self) -> bool:
        """Whether it is known who lost a right."""
        return time.monotonic() - self._heard["keys"] < _BLIND_SECONDS

    @property
    def is_current(self) -> bool:
        """Whether all feeds are heard, now."""
        return not self._broken and time.monotonic() - min(self._heard.values()) < _SILENT_SECONDS

    async def _follow(self, service: str) -> None:
        shortest, longest = _RETRY_SECONDS
        seconds = shortest
        while True:
            place = self._places.get(service)
            try:
                params = {} if place is None else {"after": str(place)}
                async for line in self._streams[service].lines("/internal/feed/stream", params):
                    if service not in self._places:
                        # It begins with what comes from now on: what was read until now may be without a change.
                        self.on_change(None)
                    await self._read(service, _page.decode(line))
                    seconds = shortest
            except Refused as error:
                self._met[service] = self._heard[service] = _NEVER
                _log.warning("live.resync", peer=service, status=error.answer.status)
                self._places.pop(service, None)
                self._cursor = None
                self.audience.end(RESYNC)
            except (CallError, msgspec.MsgspecError) as error:
                self._broken.add(service)
                _log.info("live.waits", peer=service, error=str(error))
            await asyncio.sleep(seconds)
            seconds = min(2 * seconds, longest)

    async def _read(self, service: str, page: FeedPage) -> None:
        self._hear(service, page)
        self._pages += 1
        for item, loss in losses(service, page.items):
            # With the `id` of before the page, for the rest of it is still to be told.
            self.audience.lose(loss, self._to_encode(service, positions.parse(item.position)))
        deadlines.start(_NAMES_SECONDS)
        changes = await translate(self._users, service, page.items)
        self._pages += 1
        for item, change in changes:
            place = positions.parse(item.position)
            self._move(service, place)
            if change is not None:
                self.on_change(change)
                self.audience.tell(change, self._to_encode(service, place))
        self._move(service, positions.parse(page.position))
        if not page.is_held_back:
            self._broken.discard(service)

    def _hear(self, service: str, page: FeedPage) -> None:
        self._met[service] = time.monotonic()
        # A busy feed waits for some transaction all the time, and for none of them long: there something is told.
        if not page.is_held_back:
            self._heard[service] = self._met[service]
            # What is remembered does not hold before all of the page is told.
            self._broken.add(service)

    def _move(self, service: str, place: Position) -> None:
        if self._places.get(service) != place:
            self._places[service] = place
            self._cursor = None

    def _to_encode(self, service: str, place: Position) -> Encode:
        def to_event(told: Change) -> Event:
            return Event(service, place, self._pages, encode_event("change", self.cursor or "", _encode(told)))

        return to_event

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_BLIND_SECONDS / 10)
            if not (self.is_sighted and self._knows_ended()):
                self.audience.end(RESUME)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(_BEAT_SECONDS)
            self.audience.beat()


def _nobody(_change: Change | None) -> None:
    """Nobody is told."""


def request_cursor() -> str | None:
    """Where the changes begin that come after what this request reads; None while it is not known."""
    cursor: str | None = g.get("cursor")
    return cursor


def current_hub() -> Hub:
    hub: Hub = current_app.extensions[EXTENSION]
    return hub

"""The hub: one stream from each service, given to however many clients listen here."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from uuid import UUID
from weakref import WeakSet

import msgspec
from quart import current_app, g

from chassis.feed import Position, positions
from chassis.logs import get_log
from chassis.peers import CallError, Peer, Refused
from chassis.peers.streaming import LineStream
from gateway.live.cursors import SERVICES, Cursor, encode
from gateway.live.listeners import Event, Listener, encode_event
from gateway.live.models import Change, FeedPage, Item
from gateway.live.translate import as_room, translate

EXTENSION = "tasksync.hub"
_log = get_log(__name__)
_RETRY_SECONDS = (0.05, 1.0)
# Without Keys it is not known who lost a right: beyond this, streams end.
_BLIND_SECONDS = 3.0

_RESYNC = b"event: resync\ndata: {}\n\n"
_RESUME = b"event: resume\ndata: {}\n\n"
_page = msgspec.json.Decoder(FeedPage)
_encode = msgspec.json.encode


class Hub:
    """Follows the feeds, and knows who listens. `streams` are the connections to the services, by name."""

    def __init__(self, streams: Mapping[str, LineStream], users: Peer) -> None:
        self._streams, self._users = streams, users
        self._places: dict[str, Position] = {}
        self._cursor: str | None = None
        self._heard = 0.0
        # A stream that nobody began to read is held by nothing else, and so forgotten.
        self._listeners: WeakSet[Listener] = WeakSet()
        self._of_room: defaultdict[UUID, WeakSet[Listener]] = defaultdict(WeakSet)
        self._of_user: defaultdict[UUID, WeakSet[Listener]] = defaultdict(WeakSet)

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self._follow(name), name=f"live.{name}") for name in SERVICES]
        tasks.append(asyncio.create_task(self._watch(), name="live.watch"))
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

    @property
    def is_sighted(self) -> bool:
        """Whether it is known who lost a right."""
        return time.monotonic() - self._heard < _BLIND_SECONDS

    def count(self, user: UUID) -> int:
        return len(self._of_user[user]) if user in self._of_user else 0

    def join(self, listener: Listener) -> None:
        """Gives the listener what happens from here on."""
        self._listeners.add(listener)
        self._of_user[listener.user].add(listener)
        self.enter(listener, list(listener.rooms))

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)
        _discard(self._of_user, listener.user, listener)
        for room in list(listener.rooms):
            _discard(self._of_room, room, listener)

    def enter(self, listener: Listener, rooms: Iterable[UUID]) -> None:
        for room in rooms:
            listener.rooms.add(room)
            self._of_room[room].add(listener)

    def end_tokens(self, tokens: Iterable[UUID]) -> None:
        """Ends the streams that were opened with these sessions or tokens."""
        ended = set(tokens)
        for listener in self._listeners:
            if listener.token in ended:
                listener.end()

    async def _follow(self, service: str) -> None:
        shortest, longest = _RETRY_SECONDS
        seconds = shortest
        while True:
            place = self._places.get(service)
            try:
                params = {} if place is None else {"after": str(place)}
                async for line in self._streams[service].lines("/internal/feed/stream", params):
                    await self._read(service, _page.decode(line))
                    seconds = shortest
            except Refused as error:
                _log.warning("live.resync", peer=service, status=error.answer.status)
                self._places.pop(service, None)
                self._end_all(_RESYNC)
            except (CallError, msgspec.MsgspecError) as error:
                _log.info("live.waits", peer=service, error=str(error))
            await asyncio.sleep(seconds)
            seconds = min(2 * seconds, longest)

    async def _read(self, service: str, page: FeedPage) -> None:
        for item, change in await translate(self._users, service, page.items):
            self._move(service, positions.parse(item.position))
            if change is not None:
                self._deliver(service, item, change)
        self._move(service, positions.parse(page.position))
        if service == "keys":
            self._heard = time.monotonic()

    def _move(self, service: str, place: Position) -> None:
        if self._places.get(service) != place:
            self._places[service] = place
            self._cursor = None

    def _deliver(self, service: str, item: Item, change: Change) -> None:
        place = positions.parse(item.position)
        if change.kind == "account":
            self._push(self._of_user.get(change.id, ()), service, place, change, own=True)
            return
        room = change.room_id
        if room is None:
            return
        if (change.kind, change.op) == ("room", "delete"):
            for listener in list(self._of_room.get(room, ())):
                self._lose(listener, room, service, place, change)
            return
        if change.kind == "member":
            self._move_member(room, service, place, change)
        self._push(self._of_room.get(room, ()), service, place, change)

    def _move_member(self, room: UUID, service: str, place: Position, change: Change) -> None:
        """The user's own streams: a room was gained or lost."""
        for listener in list(self._of_user.get(change.id, ())):
            if change.op == "delete" and room in listener.rooms:
                self._lose(listener, room, service, place, change)
            elif change.op == "create" and listener.room is None and reaches(listener.reach, room):
                self.enter(listener, [room])
                self._push([listener], service, place, as_room(change))

    def _lose(self, listener: Listener, room: UUID, service: str, place: Position, change: Change) -> None:
        _discard(self._of_room, room, listener)
        listener.rooms.discard(room)
        if listener.room is not None:
            listener.end(b"event: revoked\ndata: %b\n\n" % _encode({"room_id": room}))
        else:
            self._push([listener], service, place, as_room(change))

    def _push(
        self, listeners: Iterable[Listener], service: str, place: Position, change: Change, *, own: bool = False
    ) -> None:
        """To all of them, encoded once. Of the account alone (`own`) streams of one room are not told."""
        event: Event | None = None
        for listener in listeners:
            if own and listener.room is not None:
                continue
            if event is None:
                event = Event(service, place, encode_event("change", self.cursor or "", _encode(change)))
            listener.push(event)

    def _end_all(self, last: bytes) -> None:
        for listener in self._listeners:
            listener.end(last)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_BLIND_SECONDS / 3)
            if self._heard and not self.is_sighted:
                self._end_all(_RESUME)


def reaches(rooms: tuple[UUID, ...] | None, room: UUID) -> bool:
    """Whether a token that is for `rooms` alone, or for all if None, reaches this one."""
    return rooms is None or room in rooms


def _discard(index: dict[UUID, WeakSet[Listener]], key: UUID, listener: Listener) -> None:
    found = index.get(key)
    if found is not None:
        found.discard(listener)
        if not found:
            del index[key]


def request_cursor() -> str | None:
    """Where the changes begin that come after what this request reads; None while it is not known."""
    cursor: str | None = g.get("cursor")
    return cursor


def current_hub() -> Hub:
    hub: Hub = current_app.extensions[EXTENSION]
    return hub

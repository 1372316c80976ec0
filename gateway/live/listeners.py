"""Who listens to a stream: a bounded queue of events, each encoded once for all."""

import asyncio
from collections import deque
from uuid import UUID

from chassis.feed import Position
from gateway.live.cursors import Cursor

# A client that is this far behind is told to resume: it gets the rest as pages, at its own pace.
_BOUND = 512


class Event:
    """A change on its way to clients. `place` is where it stands in the feed of `service`."""

    __slots__ = ("data", "place", "service")

    def __init__(self, service: str, place: Position, data: bytes) -> None:
        self.service, self.place, self.data = service, place, data


def encode_event(name: str, cursor: str, data: bytes) -> bytes:
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (cursor.encode(), name.encode(), data)


class Listener:
    """One open stream of `user`: of one room, or of all in `rooms`. `token` is what it signed in with.

    `reach` are the rooms that a narrow token is for; None is all.
    """

    def __init__(self, user: UUID, token: UUID, room: UUID | None, reach: tuple[UUID, ...] | None) -> None:
        self.user, self.token, self.room, self.reach = user, token, room, reach
        self.rooms: set[UUID] = set() if room is None else {room}
        self.floor: Cursor | None = None
        self._events: deque[Event] = deque()
        self._arrived = asyncio.Event()
        self._last: bytes | None = None

    @property
    def is_ending(self) -> bool:
        return self._last is not None

    def push(self, event: Event) -> None:
        if self._last is not None:
            return
        if len(self._events) >= _BOUND:
            self._events.clear()
            self.end(b"event: resume\ndata: {}\n\n")
            return
        self._events.append(event)
        self._arrived.set()

    def end(self, last: bytes = b"") -> None:
        """Lets the stream end with `last`, after what is on its way already."""
        if self._last is None:
            self._last = last
        self._arrived.set()

    async def take(self, seconds: float) -> bytes | None:
        """What arrived, b"" if nothing did in `seconds`, None at the end."""
        if not self._events and self._last is None:
            try:
                await asyncio.wait_for(self._arrived.wait(), seconds)
            except TimeoutError:
                return b""
        self._arrived.clear()
        taken = b"".join(event.data for event in self._events if self._is_new(event))
        self._events.clear()
        if self._last is None:
            return taken
        taken, self._last = taken + self._last, b""
        self._arrived.set()
        return taken or None

    def _is_new(self, event: Event) -> bool:
        """Whether it was not among the pages that the stream began with."""
        return self.floor is None or not self.floor.at(event.service).reached(event.place)

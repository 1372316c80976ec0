"""Who listens to a stream: a bounded queue of events, each encoded once for all."""

import asyncio
from collections import deque
from collections.abc import Iterator
from uuid import UUID

from chassis.feed import Position
from gateway.live.cursors import Cursor

# A client that is this far behind is told to resume: it gets the rest as pages, at its own pace.
_BOUND_BYTES = 1 << 20
RESYNC = b"event: resync\ndata: {}\n\n"
RESUME = b"event: resume\ndata: {}\n\n"


class Event:
    """A change on its way to clients: it stands at `place` in the feed of `service`, and came with its `page`."""

    __slots__ = ("data", "page", "place", "service")

    def __init__(self, service: str, place: Position, page: int, data: bytes) -> None:
        self.service, self.place, self.page, self.data = service, place, page, data


def encode_event(name: str, cursor: str, data: bytes) -> bytes:
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (cursor.encode(), name.encode(), data)


class Listener:
    """One open stream of `user`: of one room, or of all in `rooms`. `token` is what it signed in with.

    `reach` are the rooms that a narrow token is for; None is all.
    """

    def __init__(self, user: UUID, token: UUID, room: UUID | None, reach: tuple[UUID, ...] | None) -> None:
        self.user, self.token, self.room, self.reach = user, token, room, reach
        self.rooms: set[UUID] = set() if room is None else {room}
        # Those told as lost since it began to listen: what was asked before may still name them.
        self.lost: set[UUID] = set()
        self.floor: Cursor | None = None
        self._events: deque[Event] = deque()
        self._bytes = 0
        self._page, self._left_over = 0, 0
        self._waiter: asyncio.Future[None] | None = None
        self._last: bytes | None = None
        self._is_behind = False

    @property
    def is_ending(self) -> bool:
        return self._last is not None

    @property
    def takes_pages(self) -> bool:
        """Whether it may still be told what came before it. Who is only behind is, for else it would not get on."""
        return self._last is None or self._is_behind

    def reaches(self, room: UUID) -> bool:
        """Whether its token does."""
        return self.reach is None or room in self.reach

    def may_show(self, room: UUID) -> bool:
        """Whether its client may have the room, also one that it has not entered.

        A room that was deleted is not named any more, and was not told as lost if that was while nobody listened.
        """
        return room in self.rooms or (self.room is None and self.reaches(room) and room not in self.lost)

    def push(self, event: Event) -> None:
        if self._last is not None:
            return
        if event.page != self._page:
            self._page, self._left_over = event.page, self._bytes
        # A page comes at once, and may be one large write: nobody could take of it meanwhile.
        if self._left_over > _BOUND_BYTES:
            self._is_behind = True
            self.cut_off(RESUME)
            return
        self._bytes += len(event.data)
        self._events.append(event)
        self._wake()

    def end(self, last: bytes = b"") -> None:
        """Lets the stream end with `last`, after what is on its way already."""
        if self._last is None:
            self._last = last
        self._wake()

    def cut_off(self, last: bytes) -> None:
        """Lets the stream end with `last` alone: the client asks again for what was on its way."""
        self._events.clear()
        self._bytes = 0
        self.end(last)

    def beat(self) -> None:
        """Lets a stream on which nothing is under way give a sign of life."""
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def take(self) -> bytes | None:
        """Waits for what comes: b"" is a beat, None the end."""
        if not self._events and self._last is None:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        taken = b"".join(event.data for event in self._shift())
        if self._last is None or self._events:
            return taken
        taken, self._last = taken + self._last, b""
        return taken or None

    def _shift(self) -> Iterator[Event]:
        """What is sent in one go: what waits is the same bytes for all listeners, and this is a copy of one's own."""
        size = 0
        while self._events and size < _BOUND_BYTES:
            event = self._events.popleft()
            self._bytes -= len(event.data)
            if self._is_new(event):
                size += len(event.data)
                yield event

    def _is_new(self, event: Event) -> bool:
        """Whether it was not among the pages that the stream began with."""
        return self.floor is None or not self.floor.at(event.service).reached(event.place)

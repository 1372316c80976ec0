"""Room views that are remembered: each under the stamp that the room had before its parts were read.

Keys is asked for the caller's role each time, and tells the stamp with it. A write is answered only after the room
has another stamp: so what is shown has all that was answered before, through any gateway. A write that was never
answered, for its service died, comes by the feed of changes, and what was read before it is forgotten.
"""

import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import msgspec
from msgspec import Raw
from quart import current_app

from chassis.passport import current_passport
from gateway.live import current_hub
from gateway.live.models import Change
from gateway.services import Look
from gateway.standings import Standings
from gateway.timings import Timing, add
from gateway.views.composed import Frozen
from gateway.views.models import CallerAccess, Members
from keys.client import Role

EXTENSION = "tasksync.memory"
_EMAILS = "member.emails"
# About what the objects around the bytes of a view take.
_OBJECTS = 1000


class Remembered:
    """The parts of a room's view; `members` with addresses or without. `frozen` is the view as some role sees it.

    `size` is what all of it takes, in bytes.
    """

    __slots__ = ("frozen", "members", "room", "size", "stamp", "tasks")

    def __init__(self, stamp: str, room: Raw, members: Members, tasks: Raw) -> None:
        # As members they would hold on to the whole answers that they came in.
        self.stamp, self.room, self.members, self.tasks = stamp, room, Raw(msgspec.json.encode(members)), tasks
        self.frozen: dict[tuple[Role, frozenset[str]], Frozen] = {}
        self.size = _OBJECTS + sum(len(bytes(part)) for part in (self.room, self.members, self.tasks))


class Ticket:
    """A view that is being read. It is void if the room changes meanwhile."""

    __slots__ = ("is_void",)

    def __init__(self) -> None:
        self.is_void = False


class Memory:
    """The views used last, within `most` bytes. What a role may do is the same in every room."""

    def __init__(self, standings: Standings, most: int) -> None:
        self._standings, self._most = standings, most
        self._views: OrderedDict[tuple[UUID, bool], Remembered] = OrderedDict()
        self._bytes = 0
        self._access: dict[Role, CallerAccess] = {}
        self._tickets: dict[UUID, set[Ticket]] = {}

    async def recall(self, room: UUID) -> tuple[CallerAccess, Remembered] | None:
        """The view as it is now; None if it has to be read. Raises the errors of `chassis.peers`."""
        passport = current_passport()
        # Which rooms a narrow token reaches, Keys alone says.
        if passport.user is None or passport.rooms is not None or not current_hub().is_current:
            return None
        if (room, False) not in self._views and (room, True) not in self._views:
            return None
        began = time.perf_counter()
        standing = await self._standings.ask(room, passport.user)
        add([Timing("keys", "keys", time.perf_counter() - began)])
        access = self._access.get(standing.role) if standing.role else None
        if access is None:
            return None
        key = (room, _EMAILS in access.actions)
        found = self._views.get(key)
        if found is None or found.stamp != standing.stamp:
            return None
        self._views.move_to_end(key)
        return access, found

    @contextmanager
    def reading(self, room: UUID) -> Iterator[Ticket]:
        """Gives the ticket for `keep`, before anything is read."""
        ticket = Ticket()
        self._tickets.setdefault(room, set()).add(ticket)
        try:
            yield ticket
        finally:
            self._tickets[room].discard(ticket)
            if not self._tickets[room]:
                del self._tickets[room]

    def keep(self, ticket: Ticket, seen: Look, view: Remembered) -> None:
        """Remembers what was read, unless the room has changed meanwhile."""
        if ticket.is_void or current_passport().rooms is not None:
            return
        self._access[seen.role] = CallerAccess(seen.role, seen.actions)
        key = (seen.room_id, _EMAILS in seen.actions)
        self._remove(key)
        self._views[key] = view
        self._grow(view.size)

    def freeze(self, known: Remembered, seen_as: tuple[Role, frozenset[str]], frozen: Frozen) -> None:
        """Keeps the view that was made of what `recall` has just given."""
        size = _OBJECTS + frozen.size
        known.frozen[seen_as] = frozen
        known.size += size
        self._grow(size)

    def hear(self, change: Change | None) -> None:
        """Something changed. Of a name it is not known which rooms show it, so all are forgotten."""
        if change is None or change.room_id is None:
            for room in {*(room for room, _ in self._views), *self._tickets}:
                self._forget(room)
        else:
            self._forget(change.room_id)

    def _grow(self, size: int) -> None:
        self._bytes += size
        while self._bytes > self._most:
            self._remove(next(iter(self._views)))

    def _forget(self, room: UUID) -> None:
        self._remove((room, False))
        self._remove((room, True))
        for ticket in self._tickets.get(room, ()):
            ticket.is_void = True

    def _remove(self, key: tuple[UUID, bool]) -> None:
        view = self._views.pop(key, None)
        if view is not None:
            self._bytes -= view.size


def current_memory() -> Memory:
    memory: Memory = current_app.extensions[EXTENSION]
    return memory

"""The audience: who listens, by room and by user, and who of them is told of a change."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from uuid import UUID
from weakref import WeakSet

import msgspec

from gateway.live.listeners import Event, Listener
from gateway.live.models import Change
from gateway.live.translate import as_room

Encode = Callable[[Change], Event]


class Audience:
    """A stream that nobody began to read is held by nothing else, and so forgotten."""

    def __init__(self) -> None:
        self._listeners: WeakSet[Listener] = WeakSet()
        self._of_room: defaultdict[UUID, WeakSet[Listener]] = defaultdict(WeakSet)
        self._of_user: defaultdict[UUID, WeakSet[Listener]] = defaultdict(WeakSet)

    def __len__(self) -> int:
        return len(self._listeners)

    def count(self, user: UUID) -> int:
        return len(self._of_user[user]) if user in self._of_user else 0

    def join(self, listener: Listener) -> None:
        self._listeners.add(listener)
        self._of_user[listener.user].add(listener)
        self._enter(listener, list(listener.rooms))

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)
        _discard(self._of_user, listener.user, listener)
        for room in listener.rooms:
            _discard(self._of_room, room, listener)

    def enter(self, listener: Listener, rooms: Iterable[UUID]) -> None:
        """`rooms` are those that Keys named; of them it has heard the loss of some by now."""
        self._enter(listener, set(rooms) - listener.lost)

    def end(self, last: bytes) -> None:
        """Ends all streams."""
        for listener in self._listeners:
            listener.end(last)

    def end_tokens(self, tokens: Iterable[UUID]) -> None:
        """Ends the streams that were opened with these sessions or tokens."""
        ended = set(tokens)
        for listener in self._listeners:
            if listener.token in ended:
                listener.end()

    def beat(self) -> None:
        for listener in self._listeners:
            listener.beat()
        _tidy(self._of_room)
        _tidy(self._of_user)

    def tell(self, change: Change, encode: Encode) -> None:
        """Gives a change to whom it concerns, encoded once for all of them."""
        if change.kind == "account":
            whole = [each for each in self._of_user.get(change.id, ()) if each.room is None and each.reach is None]
            _push(whole, change, encode)
            return
        room = change.room_id
        if room is None:
            return
        if (change.kind, change.op) == ("room", "delete"):
            self.lose(change, encode)
            return
        if change.kind == "member":
            self._move(room, change, encode)
        _push(self._of_room.get(room, ()), change, encode)

    def lose(self, change: Change, encode: Encode) -> None:
        """Takes the right to a room from those who lost it, and tells them alone. Told again, it is nothing new."""
        room = change.room_id
        if room is None:
            return
        if change.kind == "room":
            self._lose(list(self._of_room.get(room, ())), room, change, encode)
        else:
            self._move(room, change, encode)

    def _move(self, room: UUID, change: Change, encode: Encode) -> None:
        """The user's own streams: a room was gained or lost."""
        own = list(self._of_user.get(change.id, ()))
        if change.op == "delete":
            self._lose([each for each in own if each.may_show(room)], room, change, encode)
        elif change.op == "create":
            gaining = [each for each in own if each.room is None and each.reaches(room)]
            for listener in gaining:
                listener.lost.discard(room)
                self._enter(listener, [room])
            _push(gaining, as_room(change), encode)

    def _lose(self, listeners: list[Listener], room: UUID, change: Change, encode: Encode) -> None:
        for listener in listeners:
            _discard(self._of_room, room, listener)
            listener.rooms.discard(room)
            listener.lost.add(room)
            if listener.room is not None:
                listener.end(b"event: revoked\ndata: %b\n\n" % msgspec.json.encode({"room_id": room}))
        _push([each for each in listeners if each.room is None], as_room(change), encode)

    def _enter(self, listener: Listener, rooms: Iterable[UUID]) -> None:
        for room in rooms:
            listener.rooms.add(room)
            self._of_room[room].add(listener)


def _push(listeners: Iterable[Listener], change: Change, encode: Encode) -> None:
    event: Event | None = None
    for listener in listeners:
        event = event or encode(change)
        listener.push(event)


def _discard(index: dict[UUID, WeakSet[Listener]], key: UUID, listener: Listener) -> None:
    found = index.get(key)
    if found is not None:
        found.discard(listener)
        if not found:
            del index[key]


def _tidy(index: dict[UUID, WeakSet[Listener]]) -> None:
    """Whoever nobody began to read left without a word."""
    for key in [key for key, found in index.items() if not found]:
        del index[key]

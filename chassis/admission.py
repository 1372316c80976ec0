"""How much a service takes on at once. Beyond that a few requests wait a moment, and the rest is refused early.

A refusal costs a small part of an answer, so that under any load the service goes on answering what it can. Writes go
before reads; what belongs to a write that has begun, as its confirmation does, is always let in.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar, copy_context
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge
from quart import Quart

from chassis.deadlines import HEADER as DEADLINE
from chassis.deadlines import KINDS, Work, waited
from chassis.ids import new_id
from chassis.passport import OPEN_PATHS
from chassis.problems import Problem, busy, render
from chassis.uploads import UPLOAD, WHOLE_BODY, Upload

Send = Callable[[Any], Awaitable[None]]
App = Callable[[Any, Any, Send], Awaitable[None]]
# The headers of a refusal, for who asks from a page of that origin; from none, "".
RefusalHeaders = Callable[[str], Mapping[str, str]]

_HEADER = DEADLINE.lower().encode()
# The two keys in `app.extensions`: what keeps the door, and what gives the headers of a refusal at the public one.
EXTENSION = "tasksync.admission"
REFUSAL_HEADERS = "tasksync.refusal_headers"
_WAIT_SECONDS = 0.5
# So much of the room to wait is for reads; the rest is for writes alone.
_READ_SHARE = 0.5
READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Admission:
    """The door of one service: at most `at_once` requests are worked on, and `waiting` wait."""

    def __init__(self, at_once: int, waiting: int, registry: CollectorRegistry) -> None:
        self._free, self._waiting = at_once, waiting
        # Requests that have been read, and on their way here.
        self.expected = 0
        self._queues: dict[str, deque[asyncio.Future[None]]] = {"write": deque(), "read": deque()}
        refused = Counter("requests_refused", "Refused for want of room", ["work"], registry=registry)
        self._refused = {work: refused.labels(work) for work in self._queues}
        Gauge("requests_waiting", "Waiting for room", registry=registry).set_function(self._count_waiting)

    def _count_waiting(self) -> int:
        return sum(map(len, self._queues.values()))

    def is_full(self, work: str, expected: int = 0) -> bool:
        """Whether there is no place left, not even to wait, when as many as are `expected` have come."""
        room = self._waiting if work == "write" else self._waiting * _READ_SHARE
        ahead = expected - self._free
        return ahead >= 0 and self._count_waiting() + ahead >= room

    def count_refused(self, work: str) -> None:
        self._refused[work].inc()

    async def enter(self, work: str) -> None:
        """Takes a place, at once or after a moment. Raises a 503 problem if there is none."""
        if self._free > 0:
            self._free -= 1
            return
        if self.is_full(work) or not await self._wait(self._queues[work]):
            raise busy()

    async def _wait(self, queue: deque[asyncio.Future[None]]) -> bool:
        loop = asyncio.get_running_loop()
        place, began = loop.create_future(), loop.time()
        queue.append(place)
        try:
            await asyncio.wait({place}, timeout=_WAIT_SECONDS)
        except asyncio.CancelledError:
            if place.done():
                self.leave()
            raise
        finally:
            if not place.done():
                queue.remove(place)
        waited.set(loop.time() - began)
        return place.done()

    def leave(self) -> None:
        """Gives the place to who waits longest, writes first."""
        for queue in self._queues.values():
            if queue:
                queue.popleft().set_result(None)
                return
        self._free += 1


def guard(app: Quart) -> App:
    """`app`, behind its door."""
    door: Admission = app.extensions[EXTENSION]
    headers: RefusalHeaders | None = app.extensions.get(REFUSAL_HEADERS)

    async def guarded(scope: Any, receive: Any, send: Send) -> None:
        arrival = _arrival.get()
        if arrival is not None:
            arrival.end()
        work = _work_of(scope, headers is None)
        needs_place = work != "begun" and scope["path"] not in OPEN_PATHS
        try:
            # Who waits for its body does not stand in the way of others.
            if UPLOAD in scope["extensions"] and not await _has_come(scope, work):
                return
            if needs_place:
                await door.enter(work)
        except Problem as problem:
            if problem.status == 503:
                door.count_refused(work)
            await answer(send, problem, headers(_header(scope, b"origin")) if headers else {})
            return
        place = _Place(door, needs_place)
        try:
            # Nothing is begun for who has left meanwhile.
            if arrival is None or not arrival.is_over:
                await app(scope, receive, send)
        finally:
            place.leave()

    return guarded


async def _has_come(scope: Any, work: Work) -> bool:
    """Waits for the body; False if the client leaves meanwhile. Raises a 408 or 503 problem."""
    upload: Upload = scope["extensions"].pop(UPLOAD)
    body = await upload.whole(is_bounded=work != "begun")
    if body is not None:
        scope["extensions"][WHOLE_BODY] = body
    return body is not None


class _Place:
    """The place of one request, held until it is answered, or until its answer turns out to be a stream."""

    def __init__(self, door: Admission, is_held: bool) -> None:
        self._door, self._held = door, is_held
        _place.set(self)

    def leave(self) -> None:
        if self._held:
            self._held = False
            self._door.leave()


_place: ContextVar[_Place | None] = ContextVar("place", default=None)


def leave_place() -> None:
    """The answer of the current request has no end of its own: it would hold its place for ever."""
    if place := _place.get():
        place.leave()


def _work_of(scope: Any, is_inner: bool) -> Work:
    """Inside, the header tells; a client of the public door cannot say that its work goes before others'."""
    if not is_inner:
        return "read" if scope["method"] in READS else "write"
    return KINDS.get(_header(scope, _HEADER).rpartition(" ")[2], "write")


def _header(scope: Any, name: bytes) -> str:
    value: bytes = next((value for each, value in scope["headers"] if each == name), b"")
    return value.decode("latin-1")


async def answer(send: Send, problem: Problem, more: Mapping[str, str]) -> None:
    """Answers with a problem without asking the app."""
    pairs, body = render(problem, more)
    await send({"type": "http.response.start", "status": problem.status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


class Arrival:
    """The next request of one connection: expected from when it is read until it stands at the door.

    `is_over` is set when the client of the connection has left."""

    def __init__(self, door: Admission) -> None:
        self._door, self._is_expected = door, False
        self.is_over = False
        _arrival.set(self)

    def begin(self) -> None:
        self.end()
        self._is_expected = True
        self._door.expected += 1

    def end(self) -> None:
        if self._is_expected:
            self._is_expected = False
            self._door.expected -= 1


# Of the connection that a request came over.
_arrival: ContextVar[Arrival | None] = ContextVar("arrival", default=None)


class QuickRefusal:
    """Refuses reads at the public door with bytes that were put together once: all but the id of the request."""

    def __init__(self, app: Quart) -> None:
        self.door: Admission = app.extensions[EXTENSION]
        # Inside, a read may belong to a write that has begun, which its headers tell.
        self._is_public = REFUSAL_HEADERS in app.extensions
        if self._is_public:
            self._parts = copy_context().run(self._put_together, app.extensions[REFUSAL_HEADERS])

    def _put_together(self, headers: RefusalHeaders) -> list[bytes]:
        """What stands before, between and behind the id."""
        more = headers("")
        pairs, body = render(busy(), more)
        lines = [b"HTTP/1.1 503 ", *(b": ".join(pair) for pair in pairs), b"", body]
        return b"\r\n".join(lines).split(more["Request-Id"].encode())

    def make(self) -> bytes | None:
        """The answer to a read; None if there is room for one."""
        if not self._is_public or not self.door.is_full("read", self.door.expected):
            return None
        self.door.count_refused("read")
        return str(new_id()).encode().join(self._parts)

"""How a composed view is answered: read once for all who ask the same at the same time, and conditionally.

@answers(RoomView)
@composed
async def get_room_view(query: RoomQuery, room_id: UUID) -> RoomView: ...
"""

import hashlib
from collections.abc import Awaitable, Callable, Hashable
from functools import wraps
from typing import Any, NamedTuple

import msgspec
from quart import Response, current_app, request

from chassis.openapi import keepable
from chassis.passport import current_passport
from chassis.peers import CallError
from chassis.problems import Problem
from gateway.grants import granted
from gateway.policies.compression import VARIES, is_packable
from gateway.policies.deadline import HEADER as TIMEOUT
from gateway.timings import Timing, add, begin
from gateway.views.flights import Flights

EXTENSION = "tasksync.flights"
# The client's own copy, asked about each time: a right that was lost must show at once.
_WHOLE = {"Cache-Control": "private, no-cache"}
_JSON = "application/json"
_encoder = msgspec.json.Encoder()


class View(NamedTuple):
    """A view as bytes. It has no `etag` when a part of it is missing: nobody may keep it."""

    body: bytes
    etag: str | None
    timings: list[Timing]


class _Refused(NamedTuple):
    """Why there is no view."""

    error: Problem | CallError
    timings: list[Timing]


def composed(handler: Callable[..., Awaitable[msgspec.Struct]]) -> Callable[..., Awaitable[Response]]:
    """Answers what `handler` composes; with 304 to a client that has it already."""

    @keepable
    @wraps(handler)
    async def wrapped(*args: Any, **kwargs: Any) -> Response:
        async def read() -> View | _Refused:
            taken = begin()
            try:
                return _to_view(await granted(lambda: handler(*args, **kwargs)), taken)
            except (Problem, CallError) as error:
                return _Refused(error, taken)

        flights: Flights[View | _Refused] = current_app.extensions[EXTENSION]
        view = await flights.join(equality(), read)
        add(view.timings)
        if isinstance(view, _Refused):
            raise view.error
        return _respond(view)

    return wrapped


def equality() -> Hashable:
    """What makes reads equal: the question, and all of the caller that an answer may depend on."""
    caller = current_passport()
    question = (request.path, request.query_string, request.headers.get(TIMEOUT))
    return (caller.user, caller.scopes, caller.rooms, question)


class Frozen:
    """A whole view with a member `cursor`, encoded once for all who get it: each with a cursor of its own."""

    def __init__(self, view: msgspec.Struct) -> None:
        steady = _steady(view)
        self._etag = _to_etag(steady)
        # The last one is the view's own: behind it come the names of its parts alone.
        self._head, _, self._tail = steady.rpartition(b'"cursor":null')

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self._head) + len(self._tail)

    def respond(self, cursor: str | None) -> Response:
        member = b'"cursor":' + _encoder.encode(cursor)
        if _has(self._etag):
            return _unchanged(self._etag, self.size + len(member))
        return _respond(View(b"".join((self._head, member, self._tail)), self._etag, []))


def _to_view(view: msgspec.Struct, taken: list[Timing]) -> View:
    body = _encoder.encode(view)
    if any(status != "ok" for status in getattr(view, "parts", {}).values()):
        return View(body, None, taken)
    return View(body, _to_etag(_steady(view) if hasattr(view, "cursor") else body), taken)


def _steady(view: msgspec.Struct) -> bytes:
    """Without its cursor: that moves with every write anywhere, and an older one is as good to go on from."""
    return _encoder.encode(msgspec.structs.replace(view, cursor=None))


def _to_etag(steady: bytes) -> str:
    return f'W/"{hashlib.blake2b(steady, digest_size=16).hexdigest()}"'


def _respond(view: View) -> Response:
    if view.etag is None:
        return Response(view.body, content_type=_JSON)
    if _has(view.etag):
        return _unchanged(view.etag, len(view.body))
    return Response(view.body, headers={**_WHOLE, "ETag": view.etag}, content_type=_JSON)


def _unchanged(etag: str, length: int) -> Response:
    """The answer in the place of a view of so many bytes."""
    response = Response(status=304, headers={**_WHOLE, "ETag": etag})
    del response.headers["Content-Type"]
    if is_packable(_JSON, length):
        response.headers.add(*VARIES)
    return response


def _has(etag: str) -> bool:
    """Whether the client has it already. Entity tags are compared weakly."""
    given = request.headers.getlist("If-None-Match")
    tags = {tag.strip().removeprefix("W/") for tag in ",".join(given).split(",")} if given else set()
    return not tags.isdisjoint({"*", etag.removeprefix("W/")})

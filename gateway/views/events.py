"""`GET /v1/rooms/{id}/events` and `GET /v1/events`: the changes as Server-Sent Events."""

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import UUID

from quart import Response, g, request
from quart_schema import tag

from chassis.bodies import answers_events, asks, documents_headers, refuses
from chassis.passport import current_passport
from chassis.problems import Problem, unavailable
from gateway.live import Hub, current_hub, cursors
from gateway.live.delta import Question
from gateway.live.listeners import Listener, encode_event
from gateway.live.models import EventsQuery, LastEventHeader
from gateway.policies.identity import Identity
from gateway.views.catching_up import Ask, CatchUp
from gateway.views.changes import of_caller, of_room

_MOST_STREAMS = 100
_TOO_MANY = "Too many requests (`rate_limited`), or 100 streams are open for you already (`too_many_streams`)."
_TYPE = "text/event-stream"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_RETRY = b"retry: 1000\n\n"


@tag(["Live"])
@asks(EventsQuery)
@documents_headers(LastEventHeader)
@refuses(429, _TOO_MANY)
@answers_events
async def stream_room(query: EventsQuery, room_id: UUID) -> Response:
    """Follow a room: a stream of `change` events. `revoked` ends it when you lose the right to see the room."""
    return await _open(_listener(room_id), query.after, lambda: of_room(room_id))


@tag(["Live"])
@asks(EventsQuery)
@documents_headers(LastEventHeader)
@refuses(429, _TOO_MANY)
@answers_events
async def stream_all(query: EventsQuery) -> Response:
    """Follow all your rooms and your account: a stream of `change` events."""
    return await _open(_listener(None), query.after, of_caller)


def _listener(room_id: UUID | None) -> Listener:
    identity: Identity = g.identity
    return Listener(identity.user, identity.token, room_id, identity.rooms)


async def _open(listener: Listener, after: str | None, ask: Ask) -> Response:
    """Listens first, and asks for the right and for what came before then: so nothing falls between."""
    hub = current_hub()
    _require_room(hub, listener.user)
    # A browser that connects again asks with the URL that it began with, and says by the header how far it is.
    last = request.headers.get("Last-Event-ID")
    start, named = (last, "Last-Event-ID") if last else (after, "after")
    cursor = None if start is None else cursors.decode(start, named)
    if request.method == "HEAD":
        await ask()
        return Response(content_type=_TYPE, headers=_HEADERS)
    hub.audience.join(listener)
    try:
        begun, rest = await _begin(hub, listener, ask, cursor)
    except BaseException:
        hub.audience.leave(listener)
        raise
    lines = _lines(hub, listener, begun, rest, current_passport().expires)
    response = Response(lines, content_type=_TYPE, headers=_HEADERS)
    response.timeout = None
    return response


async def _begin(
    hub: Hub, listener: Listener, ask: Ask, cursor: cursors.Cursor | None
) -> tuple[bytes, AsyncIterator[bytes] | None]:
    """Enters the rooms. What is told first: the place of now, or a page of what came after `cursor` and the rest."""

    async def enter() -> list[Question]:
        questions = await ask()
        if listener.room is None:
            hub.audience.enter(listener, [room for each in questions if each.by == "room_id" for room in each.of])
        return questions

    if cursor is not None:
        missed = CatchUp(listener, enter, cursor)
        return await missed.first(), missed.rest()
    await enter()
    # Not before: what comes in a room that it has not entered yet is not told.
    listener.floor = hub.place
    return encode_event("cursor", hub.cursor or "", b"{}"), None


def _require_room(hub: Hub, user: UUID) -> None:
    """Raises a 503 problem while it is not known who lost a right, and 429 for too many streams."""
    if hub.cursor is None or not hub.is_sighted:
        raise unavailable("feed")
    if hub.audience.count(user) >= _MOST_STREAMS:
        detail = f"At most {_MOST_STREAMS} streams are open for a user at once."
        # By then those whose clients are gone are closed.
        raise Problem(429, "too_many_streams", detail, headers={"Retry-After": "30"})


async def _lines(
    hub: Hub, listener: Listener, begun: bytes, rest: AsyncIterator[bytes] | None, until: float
) -> AsyncIterator[bytes]:
    """The stream, until its token expires (`until`, Unix time). `rest` is what it missed, but for the beginning."""
    expiry = asyncio.get_running_loop().call_later(until - time.time(), listener.end)
    try:
        yield _RETRY + begun
        if rest is not None:
            async for page in rest:
                yield page
        while (taken := await listener.take()) is not None:
            yield taken or (b": beat\n\n" + encode_event("cursor", hub.cursor or "", b"{}"))
    finally:
        expiry.cancel()
        hub.audience.leave(listener)

"""`GET /v1/rooms/{id}/events` and `GET /v1/events`: the changes as Server-Sent Events."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from uuid import UUID

import msgspec
from quart import Response, g, request
from quart_schema import tag

from chassis.bodies import answers_events, asks, documents_headers
from chassis.passport import current_passport
from chassis.peers import Refused
from chassis.problems import Problem, unavailable
from gateway.grants import granted
from gateway.live import Hub, current_hub, cursors, delta
from gateway.live.delta import Question
from gateway.live.listeners import RESYNC, Listener, encode_event
from gateway.live.models import Changes, EventsQuery, LastEventHeader
from gateway.policies.identity import Identity
from gateway.views.changes import of_caller, of_room

_MOST_STREAMS = 100
_PAGE, _MOST_PAGES = 500, 20
_TYPE = "text/event-stream"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_RETRY = b"retry: 1000\n\n"
_GONE = 410
Prepare = Callable[[], Awaitable[list[Question]]]


@tag(["Live"])
@asks(EventsQuery)
@documents_headers(LastEventHeader)
@answers_events
async def stream_room(query: EventsQuery, room_id: UUID) -> Response:
    """Follow a room: a stream of `change` events. `revoked` ends it when you lose the right to see the room."""
    return await _open(_listener(room_id), query.after, lambda: of_room(room_id))


@tag(["Live"])
@asks(EventsQuery)
@documents_headers(LastEventHeader)
@answers_events
async def stream_all(query: EventsQuery) -> Response:
    """Follow all your rooms and your account: a stream of `change` events."""
    listener = _listener(None)

    async def prepare() -> list[Question]:
        questions = await of_caller()
        current_hub().audience.enter(
            listener, [room for each in questions if each.by == "room_id" for room in each.of]
        )
        return questions

    return await _open(listener, query.after, prepare)


def _listener(room_id: UUID | None) -> Listener:
    identity: Identity = g.identity
    return Listener(identity.user, identity.token, room_id, identity.rooms)


async def _open(listener: Listener, after: str | None, prepare: Prepare) -> Response:
    """Listens first, and asks for the right and for what came before then: so nothing falls between."""
    hub = current_hub()
    _require_room(hub, listener.user)
    # A browser that connects again asks with the URL that it began with, and says by the header how far it is.
    start = request.headers.get("Last-Event-ID") or after
    cursor = None if start is None else cursors.decode(start)
    now = hub.cursor or ""
    if request.method == "HEAD":
        await prepare()
        return Response(content_type=_TYPE, headers=_HEADERS)
    hub.audience.join(listener)
    try:
        if cursor is None:
            await prepare()
            begun = encode_event("cursor", now, b"{}")
        else:
            begun = await _catch_up(listener, prepare, cursor)
    except BaseException:
        hub.audience.leave(listener)
        raise
    lines = _lines(hub, listener, begun, current_passport().expires)
    response = Response(lines, content_type=_TYPE, headers=_HEADERS)
    response.timeout = None
    return response


def _require_room(hub: Hub, user: UUID) -> None:
    """Raises a 503 problem while it is not known who lost a right, and 429 for too many streams."""
    if hub.cursor is None or not hub.is_sighted:
        raise unavailable("feed")
    if hub.audience.count(user) >= _MOST_STREAMS:
        raise Problem(429, "too_many_streams", f"At most {_MOST_STREAMS} streams are open for a user at once.")


async def _catch_up(listener: Listener, prepare: Prepare, cursor: cursors.Cursor) -> bytes:
    """What came before the stream, as events; each but the last of a page has the id of the page before."""
    events = [encode_event("cursor", cursors.encode(cursor), b"{}")]
    pages = _Pages(prepare, listener.reach)
    for _ in range(_MOST_PAGES):
        try:
            page = await granted(partial(pages.read, cursor))
        except Refused as error:
            if error.answer.status != _GONE:
                raise
            break
        events += _to_events(page, cursors.encode(cursor))
        cursor = cursors.decode(page.cursor)
        if page.next is None:
            listener.floor = cursor
            # Who lost the right meanwhile hears that alone.
            return b"" if listener.is_ending else b"".join(events)
    # What was heard meanwhile is in what the client loads anew.
    listener.cut_off(RESYNC)
    return b""


class _Pages:
    """Pages of changes, with one grant for as long as it is taken."""

    def __init__(self, prepare: Prepare, reach: tuple[UUID, ...] | None) -> None:
        self._prepare, self._reach = prepare, reach
        self._questions: list[Question] | None = None

    async def read(self, after: cursors.Cursor) -> Changes:
        """The page after a cursor. After one that failed it asks for a grant anew."""
        questions, self._questions = self._questions or await self._prepare(), None
        page = await delta.read(questions, after, _PAGE, self._reach)
        self._questions = questions
        return page


def _to_events(page: Changes, before: str) -> list[bytes]:
    ids = [before] * len(page.items)
    ids[-1:] = [page.cursor] * bool(ids)
    return [
        encode_event("change", each, msgspec.json.encode(change))
        for each, change in zip(ids, page.items, strict=True)
    ]


async def _lines(hub: Hub, listener: Listener, begun: bytes, until: float) -> AsyncIterator[bytes]:
    """The stream, until its token expires (`until`, Unix time)."""
    expiry = asyncio.get_running_loop().call_later(until - time.time(), listener.end)
    try:
        yield _RETRY + begun
        while (taken := await listener.take()) is not None:
            yield taken or (b": beat\n\n" + encode_event("cursor", hub.cursor or "", b"{}"))
    finally:
        expiry.cancel()
        hub.audience.leave(listener)

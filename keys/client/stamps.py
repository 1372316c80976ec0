"""After a write, and before its answer: the rooms it was in get another stamp, at Keys.

Views of a room are remembered by gateways under its stamp. So whoever reads after a write was answered sees that
write, through whichever gateway. What was written and never answered, they learn from the feed.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

import msgspec
from quart import Quart, Response, g, has_request_context, request

from chassis.deadlines import finish
from chassis.feed import written
from chassis.logs import get_log
from chassis.peers import CallError, Peer, TimedOut

# Stands for all rooms together: the names of people, which views of any room show.
NAMES = UUID(int=0)
_SAFE = frozenset({"GET", "HEAD"})
_TRIES, _PAUSE_SECONDS = 5, 0.2
_log = get_log(__name__)
_waiting: set[asyncio.Task[None]] = set()


def note_stamped(rooms: Iterable[UUID]) -> None:
    """Keys has stamped these rooms already, with what it confirmed."""
    if has_request_context():
        g.setdefault("stamped", set()).update(rooms)


def register(app: Quart, peer: Peer, *, instead: UUID | None = None) -> None:
    """Stamps what the writes of `app` were in; with `instead` that alone, whatever they wrote."""

    @app.after_request
    async def stamp(response: Response) -> Response:
        if request.method in _SAFE or response.status_code >= 400:
            return response
        rooms = written() - g.get("stamped", set())
        if instead is not None:
            rooms = {instead} if rooms else set()
        if rooms:
            await _stamp(peer, rooms)
        return response


async def _stamp(peer: Peer, rooms: Iterable[UUID]) -> None:
    """The write is done, so it is answered in any case; without Keys nobody reads meanwhile."""
    body = msgspec.json.encode({"of": sorted(rooms)})
    try:
        await finish(_tell(peer, body))
    except CallError as error:
        _log.warning("stamps.later", error=str(error))
        task = asyncio.create_task(_try_again(peer, body))
        _waiting.add(task)
        task.add_done_callback(_waiting.discard)


async def _tell(peer: Peer, body: bytes) -> None:
    """Where one replica of Keys has just ended, those who read are answered by another: so is this."""
    try:
        await peer.call("POST", "/internal/stamps", body=body)
    except TimedOut:
        raise
    except CallError:
        await peer.call("POST", "/internal/stamps", body=body)


async def _try_again(peer: Peer, body: bytes) -> None:
    """Each time with time of its own: that of the request may be over."""
    for _ in range(_TRIES):
        await asyncio.sleep(_PAUSE_SECONDS)
        with suppress(CallError):
            await finish(peer.call("POST", "/internal/stamps", body=body))
            return

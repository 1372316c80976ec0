"""Hears of a peer's changes as soon as they are committed there, by a stream that never ends."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import msgspec

from chassis.background import beside
from chassis.logs import get_log
from chassis.peers import CallError, Refused
from chassis.peers.streaming import LineStream

_log = get_log(__name__)
_RETRY_SECONDS = 0.3


class _Page(msgspec.Struct, frozen=True):
    items: list[msgspec.Raw]
    position: str


_page = msgspec.json.Decoder(_Page)


class News:
    """Sets `event` at each change of the peer, for a job that reads them in its own time. `run` is a lifespan."""

    def __init__(self, stream: LineStream) -> None:
        self.event = asyncio.Event()
        self._stream = stream

    def run(self) -> AbstractAsyncContextManager[None]:
        return listening(self._stream, self._hear, self.event.set)

    def _hear(self, line: bytes) -> str:
        page = _page.decode(line)
        if page.items:
            self.event.set()
        return page.position


def listening(
    stream: LineStream, hear: Callable[[bytes], str], forget: Callable[[], None]
) -> AbstractAsyncContextManager[None]:
    """Gives each page to `hear`, which returns its position; calls `forget` when the peer has another history now."""
    return beside(_listen(stream, hear, forget), f"{stream.peer}.hearing")


async def _listen(stream: LineStream, hear: Callable[[bytes], str], forget: Callable[[], None]) -> None:
    place: str | None = None
    while True:
        try:
            params = {} if place is None else {"after": place}
            async for line in stream.lines("/internal/feed/stream", params):
                place = hear(line)
        except Refused:
            place = None
            forget()
        except (CallError, msgspec.MsgspecError) as error:
            _log.info("hearing.waits", peer=stream.peer, error=str(error))
        await asyncio.sleep(_RETRY_SECONDS)

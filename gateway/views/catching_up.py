"""What came before a stream: its pages as events, each read when the one before it has been taken."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import copy_context

import msgspec

from chassis.logs import get_log
from chassis.peers import CallError, Refused
from chassis.problems import Problem
from gateway.grants import granted
from gateway.live import cursors, delta
from gateway.live.cursors import Cursor
from gateway.live.delta import Question
from gateway.live.listeners import RESUME, RESYNC, Listener, encode_event
from gateway.live.models import Changes

_log = get_log(__name__)
_PAGE, _MOST_PAGES = 500, 20
_GONE = 410
Ask = Callable[[], Awaitable[list[Question]]]


class CatchUp:
    """The pages after a cursor, with one grant for as long as it is taken.

    Whoever is cut off on the way has the id of the last page that came, and goes on from there.
    """

    def __init__(self, listener: Listener, ask: Ask, after: Cursor) -> None:
        self._listener, self._ask, self._at = listener, ask, after
        self._questions: list[Question] | None = None
        self._is_whole = False
        # The request is over when the other pages are read, and they are read in its caller's name.
        self._context = copy_context()

    async def first(self) -> bytes:
        """The first page, in the time of the request. Raises what is answered in place of a stream."""
        begun = encode_event("cursor", cursors.encode(self._at), b"{}")
        events = await self._next()
        return begun + events if self._listener.takes_pages else b""

    async def rest(self) -> AsyncIterator[bytes]:
        """The other pages. After one that cannot be read the client asks again, and is answered why."""
        try:
            for _ in range(_MOST_PAGES - 1):
                if self._is_whole or self._listener.is_ending:
                    break
                yield await asyncio.create_task(self._next(), context=self._context)
        except (CallError, Problem) as error:
            _log.info("catching_up.ends", error=str(error))
            self._listener.cut_off(RESUME)
        if not self._is_whole:
            # With what was heard meanwhile the client would be led on, past the pages that it did not get.
            self._listener.cut_off(RESYNC)

    async def _next(self) -> bytes:
        page = await self._read()
        # Who lost the right meanwhile hears that alone.
        if page is None or not self._listener.takes_pages:
            return b""
        events = _to_events(page, cursors.encode(self._at))
        self._at = cursors.decode(page.cursor)
        if page.next is None:
            self._is_whole, self._listener.floor = True, self._at
        return events

    async def _read(self) -> Changes | None:
        """None if what came after the cursor is not kept any more: then the client loads all anew."""
        try:
            return await granted(self._page)
        except Refused as error:
            if error.answer.status != _GONE:
                raise
            self._listener.cut_off(RESYNC)
            return None

    async def _page(self) -> Changes:
        """After one that failed it asks for a grant anew."""
        questions, self._questions = self._questions or await self._ask(), None
        page = await delta.read(questions, self._at, _PAGE, self._listener.reach)
        self._questions = questions
        return page


def _to_events(page: Changes, before: str) -> bytes:
    """Each but the last has the id of the page before."""
    ids = [before] * len(page.items)
    ids[-1:] = [page.cursor] * bool(ids)
    return b"".join(
        encode_event("change", each, msgspec.json.encode(change))
        for each, change in zip(ids, page.items, strict=True)
    )

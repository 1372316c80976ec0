"""What ended: sessions and personal tokens that the gateway must refuse although their tokens still verify."""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from uuid import UUID

import msgspec

from chassis.peers import Peer
from chassis.problems import Problem

POLL_SECONDS = 0.4
# A slow answer is as good as a quick one: it tells what had ended when it was asked for. Two of these are tried.
POLL_PATIENCE_SECONDS = 6.0
# An access token lives 600 seconds; after that its session's id need not be known.
_KEPT_SECONDS = 660.0
# Beyond this without an answer it cannot be known what ended, and nothing is served.
_STALE_SECONDS = 15.0


class _Page(msgspec.Struct):
    items: list[UUID]
    next: str
    more: bool


class Revocations:
    """The ids of what ended lately, as `users` tells them."""

    def __init__(self, users: Peer) -> None:
        self._users = users
        self._ended: OrderedDict[UUID, float] = OrderedDict()
        self._cursor: str | None = None
        # Called with the ids of what has just ended.
        self.on_ended: Callable[[Sequence[UUID]], None] | None = None
        self._asked = float("-inf")

    def holds(self, token: UUID) -> bool:
        return token in self._ended

    def is_fresh(self) -> bool:
        return time.monotonic() - self._asked < _STALE_SECONDS

    def require_fresh(self) -> None:
        """Raises a 503 problem if nobody has told lately what ended."""
        if not self.is_fresh():
            raise Problem(
                503, "unavailable", "It cannot be known right now which tokens ended.", headers={"Retry-After": "1"}
            )

    async def poll(self) -> None:
        """Learns what ended since the last time. Raises the errors of `chassis.peers`."""
        more = True
        while more:
            asked = time.monotonic()
            params = {} if self._cursor is None else {"after": self._cursor}
            answer = await self._users.call("GET", "/internal/revocations", params=params)
            page = self._users.decode(answer, _Page)
            for token in page.items:
                self._ended[token] = asked
                self._ended.move_to_end(token)
            if self.on_ended and page.items:
                self.on_ended(page.items)
            self._cursor, self._asked, more = page.next, asked, page.more
        self._forget()

    def _forget(self) -> None:
        oldest = time.monotonic() - _KEPT_SECONDS
        while self._ended and next(iter(self._ended.values())) < oldest:
            self._ended.popitem(last=False)

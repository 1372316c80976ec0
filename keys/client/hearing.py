"""What this process has heard of Keys: every change as soon as it is committed, by a stream that never ends.

A service's rows follow in their own time (see follower); what is heard here has them begin at once. And a grant that
was decided without a change that has been heard of since, of the same member and room, is refused.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from chassis.feed import positions
from chassis.logs import get_log
from chassis.peers import CallError, Refused
from chassis.peers.streaming import LineStream
from keys.client.models import GRANT_SECONDS, Grant

_log = get_log(__name__)
_RETRY_SECONDS = 0.3
# Longer than any grant lives.
_KEPT_SECONDS = 2 * GRANT_SECONDS
_LOSSES = frozenset({("member", "dropped"), ("room", "buried"), ("user", "buried")})
_ROLE = ("member", "updated")


class _Change(msgspec.Struct, frozen=True):
    position: str
    kind: str
    id: UUID
    op: str
    version: int
    room_id: UUID | None = None
    user_id: UUID | None = None


class _Page(msgspec.Struct, frozen=True):
    items: list[_Change]
    position: str


_page = msgspec.json.Decoder(_Page)


class _Heard(NamedTuple):
    """A change: its transaction, when it was heard, and the version that it made."""

    xid: int
    at: float
    version: int


class Hearing:
    """Sets `news` at each change. Rights that became less are remembered for as long as a grant lives."""

    def __init__(self, stream: LineStream) -> None:
        self.news = asyncio.Event()
        self._stream = stream
        # By user and room, either of which may be all of them (None), and whether the role was set or all was lost.
        self._heard: OrderedDict[tuple[UUID | None, UUID | None, bool], _Heard] = OrderedDict()

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._listen(), name="keys.hearing")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def outdates(self, grant: Grant, room: UUID) -> bool:
        """Whether a change has been heard of that the grant was decided without."""
        for key in ((grant.user, room), (None, room), (grant.user, None)):
            loss = self._heard.get((*key, False))
            if loss is not None and not _saw(grant.snapshot, loss.xid):
                return True
        role = self._heard.get((grant.user, room, True))
        # A new name is told of each membership as well, at the version that it has.
        return role is not None and not _saw(grant.snapshot, role.xid) and (room, role.version) not in grant.standing

    async def _listen(self) -> None:
        place: str | None = None
        while True:
            try:
                params: dict[str, Any] = {} if place is None else {"after": place}
                async for line in self._stream.lines("/internal/feed/stream", params):
                    page = _page.decode(line)
                    self._hear(page)
                    place = page.position
            except Refused:
                # Another history, with other numbers.
                place = None
                self._heard.clear()
            except (CallError, msgspec.MsgspecError) as error:
                _log.info("hearing.waits", peer=self._stream.peer, error=str(error))
            await asyncio.sleep(_RETRY_SECONDS)

    def _hear(self, page: _Page) -> None:
        for change in page.items:
            kind = (change.kind, change.op)
            if kind in _LOSSES or kind == _ROLE:
                key = (change.id if change.kind == "user" else change.user_id, change.room_id, kind == _ROLE)
                self._heard[key] = _Heard(positions.parse(change.position).xid, time.monotonic(), change.version)
                self._heard.move_to_end(key)
        if page.items:
            self.news.set()
        oldest = time.monotonic() - _KEPT_SECONDS
        while self._heard and next(iter(self._heard.values())).at < oldest:
            self._heard.popitem(last=False)


def _saw(snapshot: str, xid: int) -> bool:
    """Whether a transaction is visible in a `pg_snapshot`: xmin:xmax:those under way."""
    lowest, _, rest = snapshot.partition(":")
    highest, _, under_way = rest.partition(":")
    if xid < int(lowest):
        return True
    return xid < int(highest) and str(xid) not in under_way.split(",")

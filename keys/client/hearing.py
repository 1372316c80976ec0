"""What this process has heard of Keys: every change as soon as it is committed, by a stream that never ends.

A service's rows follow in their own time (see follower); what is heard here has them begin at once. And a grant that
was decided without a change that has been heard of since, of the same member and room, is refused.
"""

import asyncio
import time
from collections import OrderedDict
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple
from uuid import UUID

import msgspec

from chassis.feed import positions
from chassis.feed.listening import listening
from chassis.peers.streaming import LineStream
from chassis.snapshots import saw
from keys.client.models import GRANT_SECONDS, Grant

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

    def run(self) -> AbstractAsyncContextManager[None]:
        return listening(self._stream, self._hear, self._heard.clear)

    def outdates(self, grant: Grant, room: UUID) -> bool:
        """Whether a change has been heard of that the grant was decided without."""
        for key in ((grant.user, room), (None, room), (grant.user, None)):
            loss = self._heard.get((*key, False))
            if loss is not None and not saw(grant.snapshot, loss.xid):
                return True
        role = self._heard.get((grant.user, room, True))
        # A new name is told of each membership as well, at the version that it has.
        return role is not None and not saw(grant.snapshot, role.xid) and (room, role.version) not in grant.standing

    def _hear(self, line: bytes) -> str:
        page = _page.decode(line)
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
        return page.position

"""Claims made ahead, so that who makes one row right after the other need not wait for Keys each time.

Keys is asked beside the answers, for claims of the next few rows at once. It holds what they refer to, and promises
that the right stays for a moment: who takes it away waits for that. So a row of that moment comes after its
reference as ever, and by a right that is there.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, NamedTuple
from uuid import UUID

import msgspec

from chassis.bodies import Body
from chassis.deadlines import current_work, finish_later, start
from chassis.feed import note_written
from chassis.passport import current_passport
from chassis.peers import AnsweredBadly, Peer, Refused
from keys.client.confirming import Confirmations
from keys.client.models import ClaimBody

# From before Keys is asked. Who takes a right away sleeps longer, from after it: migration 0010 of Keys.
_PROMISED_SECONDS = 0.1
# Who leaves more between two rows, a person or a script that waits for something else, asks Keys each time.
_GAP_SECONDS = 0.03
_IN_A_ROW = 3
_FEWEST, _MOST = 4, 16
# After a failure, as when Keys is of the version before, or too slow.
_REST_SECONDS = 1.0
_MOST_MAKERS = 1000
_encode = msgspec.json.encode


class AheadBody(Body):
    """Body of `POST /internal/claims/ahead`."""

    claims: Annotated[list[ClaimBody], msgspec.Meta(min_length=1, max_length=_MOST)]


class _Spare(NamedTuple):
    """`until` is on the monotonic clock."""

    claim: ClaimBody
    until: float


@dataclass
class _Maker:
    """One person in one room, who has made so many rows `in_a_row`, the last of them at `made_at`.

    `asks` is set while Keys is being asked for `count` claims more; before `rests_until` it is not asked.
    """

    made_at: float = float("-inf")
    in_a_row: int = 0
    asks: bool = False
    rests_until: float = float("-inf")
    count: int = _FEWEST
    spares: deque[_Spare] = field(default_factory=deque)


class Ahead:
    """Of one process. `run` is a lifespan."""

    def __init__(self, peer: Peer, confirmations: Confirmations) -> None:
        self._peer, self._confirmations = peer, confirmations
        self._makers: OrderedDict[tuple[UUID, UUID], _Maker] = OrderedDict()
        self._asking: set[asyncio.Task[None]] = set()

    def take(self, room_id: UUID) -> ClaimBody | None:
        """A claim that Keys has made for the caller of the current request; None if there is none."""
        maker, now = self._maker(room_id), time.monotonic()
        if maker is None:
            return None
        if now - maker.made_at > _GAP_SECONDS:
            maker.in_a_row = 0
        if not maker.spares or maker.spares[0].until <= now:
            return None
        note_written(room_id)
        return maker.spares.popleft().claim

    def made(self, room_id: UUID, draft: Callable[[], ClaimBody]) -> None:
        """The caller has made a row of the kind that `draft` is for: if they go on like this, Keys is asked ahead."""
        maker, now = self._maker(room_id), time.monotonic()
        if maker is None:
            return
        maker.made_at, maker.in_a_row = now, maker.in_a_row + 1
        if maker.in_a_row < _IN_A_ROW or maker.asks or now < maker.rests_until:
            return
        if len(maker.spares) <= maker.count // 2:
            maker.asks = True
            task = finish_later(self._ask(maker, draft))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        yield
        asking = list(self._asking)
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    def _maker(self, room_id: UUID) -> _Maker | None:
        """None where the caller's token is for some rooms alone: what is asked ahead serves all of their tokens."""
        passport = current_passport()
        if passport.user is None or passport.rooms is not None:
            return None
        key = (passport.user, room_id)
        maker = self._makers.setdefault(key, _Maker())
        self._makers.move_to_end(key)
        if len(self._makers) > _MOST_MAKERS:
            self._makers.popitem(last=False)
        return maker

    async def _ask(self, maker: _Maker, draft: Callable[[], ClaimBody]) -> None:
        """Asks for `count` claims, and gives up what is left of them when the promise is over."""
        # No write has begun that they are for: where there is no room they are refused, and late they are of no use.
        current_work.set("write")
        start(_PROMISED_SECONDS)
        claims = [draft() for _ in range(maker.count)]
        until = time.monotonic() + _PROMISED_SECONDS
        try:
            answer = await self._peer.call("POST", "/internal/claims/ahead", body=_encode(AheadBody(claims=claims)))
            if answer.status != 204:
                # Somebody else, who answers in its place: nothing is held.
                raise AnsweredBadly(self._peer.name, f"answered {answer.status}")
        except BaseException as error:
            maker.rests_until = time.monotonic() + _REST_SECONDS
            if not isinstance(error, Refused):
                self._confirmations.give_up(claim.id for claim in claims)
            raise
        finally:
            maker.asks = False
        maker.spares.extend(_Spare(claim, until) for claim in claims)
        try:
            await asyncio.sleep(until - time.monotonic())
        finally:
            self._give_up(maker, until)

    def _give_up(self, maker: _Maker, until: float) -> None:
        left = [spare.claim.id for spare in maker.spares if spare.until == until]
        maker.spares = deque(spare for spare in maker.spares if spare.until != until)
        maker.count = max(_FEWEST, maker.count - len(left)) if left else min(_MOST, 2 * maker.count)
        self._confirmations.give_up(left)

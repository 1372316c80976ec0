"""The verbs in which a service speaks with Keys: `require`, `referring`, `bury`."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import Context
from typing import Annotated
from uuid import UUID

import msgspec
from quart import current_app

from chassis.bodies import Body
from chassis.database import Database
from chassis.deadlines import bounded, finish, finish_later
from chassis.feed import note_written, written
from chassis.ids import new_id
from chassis.logs import get_log
from chassis.peers import CallError, Peer, Refused
from chassis.problems import Problem, uncertain
from keys.client.ahead import Ahead
from keys.client.claims import Claim, fence_claims, landed_claims
from keys.client.confirming import Confirmations
from keys.client.models import Access, ClaimBody, Link, Need, Node, Shown
from keys.client.stamps import note_stamped
from keys.client.sweeper import settle, sweep

EXTENSION = "tasksync.keys"
# Of a refusal: the index of the need that does not hold, or the ids of the links that cannot be.
NEED_HEADER = "TaskSync-Need"
LINK_HEADER = "TaskSync-Link"
_log = get_log(__name__)
_encode = msgspec.json.encode
# Together the pauses are less than a write has; and they grow, for many may wait for one.
_PAUSES = (0.02, 0.04, 0.08, 0.16, *[0.25] * 6)
# What the work after the last of them has to be left with.
_LEAST_SECONDS = 0.2


_shown = msgspec.json.Decoder(Shown)


class StampBody(Body):
    """Body of `POST /internal/stamps`, and of a confirmation: the rooms that were written in."""

    of: Annotated[list[UUID], msgspec.Meta(max_length=1000)]


class BuryBody(Body):
    """Body of `POST /internal/nodes/bury`. `unused`: only while nothing refers to it but who asks."""

    node: Node
    needs: list[Need]
    unused: bool = False


class Keys:
    """The client of Keys, for one service and its own database. Calls raise the errors of `chassis.peers`."""

    def __init__(self, peer: Peer, database: Database) -> None:
        self._peer, self._database = peer, database
        self.confirmations = Confirmations(peer)
        self.ahead = Ahead(peer, self.confirmations)

    async def require(self, *needs: Need) -> Access:
        """Where and as what the caller may do all of `needs`; raises Refused with 404 or 403 otherwise."""
        answer = await self._peer.call("POST", "/internal/needs", body=_encode(needs))
        access = msgspec.json.decode(answer.body, type=Access)
        # A repetition writes nothing, but answers that its write is done.
        note_written(access.room_id)
        return access

    @asynccontextmanager
    async def referring(
        self,
        *,
        new: Sequence[Node] = (),
        links: Sequence[Link] = (),
        drops: Sequence[UUID] = (),
        needs: Sequence[Need] = (),
    ) -> AsyncIterator[Claim]:
        """Reference first, row second: holds `new` and `links` in Keys while the block writes the row that has them.

        `drops` are links whose rows the block deletes: they go if and only if its transaction commits; one that is
        gone already is passed over. Keys refuses (404, 403, 409) if a right is missing or a target is gone. The block
        calls `claim.land` in the transaction of its row. After it all is confirmed, and only then seen; what Keys
        says that it shows already, a moment later.
        """
        body = ClaimBody(id=new_id(), nodes=list(new), links=list(links), drops=list(drops), needs=list(needs))
        async with self._referring(body):
            yield Claim(body.id)

    @asynccontextmanager
    async def referring_again(
        self, draft: Callable[[], ClaimBody], room_id: UUID | None
    ) -> AsyncIterator[tuple[Claim, ClaimBody]]:
        """The same for what `draft` gives: each time other new nodes and links, and the same needs, in one room.

        With `room_id`, that room, who makes one right after the other does not wait for Keys each time (see
        keys.client.ahead): for what needs nothing else of Keys, and shows at once. None asks each time.
        """
        spare = self.ahead.take(room_id) if room_id else None
        body = spare or draft()
        async with self._landing(body.id, Shown(room_id)) if spare else self._referring(body):
            yield Claim(body.id), body
        if room_id:
            self.ahead.made(room_id, draft)

    @asynccontextmanager
    async def _referring(self, body: ClaimBody) -> AsyncIterator[None]:
        for link in body.links:
            if link.target.type == "room":
                note_written(link.target.id)
        try:
            shown = await self._make(_encode(body))
        except BaseException as error:
            # It may be held without our knowing; the caller need not wait for the end of that.
            if not isinstance(error, Refused) and getattr(error, "sent", True):
                finish_later(self._settle_quietly(body.id))
            raise
        async with self._landing(body.id, shown):
            yield

    @asynccontextmanager
    async def _landing(self, claim_id: UUID, shown: Shown | None) -> AsyncIterator[None]:
        """What follows the block in which the row of a claim that is made is written."""
        try:
            yield
        except BaseException:
            await finish(self._settle_quietly(claim_id))
            raise
        if shown is not None:
            self.confirmations.add(claim_id)
            if shown.room_id is not None:
                note_stamped([shown.room_id])
            return
        # The row is there: neither a deadline nor a client that left keeps it from being seen.
        rooms = written()
        await self._confirm(claim_id, StampBody(of=sorted(rooms)))
        note_stamped(rooms)

    async def bury(self, node: Node, needs: Sequence[Need], *, unused: bool = False) -> None:
        """Tombstone first, rows after: from here on nothing can refer to `node`, and every right on it is gone.

        With `unused` it is refused with 409 `in_use` if anything refers to the node but the caller.
        """
        body = _encode(BuryBody(node=node, needs=list(needs), unused=unused))
        await self._peer.call("POST", "/internal/nodes/bury", body=body)

    async def _make(self, body: bytes) -> Shown | None:
        """Makes a claim. Another that is about the same link is waited for, as long as a slow one takes."""
        for pause in _PAUSES:
            try:
                return await self._ask(body)
            except Refused as refused:
                needed = pause + _LEAST_SECONDS
                if refused.code != "pending" or bounded(needed) < needed:
                    raise
            await asyncio.sleep(random.uniform(0.75, 1) * pause)  # noqa: S311
        return await self._ask(body)

    async def _ask(self, body: bytes) -> Shown | None:
        answer = await self._peer.call("POST", "/internal/claims", body=body)
        return _shown.decode(answer.body) if answer.body else None

    async def _confirm(self, claim_id: UUID, written_in: StampBody) -> None:
        """Raises a 504 problem if it fails: what has landed is written, and by a 503 it would be written again."""
        path = f"/internal/claims/{claim_id}/confirm"
        try:
            await finish(self._peer.call("POST", path, body=_encode(written_in)))
        except CallError as error:
            _log.warning("claim.left_to_sweeper", claim=str(claim_id), error=str(error))
            raise uncertain() from error

    async def _settle_quietly(self, claim_id: UUID) -> None:
        """After a failure: confirms or gives up at once, as the row tells. If that fails too, the sweeper does it."""
        try:
            await fence_claims(self._database, [claim_id])
            landed = await landed_claims(self._database, [claim_id])
            await settle(self._peer, claim_id, has_landed=claim_id in landed)
        except (CallError, Problem) as error:
            _log.warning("claim.left_to_sweeper", claim=str(claim_id), error=str(error))

    async def catch_up(self) -> None:
        """Makes seen what a process that died wrote and did not confirm. Raises a 504 problem if it fails."""
        # In nobody's name, so outside of this request: what others wrote is among it.
        work = asyncio.create_task(sweep(self._peer, self._database, age=0), context=Context())
        try:
            await work
        except (CallError, Problem) as error:
            _log.warning("claims.left_to_sweeper", error=str(error))
            raise uncertain() from error


def current_keys() -> Keys:
    """The client of the service whose request this is."""
    keys: Keys = current_app.extensions[EXTENSION]
    return keys

"""The verbs in which a service speaks with Keys: `require`, `referring`, `unlink`, `bury`."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import msgspec
from quart import current_app

from chassis.database import Database
from chassis.ids import new_id
from chassis.logs import get_log
from chassis.peers import CallError, Peer
from chassis.problems import Problem
from keys.client.claims import Claim, landed_claims
from keys.client.models import Access, Link, Need, Node
from keys.client.sweeper import settle

EXTENSION = "tasksync.keys"
_log = get_log(__name__)
_encode = msgspec.json.encode


class ClaimBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Body of `POST /internal/claims`."""

    id: UUID
    nodes: list[Node]
    links: list[Link]
    needs: list[Need]


class DropBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Body of `POST /internal/nodes/bury` (node) and `POST /internal/links/drop` (the rest)."""

    needs: list[Need]
    node: Node | None = None
    relation: str | None = None
    source: Node | None = None
    target: Node | None = None


class Keys:
    """The client of Keys, for one service and its own database. Calls raise the errors of `chassis.peers`."""

    def __init__(self, peer: Peer, database: Database) -> None:
        self._peer, self._database = peer, database

    async def require(self, *needs: Need) -> Access:
        """Where and as what the caller may do all of `needs`; raises Refused with 404 or 403 otherwise."""
        answer = await self._peer.call("POST", "/internal/needs", body=_encode(needs))
        return msgspec.json.decode(answer.body, type=Access)

    @asynccontextmanager
    async def referring(
        self, *, new: Sequence[Node] = (), links: Sequence[Link] = (), needs: Sequence[Need] = ()
    ) -> AsyncIterator[Claim]:
        """Reference first, row second: holds `new` and `links` in Keys while the block writes the row that has them.

        Keys refuses (404, 403, 409) if a right is missing or a target is gone. The block calls `claim.land` in the
        transaction of its row. After it the references are confirmed, and only then seen.
        """
        claim = Claim(new_id())
        body = ClaimBody(id=claim.id, nodes=list(new), links=list(links), needs=list(needs))
        await self._peer.call("POST", "/internal/claims", body=_encode(body))
        try:
            yield claim
        except BaseException:
            await self._settle_quietly(claim.id)
            raise
        await self._peer.call("POST", f"/internal/claims/{claim.id}/confirm")

    async def unlink(self, relation: str, source: Node, target: Node, needs: Sequence[Need]) -> None:
        """Drops the link, if the rights hold; its owner's row goes after it."""
        body = DropBody(needs=list(needs), relation=relation, source=source, target=target)
        await self._peer.call("POST", "/internal/links/drop", body=_encode(body))

    async def bury(self, node: Node, needs: Sequence[Need]) -> None:
        """Tombstone first, rows after: from here on nothing can refer to `node`, and every right on it is gone."""
        await self._peer.call("POST", "/internal/nodes/bury", body=_encode(DropBody(needs=list(needs), node=node)))

    async def _settle_quietly(self, claim_id: UUID) -> None:
        """After a failure: confirms or gives up at once, as the row tells. If that fails too, the sweeper does it."""
        try:
            landed = await landed_claims(self._database, [claim_id])
            await settle(self._peer, claim_id, has_landed=claim_id in landed)
        except (CallError, Problem):
            _log.warning("claim.left_to_sweeper", claim=str(claim_id))


def current_keys() -> Keys:
    """The client of the service whose request this is."""
    keys: Keys = current_app.extensions[EXTENSION]
    return keys

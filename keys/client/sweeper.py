"""Settles the claims that a crash left: asks Keys which are overdue, asks the own database whether the row came."""

from uuid import UUID

import msgspec

from chassis.background import periodically
from chassis.database import Database
from chassis.peers import Peer
from chassis.service import Lifespan
from keys.client.claims import landed_claims, prune_claims

_SWEEP_SECONDS = 1.0
_PRUNE_SECONDS = 600.0


class _Expired(msgspec.Struct):
    items: list[UUID]


async def sweep(peer: Peer, database: Database) -> int:
    """Confirms or gives up each overdue claim of this service, and returns how many there were.

    The question to the database fences: a row that has not come by then never will. Any replica may ask, at any time.
    """
    answer = await peer.call("GET", "/internal/claims/expired")
    expired = msgspec.json.decode(answer.body, type=_Expired).items
    if not expired:
        return 0
    landed = await landed_claims(database, expired)
    for claim in expired:
        await settle(peer, claim, has_landed=claim in landed)
    return len(expired)


async def settle(peer: Peer, claim: UUID, *, has_landed: bool) -> None:
    """Tells Keys what became of a claim. Only after the own database has said so, and fenced."""
    if has_landed:
        await peer.call("POST", f"/internal/claims/{claim}/confirm")
    else:
        await peer.call("DELETE", f"/internal/claims/{claim}")


def sweeping(peer: Peer, database: Database) -> list[Lifespan]:
    """What an owner runs to sweep its claims and to forget those long settled."""
    return [
        periodically("claims.sweep", _SWEEP_SECONDS, lambda: sweep(peer, database)),
        periodically("claims.prune", _PRUNE_SECONDS, lambda: prune_claims(database)),
    ]

"""Settles the claims that a crash left: asks Keys which are open, asks the own database whether the row came."""

from uuid import UUID

import msgspec

from chassis.background import periodically
from chassis.database import Database
from chassis.peers import AnsweredBadly, CallError, Peer, Refused
from chassis.service import Lifespan
from keys.client.claims import fence_claims, landed_claims, prune_claims

_SWEEP_SECONDS = 1.0
# A healthy claim is settled long before.
_AGE_SECONDS = 1.0
_PRUNE_SECONDS = 600.0
_OLD_SECONDS = 3600.0


class _Claim(msgspec.Struct):
    id: UUID
    expired: bool


class _Open(msgspec.Struct):
    items: list[_Claim]


async def sweep(peer: Peer, database: Database, age: float = _AGE_SECONDS) -> None:
    """Of the open claims of this service, `age` seconds old or older, confirms those whose rows have come.

    It gives up those whose lease is over, after fencing them. Any replica may do it, at any time.
    """
    claims = await _open_claims(peer, age)
    if not claims:
        return
    if overdue := [claim.id for claim in claims if claim.expired]:
        await fence_claims(database, overdue)
    landed = await landed_claims(database, [claim.id for claim in claims])
    failure: CallError | None = None
    for claim in claims:
        if claim.id in landed or claim.expired:
            try:
                await settle(peer, claim.id, has_landed=claim.id in landed)
            except (AnsweredBadly, Refused) as error:
                # The others are not kept by one that cannot be settled.
                failure = error
    if failure is not None:
        raise failure


async def _open_claims(peer: Peer, age: float) -> list[_Claim]:
    answer = await peer.call("GET", "/internal/claims", params={"older_than": str(age)})
    return msgspec.json.decode(answer.body, type=_Open).items


async def prune(peer: Peer, database: Database) -> None:
    """Forgets claims of yesterday, unless Keys has old ones open: it has to hear first which of them have landed."""
    if not await _open_claims(peer, _OLD_SECONDS):
        await prune_claims(database)


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
        periodically("claims.prune", _PRUNE_SECONDS, lambda: prune(peer, database)),
    ]

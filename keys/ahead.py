"""Claims that are made ahead, for rows that somebody is about to make one after the other: keys.client.ahead."""

from collections.abc import Sequence
from uuid import UUID

from chassis.database import Connection
from chassis.problems import FieldError, Problem
from keys import references
from keys.client.models import ClaimBody
from keys.footings import Footings


async def make(
    connection: Connection, claims: Sequence[ClaimBody], owner: str, caller: UUID, known: Footings
) -> None:
    """Makes `claims`, all for the same right in one room. Raises the problems of `references.make`.

    Until each is ended, whoever takes that right from the caller, the room away, or the account, waits for as long as
    it is promised: so says the database itself, in migration 0010. One that is not used is given up.
    """
    whole = ClaimBody(
        id=claims[0].id,
        nodes=[node for claim in claims for node in claim.nodes],
        links=[link for claim in claims for link in claim.links],
        needs=claims[0].needs,
    )
    if not _are_alike(claims) or not references.is_one_statement(whole):
        detail = "Ahead are claims of new nodes alone, all for the same rights in one room."
        raise Problem(422, "invalid", detail, errors=(FieldError("claims", detail),))
    await references.make(connection, whole, owner, caller, known, claims)


def _are_alike(claims: Sequence[ClaimBody]) -> bool:
    """What is promised is the right of the caller in one room, so that has to be what all of them stand on.

    One at a task may stand on who it is assigned to, which is not promised.
    """
    rooms = {link.target for claim in claims for link in claim.links if link.target.type == "room"}
    places = rooms.union(need.on for claim in claims for need in claim.needs)
    return [place.type for place in places] == ["room"] and all(
        claim.needs == claims[0].needs and claim.needs and not claim.drops for claim in claims
    )

"""The grant: a read's right, decided once by Keys, passed on by the gateway, and verified here by the owners."""

from collections.abc import Sequence
from uuid import UUID

from quart import current_app, request

from chassis.passport import caller
from chassis.problems import Problem
from chassis.seals import Seal, SealError
from keys.client.hearing import Hearing
from keys.client.models import Grant, Role

HEADER = "TaskSync-Grant"
EXTENSION = "tasksync.grants"
HEARING = "tasksync.hearing"
# The code of a refusal that is between services: whoever brought the grant asks Keys for another.
NO_GRANT = "no_grant"


def grant_seal(secret: str) -> Seal[Grant]:
    return Seal(secret, "grant", Grant)


def current_seal() -> Seal[Grant]:
    """The seal of the service whose request this is."""
    seal: Seal[Grant] = current_app.extensions[EXTENSION]
    return seal


def granted_rooms(action: str) -> tuple[UUID, ...]:
    """The rooms in which the caller may do `action`, as the grant of this request proves.

    Raises a 403 problem, also when more has been heard of these rooms than Keys knew.
    """
    grant = _current_grant()
    if grant.user != caller() or action not in grant.actions:
        raise _refused("The grant is not for this read.")
    return grant.rooms


def is_granted(action: str) -> bool:
    """Whether the request brings a grant of its caller for `action`. Raises a 403 problem if it is good no more."""
    if HEADER not in request.headers:
        return False
    grant = _current_grant()
    return grant.user == caller() and action in grant.actions


def _current_grant() -> Grant:
    """The grant of this request, whatever it is for. Raises a 403 problem if it does not hold now."""
    try:
        grant = current_seal().open(request.headers.get(HEADER, ""))
    except SealError:
        raise _refused("This read needs a grant.") from None
    hearing: Hearing | None = current_app.extensions.get(HEARING)
    if hearing is not None and any(hearing.outdates(grant, room) for room in grant.rooms):
        raise _refused("The grant was decided without what has been heard since.")
    return grant


def granted_role() -> Role | None:
    """The caller's role in the one room that the request's grant is for; None if an older Keys made it."""
    return _current_grant().role


async def allow_feed(by: str, of: Sequence[UUID]) -> None:
    """Rooms are read with a grant for all of them; what is about a user, by that user. Raises a 403 problem."""
    allowed = set(granted_rooms("room.view")) if by == "room_id" else {caller()}
    if not allowed.issuperset(of):
        raise _refused("These changes are not for this caller.")


def require_granted(action: str, room_id: UUID) -> None:
    """Raises a 403 problem unless the request's grant is for `action` in this room."""
    if room_id not in granted_rooms(action):
        raise _refused("The grant is not for this room.")


def _refused(detail: str) -> Problem:
    return Problem(403, NO_GRANT, detail)

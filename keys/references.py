"""Reference first, row second: makes nodes and links under a claim, or refuses."""

from collections.abc import Sequence
from typing import NamedTuple, NoReturn
from uuid import UUID

from chassis.database import Connection, Row
from chassis.problems import FieldError, Problem, unauthorized
from keys import rights
from keys.client.keys import LINK_HEADER
from keys.client.models import ClaimBody, Link, Node, Shown, room, user
from keys.footings import Footings
from keys.models import OpenClaim
from keys.queries import claims, references
from keys.relations import BY_NAME, OWNERS

# Longer than any request lasts; a claim that outlives it is of a process that died.
LEASE_SECONDS = 15.0
# More than are under way at once, but for those made ahead.
_OPEN_LIMIT = 500
# A membership that changes each time between two statements is not of this world.
_TRIES = 5


def is_one_statement(body: ClaimBody) -> bool:
    """Whether `make` needs no transaction: only new nodes refer, so no other link can stand in the way of these."""
    once = {(link.relation, link.source, link.target) for link in body.links}
    return not body.drops and _only_news_refer(body) and len(once) == len(body.links)


async def make(
    connection: Connection,
    body: ClaimBody,
    owner: str,
    caller: UUID | None,
    known: Footings,
    parts: Sequence[ClaimBody] = (),
) -> Shown | None:
    """Holds the references of `body` under its claim. Raises a 404, 403, 409 or 422 problem; then nothing is held.

    They show to nobody yet, unless it returns Shown. It stands in a transaction, unless it `is_one_statement`. With
    `parts`, of which `body` is the sum, each part is a claim of its own, and the right is promised to the caller
    (keys.ahead).
    """
    _check_shape(body, owner)
    ground = await _recall_ground(connection, body, caller, known)
    promised = caller if parts else None
    if ground is not None and await _open(connection, body, parts, owner, promised, ground):
        return _to_be_shown(body, ground)
    for _ in range(_TRIES):
        ground, rows = await _find_ground(connection, body, caller)
        if await _open(connection, body, parts, owner, promised, ground):
            known.keep(body.needs, rows, caller)
            return _to_be_shown(body, ground)
        await _refuse_gone(connection, ground)
    raise _pending()


class _Ground(NamedTuple):
    """What a claim stands on, the rooms of its rights, and by link the membership that it requires."""

    under: claims.Ground
    rooms: set[UUID]
    via: dict[UUID, UUID]


async def _recall_ground(
    connection: Connection, body: ClaimBody, caller: UUID | None, known: Footings
) -> _Ground | None:
    """None if what its rights stand on is to be found."""
    footing = known.recall(body.needs, caller) if caller else None
    if caller is None or not footing:
        return None
    try:
        # What is found lives; of what is recalled that is part of the question.
        return await _stand_on(connection, body, footing, {user(caller), *map(room, footing.values())})
    except Problem:
        # That may come of what has changed since.
        return None


async def _find_ground(connection: Connection, body: ClaimBody, caller: UUID | None) -> tuple[_Ground, list[Row]]:
    """The ground, and the standing behind each of its needs."""
    rows = await rights.find_footing(connection, body.needs, _signed_in(caller)) if body.needs else []
    footing = {rights.Footing(row["member_id"], row["version"]): row["room_id"] for row in rows}
    return await _stand_on(connection, body, footing, set()), rows


async def _stand_on(
    connection: Connection, body: ClaimBody, footing: dict[rights.Footing, UUID], living: set[Node]
) -> _Ground:
    _check_rooms(body)
    required = await _find_required(connection, body.links)
    ends = living.union(end for link in body.links for end in (link.source, link.target)).difference(body.nodes)
    via = {link: each.link for link, each in required.items()}
    return _Ground(claims.Ground(ends, {*footing, *required.values()}), set(footing.values()), via)


async def open_claims(connection: Connection, owner: str, age: float) -> list[OpenClaim]:
    """The oldest claims of `owner` that were made `age` seconds ago or longer."""
    rows = await claims.open_claims(connection, owner, LEASE_SECONDS - age, _OPEN_LIMIT)
    return [OpenClaim(row["id"], row["expired"]) for row in rows]


def _signed_in(caller: UUID | None) -> UUID:
    if caller is None:
        raise unauthorized("Sign in first.")
    return caller


def _check_shape(body: ClaimBody, owner: str) -> None:
    for node in body.nodes:
        if OWNERS[node.type] != owner:
            raise Problem(403, "not_the_owner", f"The {owner} service does not hold rows of {node.type}s.")
    for link in body.links:
        rule = BY_NAME[link.relation]
        if link.source.type not in rule.source or link.target.type != rule.target:
            detail = f"{link.relation} does not join a {link.source.type} to a {link.target.type}."
            raise Problem(422, "invalid", detail, errors=(FieldError(link.relation, detail),))


def _check_rooms(body: ClaimBody) -> None:
    """A token that is for some rooms alone neither makes nor enters another."""
    rooms = {node.id for node in body.nodes if node.type == "room"}
    rooms |= {link.target.id for link in body.links if link.target.type == "room"}
    if not all(rights.reaches(room) for room in rooms):
        raise Problem(403, "token_too_narrow", "This token is for some rooms alone, and this is none of them.")


async def _find_required(connection: Connection, links: Sequence[Link]) -> dict[UUID, rights.Footing]:
    """For each link that requires a membership, that membership. Raises a 422 problem where there is none."""
    wanting = [link for link in links if BY_NAME[link.relation].requires == "member"]
    if not wanting:
        return {}
    room_id = await _room_of(connection, wanting[0].source, links)
    users = [link.target.id for link in wanting]
    found = await references.memberships(connection, room_id, users) if room_id else {}
    for link in wanting:
        if link.target.id not in found:
            await _refuse_stranger(connection, link, room_id)
    members = {user: rights.Footing(row["id"], row["version"]) for user, row in found.items()}
    return {link.id: members[link.target.id] for link in wanting}


async def _refuse_stranger(connection: Connection, link: Link, room_id: UUID | None) -> NoReturn:
    """Where the room is gone, its members went with it."""
    if room_id and not await references.live(connection, [room(room_id)]):
        raise _gone("room")
    message = f"{link.target.id} is not a member of this room"
    problem = Problem(422, "not_a_member", message, errors=(FieldError("assignees", message),))
    problem.headers[LINK_HEADER] = str(link.id)
    raise problem


async def _room_of(connection: Connection, task: Node, links: Sequence[Link]) -> UUID | None:
    for link in links:
        if link.relation == "in_room" and link.source == task:
            return link.target.id
    return await references.room_of_task(connection, task.id)


async def _refuse_gone(connection: Connection, ground: _Ground) -> None:
    """What was not there for a claim: a node, else a membership, which is found anew."""
    living = await references.live(connection, list(ground.under.ends))
    gone = {node.type for node in ground.under.ends if node not in living}
    if gone:
        raise _gone(min(gone))


def _to_be_shown(body: ClaimBody, ground: _Ground) -> Shown | None:
    """What only new nodes refer with may show before its rows come: until then nobody can name these nodes.

    Not what is about several rooms: a claim tells of one that it is being written in.
    """
    rooms = ground.rooms | {link.target.id for link in body.links if link.target.type == "room"}
    if not body.nodes or body.drops or len(rooms) > 1 or not _only_news_refer(body):
        return None
    return Shown(next(iter(rooms), None))


def _only_news_refer(body: ClaimBody) -> bool:
    news = set(body.nodes)
    return all(link.source in news for link in body.links)


async def _open(
    connection: Connection,
    body: ClaimBody,
    parts: Sequence[ClaimBody],
    owner: str,
    promised: UUID | None,
    ground: _Ground,
) -> bool:
    """False if the ground has gone, and nothing is made."""
    shown = _to_be_shown(body, ground)
    room_id = shown.room_id if shown else None
    terms = claims.Terms(owner, LEASE_SECONDS, shown is not None, room_id, promised)
    made = await claims.make_claims(connection, terms, parts or [body], ground.via, ground.under)
    if made is None:
        return False
    if others := [link for link in body.links if link.id not in made]:
        await refuse_second(connection, others)
    await _mark_drops(connection, body, owner)
    return True


async def _mark_drops(connection: Connection, body: ClaimBody, owner: str) -> None:
    if not body.drops:
        return
    own = [kind for kind, holder in OWNERS.items() if holder == owner]
    marked = await claims.mark_drops(connection, body.drops, own, body.id)
    if len(marked) < len(body.drops) and await claims.is_left(connection, body.drops, own, body.id):
        raise _pending()


async def refuse_second(connection: Connection, links: Sequence[Link]) -> NoReturn:
    """Raises the 409 problem of links that others stand in the way of: these are there to stay, or `pending`."""
    if not await references.are_settled(connection, links):
        raise _pending()
    if any(link.relation == "member" for link in links):
        raise Problem(409, "already_member", "This user is a member of the room already.")
    named = ",".join(str(link.id) for link in links)
    raise Problem(409, "already_linked", "This is so already.", headers={LINK_HEADER: named})


def _gone(kind: str) -> Problem:
    return Problem(409, "reference_gone", f"The {kind} that this refers to is gone.")


def _pending() -> Problem:
    return Problem(409, "pending", "The same is being done right now.", headers={"Retry-After": "1"})

"""Decides: may this caller do this action on this node?"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from chassis.database import Connection, Row
from chassis.passport import current_passport
from chassis.problems import Problem, forbidden, not_found
from keys import roles
from keys.client.keys import NEED_HEADER
from keys.client.models import Access, Need, Node
from keys.models import Explanation
from keys.queries import standings
from keys.roles import Standing


class Footing(NamedTuple):
    """A membership that a right stands on, as it was when that was found."""

    link: UUID
    version: int


def to_standing(row: Row) -> Standing:
    return Standing(row["role"], row["assigned"], row["author"])


async def find(connection: Connection, node: Node, user: UUID, *, held: bool = False) -> Row:
    """The caller's standing at `node`. Raises a 404 problem for who may not see it, or whose token does not."""
    row = await standings.standing(connection, node, user, held=held)
    if row is None or not reaches(row["room_id"]):
        raise not_found(node.type)
    return row


def reaches(room_id: UUID) -> bool:
    """Whether the caller's token, which may be for some rooms alone, is for this one."""
    rooms = current_passport().rooms
    return rooms is None or room_id in rooms


async def require(connection: Connection, needs: Sequence[Need], caller: UUID) -> list[Access]:
    """Holds the memberships that `needs` stand on until the transaction ends. Raises a 404 or 403 problem."""
    rows = await _find_all(connection, needs, caller, held=True)
    return [Access(row["room_id"], row["role"], row["member_id"]) for row in rows]


async def find_footing(connection: Connection, needs: Sequence[Need], caller: UUID) -> list[Row]:
    """The standing that each of `needs` stands on, not held. Raises a 404 or 403 problem."""
    return await _find_all(connection, needs, caller, held=False)


async def _find_all(connection: Connection, needs: Sequence[Need], caller: UUID, *, held: bool) -> list[Row]:
    found = []
    for index, need in enumerate(needs):
        try:
            row = await _find_one(connection, need, caller, held=held)
            if need.membership not in (None, row["member_id"]):
                raise not_found(need.on.type)
        except Problem as problem:
            problem.headers[NEED_HEADER] = str(index)
            raise
        found.append(row)
    return found


async def _find_one(connection: Connection, need: Need, caller: UUID, *, held: bool) -> Row:
    if need.user is not None and need.user != caller:
        return await _find_of_other(connection, need, need.user, held=held)
    row = await find(connection, need.on, caller, held=held)
    if not roles.allows(to_standing(row), need.action):
        raise forbidden(need.action)
    if need.grants is not None and not roles.may_grant(row["role"], need.grants):
        raise Problem(403, "forbidden", f"You cannot grant the role {need.grants}.", action=need.action)
    return row


async def _find_of_other(connection: Connection, need: Need, user: UUID, *, held: bool) -> Row:
    """The right of somebody in whose name the caller acts, as who made an invite: refused as if it were not there."""
    row = await standings.standing(connection, need.on, user, held=held)
    if row is None or not roles.allows(to_standing(row), need.action):
        raise not_found(need.on.type)
    if need.grants is not None and not roles.may_grant(row["role"], need.grants):
        raise not_found(need.on.type)
    return row


async def explain(connection: Connection, room: Node, user: UUID, action: str) -> Explanation:
    """Which link or rule decides about `user` and `action` in `room`."""
    right = roles.BY_ACTION.get(action)
    if right is None:
        return Explanation(user, action, False, None, "There is no such action.")
    row = await standings.standing(connection, room, user)
    if row is None:
        return Explanation(user, action, False, None, "No member link joins this user to the room.")
    role, link = row["role"], f"member link {row['member_id']}, role {row['role']}"
    if roles.allows(Standing(role), action):
        return Explanation(user, action, True, role, link)
    if roles.allows(Standing(role, assigned=True, author=True), action):
        return Explanation(user, action, True, role, f"{link}, where the condition holds", right.condition)
    least = right.least or right.least_if
    return Explanation(user, action, False, role, f"{link}; the action needs the role {least}")

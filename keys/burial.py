"""Tombstone first, rows after: buries a node, or refuses."""

from collections.abc import Sequence
from uuid import UUID

from chassis.database import Connection, Row
from chassis.problems import Problem, not_found
from keys import rights
from keys.client.models import Need, Node, user
from keys.queries import burials, members
from keys.relations import OWNERS


async def bury(
    connection: Connection, node: Node, needs: Sequence[Need], caller: UUID, *, unused: bool = False
) -> None:
    """From the commit on nothing links to `node` and every right on it is gone. Burying what is buried is done.

    With `unused` it raises a 409 problem if anything but the caller links to the room.
    """
    if node.type == "user":
        await _bury_user(connection, node.id, caller)
        return
    if not needs:
        raise Problem(422, "invalid", "Burying this needs a right.")
    if node.type == "room":
        await members.hold_rooms(connection, [node.id])
    await rights.require(connection, needs, caller)
    # The room is held, so nothing comes between.
    if unused and await burials.is_used(connection, node.type, node.id, caller):
        raise Problem(409, "in_use", "Somebody or something else is in it by now.")
    await _bury_one(connection, node, caller)


async def bury_own(connection: Connection, node: Node, owner: str) -> None:
    """A service buries a node of its own in nobody's name, as when its time in the trash is over."""
    if node.type == "user" or OWNERS[node.type] != owner:
        raise Problem(403, "not_the_owner", f"The {owner} service cannot bury a {node.type}.")
    await _bury_one(connection, node, None)


async def _bury_one(connection: Connection, node: Node, actor: UUID | None) -> None:
    """Raises a 409 problem while the node is pending: buried in vain, it would outlive its row."""
    buried = await burials.bury(connection, node.type, [node.id], actor)
    if not buried and await burials.is_pending(connection, node.type, node.id):
        raise _pending("It is just being made; try again.")


async def _bury_user(connection: Connection, user_id: UUID, caller: UUID) -> None:
    """RESTRICT while the last owner of a room with other members; rooms the user has alone go with the account.

    Raises a 409 problem also while one of these rooms is pending, or has become the user's meanwhile.
    """
    if user_id != caller:
        raise not_found("user")
    held = await members.hold_rooms(connection, await members.owned_rooms(connection, user_id))
    standing = await members.owned_standing(connection, user_id, list(held))
    _refuse_last_owner(standing)
    alone = [row["id"] for row in standing if not row["has_other"]]
    if len(await burials.bury(connection, "room", alone, caller)) < len(alone):
        raise _pending("A room of yours is just being made; try again.")
    await _bury_one(connection, user(user_id), caller)
    # Meanwhile somebody may have made the user an owner. From here on nobody can.
    if not held.issuperset(await members.owned_rooms(connection, user_id)):
        raise _pending("You have just become the owner of a room; try again.")


def _refuse_last_owner(standing: Sequence[Row]) -> None:
    left = [row["id"] for row in standing if row["has_other"] and not row["has_owner"]]
    if left:
        raise Problem(
            409,
            "last_owner",
            "You are the last owner of rooms with other members: hand them over first.",
            rooms=left[:20],
        )


def _pending(detail: str) -> Problem:
    return Problem(409, "pending", detail, headers={"Retry-After": "1"})

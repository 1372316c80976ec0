"""Takes writes of rooms and invites back: each by the opposite write, with its rights and versions."""

from typing import Any

from chassis.database import Connection, current_database
from chassis.idempotency import remember, take_key
from chassis.problems import not_found
from keys.client import Need, current_keys, room
from rooms import changes, invites, rooms
from rooms.models import RoomChange, RoomResult, RoomResults
from rooms.works import InviteMade, InviteRevoked, RoomChanged, RoomMade, Work

_RIGHTS: dict[Any, str] = {
    RoomMade: "room.delete",
    RoomChanged: "room.edit",
    InviteMade: "invite.revoke",
    InviteRevoked: "invite.create",
}


async def take_back(work: Work) -> RoomResults:
    """Raises a 404, 403 or 409 problem, and a 412 if others changed the same since."""
    await current_keys().require(*_needs(work))
    async with current_database().transaction() as connection:
        await take_key(connection)
        return await remember(connection, RoomResults([await _apply(connection, work)]))


def _needs(work: Work) -> list[Need]:
    """Of an invite that comes back, also what its maker needs: they may have left, or become less."""
    on, action = room(work.room_id), _RIGHTS[type(work)]
    if not isinstance(work, InviteRevoked):
        return [Need(action=action, on=on)]
    maker, role = work.invite.created_by, work.invite.role
    return [Need(action=action, on=on, grants=role), Need(action="member.add", on=on, user=maker, grants=role)]


async def _apply(connection: Connection, work: Work) -> RoomResult:
    if isinstance(work, RoomMade):
        await rooms.delete_unused(connection, work.room_id)
        return RoomResult(room=None)
    if isinstance(work, InviteMade):
        await invites.revoke(connection, work.room_id, work.code)
        return RoomResult(invite=None)
    if isinstance(work, InviteRevoked):
        return RoomResult(invite=await invites.put_back(connection, work))
    before = await changes.before(connection, work.room_id, work.version)
    if before is None:
        raise not_found("change")
    return RoomResult(room=await rooms.write(connection, work.room_id, RoomChange(**before), work.version))

"""All that the rooms service answers."""

from datetime import UTC, datetime
from uuid import UUID

from quart import Blueprint
from quart_schema import hide

from chassis import pages
from chassis.bodies import accepts, answers, answers_nothing, asks, refuses
from chassis.database import current_database
from chassis.idempotency import idempotent
from chassis.moments import check_moment
from chassis.problems import not_found
from chassis.undo import Undo, current_undo, undoable
from chassis.versions import conditional, seen_version
from keys.client import Need, current_keys, granted_role, granted_rooms, require_granted, roles_up_to, room
from rooms import invites, queries, rooms, undo
from rooms.models import (
    Invite,
    InvitePage,
    InviteQuery,
    Joined,
    NewInvite,
    NewRoom,
    Room,
    RoomChange,
    RoomList,
    RoomResults,
)
from rooms.works import Work

blueprint = Blueprint("rooms", __name__)

_FIRST = queries.InviteKey(datetime.min.replace(tzinfo=UTC), "")


@blueprint.post("/v1/rooms")
@undoable
@idempotent(for_anyone=True)
@refuses(409, "Your account is gone (`reference_gone`).")
@accepts(NewRoom)
@answers(Room, 201)
async def create_room(new: NewRoom) -> Room:
    """Create a room. You are its owner. Undo deletes it, as long as nobody and nothing else is in it."""
    return await rooms.create(new)


@blueprint.get("/v1/rooms/<uuid:room_id>")
@hide
@answers(Room)
async def get_room(room_id: UUID) -> Room:
    """The room's own part of the view that the gateway composes."""
    require_granted("room.view", room_id)
    async with current_database().connection() as connection:
        found = await queries.find_rooms(connection, [room_id])
    if not found:
        raise not_found("room")
    return found[0]


@blueprint.get("/internal/rooms")
@hide
@answers(RoomList)
async def get_rooms() -> RoomList:
    """All rooms of the grant, which Keys bounds to a page."""
    async with current_database().connection() as connection:
        return RoomList(await queries.find_rooms(connection, granted_rooms("room.view")))


@blueprint.patch("/v1/rooms/<uuid:room_id>")
@undoable
@conditional
@accepts(RoomChange)
@answers(Room)
async def change_room(fields: RoomChange, room_id: UUID) -> Room:
    """Change a room's name or description. For admins."""
    return await rooms.change(room_id, fields, seen_version())


@blueprint.delete("/v1/rooms/<uuid:room_id>")
@conditional
@answers_nothing
async def delete_room(room_id: UUID) -> None:
    """Delete a room with all its tasks. For owners."""
    await rooms.delete(room_id, seen_version())


@blueprint.get("/v1/rooms/<uuid:room_id>/invites")
@asks(InviteQuery)
@answers(InvitePage)
async def list_invites(query: InviteQuery, room_id: UUID) -> InvitePage:
    """List a room's invites with roles up to your own, oldest first. For admins.

    Expired ones are not there. One that is used up is, until it expires: its `uses` are its `max_uses`."""
    require_granted("invite.view", room_id)
    # Whoever has a code can come back by it with its role. Who sees invites is an admin at least.
    roles = roles_up_to(granted_role() or "admin")
    after = pages.decode(query.after, queries.InviteKey, room_id)
    check_moment("after", after and after.created_at)
    async with current_database().connection() as connection:
        rows = await queries.list_invites(connection, room_id, roles, after or _FIRST, query.limit + 1)
    return InvitePage(
        *pages.cut(rows, query.limit, lambda each: queries.InviteKey(each.created_at, each.code), room_id)
    )


@blueprint.post("/v1/rooms/<uuid:room_id>/invites")
@undoable
@idempotent()
@accepts(NewInvite)
@answers(Invite, 201)
async def create_invite(new: NewInvite, room_id: UUID) -> Invite:
    """Make an invite, with a role up to your own. Without `expires_in` it lasts a week. For admins."""
    return await invites.create(room_id, new)


@blueprint.delete("/v1/rooms/<uuid:room_id>/invites/<code>")
@undoable
@answers_nothing
async def revoke_invite(room_id: UUID, code: str) -> None:
    """Revoke an invite. Who joined with it stays. For admins."""
    await current_keys().require(Need(action="invite.revoke", on=room(room_id)))
    async with current_database().transaction() as connection:
        await invites.revoke(connection, room_id, code)


@blueprint.post("/v1/invites/<code>")
@undoable
@idempotent(for_anyone=True)
@refuses(409, "The room or your account is gone meanwhile (`reference_gone`).")
@refuses(409, "You are a member already (`already_member`), or just becoming one (`pending`).")
@answers(Joined)
async def redeem_invite(code: str) -> Joined:
    """Join a room with an invite. Who is a member already keeps their role and uses nothing up.

    They are told so also where it is used up, until its time is over or it is revoked.
    To undo it is to leave the room; the use is not given back."""
    return await invites.redeem(code)


@blueprint.post("/v1/undo")
@hide
@undoable
@idempotent()
@accepts(Undo)
@answers(RoomResults)
async def undo_write(body: Undo) -> RoomResults:
    """Take back a write of a room or an invite."""
    work: Work = current_undo().open(body.token, Work)  # type: ignore[arg-type]
    return await undo.take_back(work)

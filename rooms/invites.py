"""Invites: a code that brings whoever has it into a room, as often and as long as its maker allowed."""

import secrets
from uuid import UUID

from chassis.database import Connection, current_database
from chassis.idempotency import remember, take_key
from chassis.passport import caller
from chassis.peers import Refused
from chassis.problems import Problem, not_found
from chassis.undo import offer_undo
from chassis.versions import conflict
from keys.client import Link, Need, current_keys, room, user
from keys.client.undo import SERVICE as UNDO_SERVICE
from keys.client.undo import MemberCame
from rooms import queries
from rooms.models import Invite, Joined, NewInvite
from rooms.works import InviteMade, InviteRevoked

# 128 bits: nobody finds one by trying.
_CODE_BYTES = 16


async def create(room_id: UUID, new: NewInvite) -> Invite:
    """Nobody invites into a role above their own."""
    access = await current_keys().require(Need(action="invite.create", on=room(room_id), grants=new.role))
    code = secrets.token_urlsafe(_CODE_BYTES)
    async with current_database().transaction() as connection:
        await take_key(connection)
        invite = await queries.insert_invite(connection, code, room_id, new, caller(), access.membership)
        if invite is None:
            raise not_found("room")
        offer_undo(lambda: InviteMade(room_id, code))
        return await remember(connection, invite)


async def revoke(connection: Connection, room_id: UUID, code: str) -> None:
    """For who has the right to. Raises a 404 problem if there is no such invite."""
    revoked = await queries.revoke_invite(connection, room_id, code)
    if revoked is None:
        raise not_found("invite")
    offer_undo(lambda: InviteRevoked(room_id, *revoked))


async def put_back(connection: Connection, work: InviteRevoked) -> Invite:
    """Brings a revoked invite back. Raises a 412 problem unless it was revoked so last, a 404 if its time is over."""
    restored = await queries.restore_invite(connection, work.invite.code, work.revoked_at)
    if restored is None:
        kept = await queries.find_kept_invite(connection, work.invite.code)
        if kept is None:
            raise not_found("invite")
        present, is_revoked = kept
        raise conflict(["code"], None if is_revoked else present)
    offer_undo(lambda: InviteMade(restored.room_id, restored.code))
    return restored


async def redeem(code: str) -> Joined:
    """Makes the caller a member: only while whoever made the invite may still bring somebody in with that role.

    They must be the member that they were: what somebody left behind is worth nothing when they are back.
    """
    me = caller()
    async with current_database().connection() as connection:
        found = await queries.find_open_invite(connection, code)
    if found is None:
        raise await _refusal(code)
    try:
        return await _join(*found, me)
    except Refused as error:
        if error.answer.status in {403, 404} and error.code != "token_too_narrow":
            raise await _refusal(code) from None
        raise


async def _join(invite: Invite, makers: UUID | None, me: UUID) -> Joined:
    place = room(invite.room_id)
    link = Link(relation="member", source=user(me), target=place, role=invite.role)
    right = Need(action="member.add", on=place, user=invite.created_by, grants=invite.role, membership=makers)
    async with current_keys().referring(links=[link], needs=[right]) as claim:
        async with current_database().transaction() as connection:
            await take_key(connection)
            await claim.land(connection)
            # The check is in the statement: of two who take the last use at once, one gets it.
            if not await queries.use_invite(connection, invite.code):
                raise _not_valid()
            offer_undo(lambda: MemberCame(invite.room_id, me, link.id, link.version), UNDO_SERVICE)
            return await remember(connection, Joined(invite.room_id, invite.role))


async def _refusal(code: str) -> Problem:
    """Why nobody joins with the invite now: unless it is revoked, who is in its room already is told that."""
    async with current_database().connection() as connection:
        kept = await queries.find_kept_invite(connection, code)
    if kept is None or kept[1]:
        return _not_valid()
    try:
        await current_keys().require(Need(action="room.view", on=room(kept[0].room_id)))
    except Refused:
        return _not_valid()
    return Problem(409, "already_member", "You are a member of this room already.")


def _not_valid() -> Problem:
    """One answer for all reasons, so that it tells nothing about a room to those outside."""
    return not_found("invite: it is unknown, revoked, expired or used up")

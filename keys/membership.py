"""Members of a room: bringing in, changing the role, removing, leaving. The last owner's rule is decided here."""

from uuid import UUID

from chassis.database import Connection, Row
from chassis.idempotency import take_key
from chassis.problems import Problem, forbidden, not_found
from chassis.undo import offer_undo
from chassis.versions import conflict
from keys import rights, roles
from keys.client.models import Link, Need, Role, room, user
from keys.client.undo import MemberCame, MemberWent, RoleSet
from keys.models import MemberLink
from keys.queries import burials, changes, members, references
from keys.references import refuse_second


def to_member(row: Row) -> MemberLink:
    return MemberLink(row["user_id"], row["role"], row["since"], row["version"])


async def add(
    connection: Connection,
    room_id: UUID,
    user_id: UUID,
    role: Role,
    caller: UUID,
    *,
    undoing: MemberWent | None = None,
) -> MemberLink:
    """Raises a 409 problem if the user is a member already, or just becoming one.

    Where it takes a removal back: a 412 problem if that is not the last that came of the user in the room.
    """
    link = Link(relation="member", source=user(user_id), target=room(room_id), role=role)
    living = await references.hold_live(connection, [link.source, link.target])
    await rights.require(connection, [Need(action="member.add", on=room(room_id), grants=role)], caller)
    await take_key(connection)
    if len(living) < 2:
        raise not_found("user")
    if undoing is not None:
        await _check_last(connection, undoing)
    if not await references.insert_link(connection, link):
        await refuse_second(connection, [link])
    await changes.member_changed(connection, link.id, "created", caller)
    offer_undo(lambda: MemberCame(room_id, user_id, link.id, link.version))
    return to_member(await _member(connection, room_id, user_id))


async def set_role(
    connection: Connection,
    room_id: UUID,
    user_id: UUID,
    role: Role,
    caller: UUID,
    seen: int | None,
    *,
    link: UUID | None = None,
) -> MemberLink:
    """Nobody grants, or takes from another, a role above their own; the last owner stays one.

    The role that is there already is no write. Raises a 412 problem if it was changed since version `seen` (None:
    whatever was changed), or if the membership is another one than `link` by now.
    """
    await members.hold_rooms(connection, [room_id])
    if role == "owner":
        # Else the account could go meanwhile, and leave the room without an owner.
        await references.hold_live(connection, [user(user_id)])
    (access,) = await rights.require(connection, [Need(action="member.role", on=room(room_id), grants=role)], caller)
    await take_key(connection)
    present = await _member(connection, room_id, user_id)
    if not roles.may_grant(access.role, present["role"]):
        raise forbidden("member.role")
    if link not in (None, present["id"]):
        raise conflict(["role"], to_member(present))
    if role == present["role"] and seen in (None, present["version"]):
        return to_member(present)
    if present["role"] == "owner" and role != "owner":
        await _keep_an_owner(connection, room_id, user_id)
    changed = await members.set_role(connection, room_id, user_id, role, seen)
    if changed is None:
        raise conflict(["role"], to_member(present))
    await changes.member_changed(connection, changed["id"], "updated", caller)
    offer_undo(lambda: RoleSet(room_id, user_id, changed["id"], changed["version"], present["role"]))
    return to_member(changed)


async def remove(
    connection: Connection, room_id: UUID, user_id: UUID, caller: UUID, seen: int | None, *, link: UUID | None = None
) -> None:
    """Removes a member, or lets one leave. A room that its last member leaves is deleted.

    `seen` as in `set_role`. With `link` that membership alone is ended, and never the room.
    """
    await members.hold_rooms(connection, [room_id])
    action = "room.view" if user_id == caller else "member.remove"
    (access,) = await rights.require(connection, [Need(action=action, on=room(room_id))], caller)
    await take_key(connection)
    present = await _member(connection, room_id, user_id)
    if not roles.may_grant(access.role, present["role"]):
        raise forbidden("member.remove")
    # The room is held, so its version is the same when the link goes.
    if seen not in (None, present["version"]) or link not in (None, present["id"]):
        raise conflict(["role"], to_member(present))
    if not await members.has_other_member(connection, room_id, user_id):
        if link is not None:
            raise _last_owner()
        await burials.bury(connection, "room", [room_id], caller)
        return
    if present["role"] == "owner":
        await _keep_an_owner(connection, room_id, user_id)
    await burials.drop(connection, "member", [present["id"]], caller)
    if user_id != caller:
        # Who left has no right any more to bring anybody in.
        offer_undo(lambda: MemberWent(room_id, user_id, present["role"], present["id"]))


async def _check_last(connection: Connection, went: MemberWent) -> None:
    """Raises a 412 problem unless it was this that ended last. The room is held, so nothing comes between."""
    last = await changes.last_dropped(connection, went.room_id, went.user_id)
    if last is None or last != went.link_id:
        present = await members.member(connection, went.room_id, went.user_id)
        raise conflict(["role"], to_member(present) if present else None)


async def _member(connection: Connection, room_id: UUID, user_id: UUID) -> Row:
    present = await members.member(connection, room_id, user_id)
    if present is None:
        raise not_found("member")
    return present


async def _keep_an_owner(connection: Connection, room_id: UUID, user_id: UUID) -> None:
    if not await members.has_other_owner(connection, room_id, user_id):
        raise _last_owner()


def _last_owner() -> Problem:
    return Problem(409, "last_owner", "The last owner of a room stays its owner: hand the room over first.")

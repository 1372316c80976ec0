"""Members: the link and the role from Keys, the name from users."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import msgspec
from quart import Response
from quart_schema import tag

from chassis.bodies import accepts, answers, answers_nothing, asks, refuses
from chassis.idempotency import documents_key, inner_headers
from chassis.peers import Refused
from chassis.problems import not_found
from chassis.undo import documents_undo
from chassis.versions import conditional, conflict, seen_version
from gateway.forwarding import to_response
from gateway.grants import granted
from gateway.services import Look, MemberRow, MemberRows, current_services, look
from gateway.views.compose import Part, Parts, Rows, compose, ids_param
from gateway.views.composed import composed
from gateway.views.models import Found, Member, Members, NewMember, PageQuery, RoleChange
from keys.client import room

_encode = msgspec.json.encode


class _Named(msgspec.Struct):
    id: UUID


class _Collided(msgspec.Struct):
    fields: list[str]
    current: MemberRow | None


def profiles_by_id(parts: Parts, name: str) -> dict[UUID, msgspec.Raw] | None:
    """The profiles of a part as they came, by user; None if the part failed."""
    found: Rows | None = parts.value(name)
    if found is None:
        return None
    return {msgspec.json.decode(raw, type=_Named).id: raw for raw in found.items}


def to_members(rows: MemberRows | None, parts: Parts) -> Members | None:
    """Joins the memberships with the part `members`. Who is gone from users meanwhile is left out."""
    profiles = profiles_by_id(parts, "members")
    if rows is None or profiles is None:
        return None
    items = [_to_member(row, profiles[row.user_id]) for row in rows.items if row.user_id in profiles]
    return Members(items, rows.next)


def _to_member(row: MemberRow, profile: msgspec.Raw) -> Member:
    return Member(profile, row.role, row.since, row.version)


@tag(["Members"])
@asks(PageQuery)
@answers(Members)
@composed
async def list_members(query: PageQuery, room_id: UUID) -> Members:
    """List the members of a room. Who joined first comes first."""
    page: dict[str, object] = {"limit": query.limit, "after": query.after}
    seen = await look(room(room_id), "room.view", "member.emails", members=page)
    return await _complete(seen.members or MemberRows([], None), seen)


@tag(["Members"])
@documents_undo
@documents_key
@refuses(404, "The room is not there, or you may not see it. Nobody has the address, if `errors` names `email`.")
@refuses(409, "The user is a member already (`already_member`), or just becoming one (`pending`).")
@accepts(NewMember)
@answers(Member, 201)
async def add_member(new: NewMember, room_id: UUID) -> Response:
    """Bring somebody in by e-mail address. The role is at most your own."""
    return await granted(lambda: _add(new, room_id))


@tag(["Members"])
@documents_undo
@conditional
@refuses(409, "The last owner stays owner (`last_owner`).")
@accepts(RoleChange)
@answers(Member)
async def set_role(change: RoleChange, room_id: UUID, user_id: UUID) -> Response:
    """Change the role of a member. Neither the old nor the new role may be above your own."""
    seen = seen_version()
    profile = await granted(lambda: _read_profile(user_id, room_id))
    path = f"/internal/rooms/{room_id}/members/{user_id}"
    async with naming_collided(room_id):
        answer = await current_services().keys.call("PUT", path, body=_encode(change), headers=_if_match(seen))
    response = to_response(answer)
    response.set_data(_encode(_named(answer.body, profile)))
    return response


@tag(["Members"])
@documents_undo
@conditional
@refuses(409, "The last owner stays owner while there are others (`last_owner`).")
@answers_nothing
async def remove_member(room_id: UUID, user_id: UUID) -> Response:
    """Remove a member, or leave the room. A room that its last member leaves is deleted.

    To undo it brings the member back, with the role and without the tasks. Leaving cannot be undone."""
    path = f"/v1/rooms/{room_id}/members/{user_id}"
    headers = _if_match(seen_version())
    async with naming_collided(room_id):
        return to_response(await current_services().keys.call("DELETE", path, headers=headers))


@asynccontextmanager
async def naming_collided(room_id: UUID) -> AsyncIterator[None]:
    """Where Keys refuses what is done within for a member whom others changed, `current` is a member as elsewhere."""
    try:
        yield
    except Refused as error:
        found = msgspec.json.decode(error.answer.body, type=_Collided) if error.code == "conflict" else None
        if found is None or found.current is None:
            raise
        row = found.current
        profile = await granted(lambda: _read_profile(row.user_id, room_id))
        raise conflict(found.fields, _to_member(row, profile)) from error


async def _read_profile(user_id: UUID, room_id: UUID) -> msgspec.Raw:
    return await profile_of(user_id, await look(room(room_id), "room.view", "member.emails"))


async def _add(new: NewMember, room_id: UUID) -> Response:
    seen = await look(room(room_id), "member.add", "member.emails")
    services = current_services()
    key = await inner_headers()
    if kept := await kept_answer(key):
        return kept
    body = _encode({"email": new.email})
    found = await services.users.call("POST", "/internal/lookup", body=body, headers=seen.headers)
    user_id = services.users.decode(found, Found).id
    profile = await profile_of(user_id, seen)
    body = _encode({"user_id": user_id, "role": new.role, "user": profile})
    path = f"/internal/rooms/{room_id}/members"
    return to_response(await services.keys.call("POST", path, body=body, headers=key))


async def kept_answer(key: dict[str, str]) -> Response | None:
    """The first answer of Keys to the request whose `inner_headers` are `key`, if it has been done before."""
    if not key:
        return None
    kept = await current_services().keys.call("GET", "/internal/answers", headers=key)
    return to_response(kept) if kept.body else None


async def profile_of(user_id: UUID, seen: Look) -> msgspec.Raw:
    """Asked for before the write: a write that was done answers that it was. Raises a 404 problem without one."""
    profiles = profiles_by_id(await compose([_profiles([user_id])], seen.headers), "members")
    if not profiles:
        raise not_found("member")
    return profiles[user_id]


def _if_match(seen: int | None) -> dict[str, str]:
    return {} if seen is None else {"If-Match": f'"{seen}"'}


def _named(body: bytes, profile: msgspec.Raw) -> Member:
    return _to_member(msgspec.json.decode(body, type=MemberRow), profile)


def _profiles(ids: list[UUID]) -> Part:
    return Part("members", "users", "/internal/profiles", lambda _: ids_param(ids), required=True, kind=Rows)


async def _complete(rows: MemberRows, seen: Look) -> Members:
    parts = await compose([_profiles([row.user_id for row in rows.items])], seen.headers)
    return to_members(rows, parts) or Members([], None)

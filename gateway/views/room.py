"""`GET /v1/rooms/{id}`: the room, the caller's rights, its members and the first page of its tasks."""

from typing import cast
from uuid import UUID

from msgspec import UNSET, Raw
from quart import Response
from quart_schema import tag

from chassis.bodies import answers, asks
from chassis.openapi import keepable
from gateway.live import request_cursor
from gateway.services import look
from gateway.views.compose import Part, Parts, Rows, compose, ids_param
from gateway.views.composed import Frozen, composed
from gateway.views.members import to_members
from gateway.views.memory import Remembered, Ticket, current_memory
from gateway.views.models import CallerAccess, MemberCount, Members, RoomCounts, RoomQuery, RoomView, TaskCounts
from keys.client import room

# The rest is read each time.
_REMEMBERED = {"", "members", "tasks"}


@tag(["Rooms"])
@asks(RoomQuery)
@answers(RoomView)
@keepable
async def get_room_view(query: RoomQuery, room_id: UUID) -> Response:
    """Get a room with its members and tasks. One call gives the whole board."""
    included = frozenset(query.include.split(","))
    if included <= _REMEMBERED and (known := await current_memory().recall(room_id)) is not None:
        return _show(*known, included)
    return await _read_anew(query, room_id)


@composed
async def _read_anew(query: RoomQuery, room_id: UUID) -> RoomView:
    with current_memory().reading(room_id) as ticket:
        return await _read(room_id, frozenset(query.include.split(",")), ticket, strict=query.strict)


def _show(access: CallerAccess, known: Remembered, included: frozenset[str]) -> Response:
    frozen = known.frozen.get((access.role, included))
    if frozen is None:
        frozen = Frozen(_to_view(access, known, included))
        current_memory().freeze(known, (access.role, included), frozen)
    return frozen.respond(request_cursor())


def _to_view(access: CallerAccess, known: Remembered, included: frozenset[str]) -> RoomView:
    # What is encoded already goes in as it is.
    return RoomView(
        room=known.room,
        access=access,
        members=cast("Members", known.members) if "members" in included else UNSET,
        tasks=known.tasks if "tasks" in included else UNSET,
        parts=dict.fromkeys(["room", *(name for name in ("members", "tasks") if name in included)], "ok"),
    )


def _to_counts(parts: Parts) -> RoomCounts:
    members: MemberCount | None = parts.value("member_count")
    return RoomCounts(parts.value("task_counts"), members.members if members else None)


async def _read(room_id: UUID, included: frozenset[str], ticket: Ticket, *, strict: bool) -> RoomView:
    wanted: dict[str, object] | None = {} if "members" in included else None
    seen = await look(room(room_id), "room.view", "member.emails", members=wanted)
    members = [member.user_id for member in seen.members.items] if seen.members else []
    own = Part("room", "rooms", f"/v1/rooms/{room_id}", required=True)
    offered = {
        "members": [Part("members", "users", "/internal/profiles", lambda _: ids_param(members), kind=Rows)],
        "tasks": [Part("tasks", "tasks", f"/v1/rooms/{room_id}/tasks", kind=Rows)],
        "counts": [
            Part("task_counts", "tasks", f"/internal/rooms/{room_id}/counts", kind=TaskCounts),
            Part("member_count", "keys", f"/internal/rooms/{room_id}/counts", kind=MemberCount),
        ],
    }
    chosen = [own, *(part for name, parts in offered.items() if name in included for part in parts)]
    parts = await compose(chosen, seen.headers, strict=strict)
    view = RoomView(
        room=parts.required("room"),
        access=CallerAccess(seen.role, seen.actions),
        members=to_members(seen.members, parts) if "members" in included else UNSET,
        tasks=parts.raw("tasks") if "tasks" in included else UNSET,
        counts=_to_counts(parts) if "counts" in included else UNSET,
        cursor=request_cursor(),
        parts=parts.statuses,
    )
    if isinstance(view.members, Members) and isinstance(view.tasks, Raw):
        current_memory().keep(ticket, seen, Remembered(seen.stamp, view.room, view.members, view.tasks))
    return view

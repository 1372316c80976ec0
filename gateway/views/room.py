"""`GET /v1/rooms/{id}`: the room, the caller's rights, its members and the first page of its tasks."""

from uuid import UUID

from msgspec import UNSET
from quart_schema import tag

from chassis.bodies import answers, asks
from gateway.live import request_cursor
from gateway.services import look
from gateway.views.compose import Part, Rows, compose, ids_param
from gateway.views.composed import composed
from gateway.views.members import to_members
from gateway.views.models import CallerAccess, RoomQuery, RoomView
from keys.client import room


@tag(["Rooms"])
@asks(RoomQuery)
@answers(RoomView)
@composed
async def get_room_view(query: RoomQuery, room_id: UUID) -> RoomView:
    """Get a room with its members and tasks. One call gives the whole board."""
    included = set(query.include.split(","))
    wanted: dict[str, object] | None = {} if "members" in included else None
    seen = await look(room(room_id), "room.view", "member.emails", members=wanted)
    members = [member.user_id for member in seen.members.items] if seen.members else []
    offered = [
        Part("room", "rooms", f"/v1/rooms/{room_id}", required=True),
        Part("members", "users", "/internal/profiles", lambda _: ids_param(members), kind=Rows),
        Part("tasks", "tasks", f"/v1/rooms/{room_id}/tasks", kind=Rows),
    ]
    chosen = [part for part in offered if part.required or part.name in included]
    parts = await compose(chosen, seen.headers, strict=query.strict)
    return RoomView(
        room=parts.required("room"),
        access=CallerAccess(seen.role, seen.actions),
        members=to_members(seen.members, parts) if "members" in included else UNSET,
        tasks=parts.raw("tasks") if "tasks" in included else UNSET,
        cursor=request_cursor(),
        parts=parts.statuses,
    )

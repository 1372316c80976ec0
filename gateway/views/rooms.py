"""`GET /v1/rooms` and `GET /v1/me/home`: the caller's rooms, and what is to be done in them."""

from collections.abc import Callable
from uuid import UUID

import msgspec
from quart_schema import tag

from chassis.bodies import answers, asks
from gateway.live import request_cursor
from gateway.services import MembershipRow, MembershipRows, memberships
from gateway.views.compose import Part, Parts, Rows, compose
from gateway.views.composed import composed
from gateway.views.models import Home, HomeQuery, HomeRooms, PageQuery, RoomItems

_ROOMS = Part("rooms", "rooms", "/internal/rooms", required=True, kind=Rows)


class _Identified(msgspec.Struct):
    id: UUID


class _TaskHome(msgspec.Struct):
    counts: dict[UUID, int]
    assigned: msgspec.Raw
    due_soon: msgspec.Raw


_TASKS = Part("tasks", "tasks", "/internal/home", kind=_TaskHome)


@tag(["Rooms"])
@asks(PageQuery)
@answers(RoomItems)
@composed
async def list_rooms(query: PageQuery) -> RoomItems:
    """List your rooms. The one you joined first comes first."""
    return await list_rooms_page(query)


async def list_rooms_page(query: PageQuery) -> RoomItems:
    mine = await memberships(query.limit, query.after)
    parts = await compose([_ROOMS], mine.headers)
    return RoomItems(_with_roles(mine, parts, lambda row: {"role": row.role}), mine.next)


@tag(["Rooms"])
@asks(HomeQuery)
@answers(Home)
@composed
async def get_home(query: HomeQuery) -> Home:
    """Get your home: your rooms with open tasks, and what is assigned to you in them and what of it is due soon."""
    page = {} if query.assigned_after is None else {"after": query.assigned_after}
    mine = await memberships(query.limit, query.after)
    parts = await compose([_ROOMS, _TASKS._replace(params=lambda _: page)], mine.headers, strict=query.strict)
    tasks: _TaskHome | None = parts.value("tasks")

    def describe(row: MembershipRow) -> dict[str, object]:
        return {"role": row.role, "open_tasks": None if tasks is None else tasks.counts.get(row.room_id, 0)}

    return Home(
        rooms=HomeRooms(_with_roles(mine, parts, describe), mine.next),
        assigned=None if tasks is None else tasks.assigned,
        due_soon=None if tasks is None else tasks.due_soon,
        cursor=request_cursor(),
        parts=parts.statuses,
    )


def _with_roles(
    mine: MembershipRows, parts: Parts, describe: Callable[[MembershipRow], dict[str, object]]
) -> list[msgspec.Raw]:
    """The rooms as they came, each with members added. A room whose row is just going is left out."""
    raws = {msgspec.json.decode(raw, type=_Identified).id: raw for raw in parts.value("rooms").items}
    return [_extend(raws[row.room_id], describe(row)) for row in mine.items if row.room_id in raws]


def _extend(raw: msgspec.Raw, more: dict[str, object]) -> msgspec.Raw:
    """Adds members to an object, without decoding it."""
    return msgspec.Raw(bytes(raw).rstrip()[:-1] + b"," + msgspec.json.encode(more)[1:])

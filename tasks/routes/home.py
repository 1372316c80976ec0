"""What the gateway's views show of tasks: the home, and the counts of a room."""

from datetime import timedelta
from uuid import UUID

from quart import Blueprint
from quart_schema import hide

from chassis import pages
from chassis.bodies import answers, asks
from chassis.database import Connection, current_database
from chassis.moments import check_moment
from chassis.passport import caller
from keys.client import granted_rooms, require_granted
from tasks.models import HomeQuery, TaskHome, TaskPage
from tasks.queries import home
from tasks.queries import rooms as room_queries

blueprint = Blueprint("home", __name__)

_SOON = timedelta(days=7)
# Of `after`: in the gateway's view that is the cursor of the rooms.
_PUBLIC_NAME = "assigned_after"


@blueprint.get("/internal/home")
@hide
@asks(HomeQuery)
@answers(TaskHome)
async def get_task_home(query: HomeQuery) -> TaskHome:
    """Get one's own tasks, over all the rooms of the grant."""
    granted = list(granted_rooms("room.view"))
    async with current_database().connection() as connection:
        return TaskHome(
            counts=await room_queries.open_counts(connection, granted),
            assigned=await _page(connection, query, granted, None),
            due_soon=await _page(connection, query, granted, _SOON),
        )


@blueprint.get("/internal/rooms/<uuid:room_id>/counts")
@hide
@answers(home.TaskCounts)
async def count_tasks(room_id: UUID) -> home.TaskCounts:
    """Count a room's tasks by status."""
    require_granted("room.view", room_id)
    async with current_database().connection() as connection:
        return await home.counts(connection, room_id)


async def _page(connection: Connection, query: HomeQuery, rooms: list[UUID], within: timedelta | None) -> TaskPage:
    after = pages.decode(query.after, home.DueKey, field=_PUBLIC_NAME)
    check_moment(_PUBLIC_NAME, after and after.due_at)
    mine, more = await home.assigned(connection, caller(), rooms, within, query.limit, after)
    return TaskPage(mine, pages.encode(home.DueKey(mine[-1].due_at, mine[-1].id)) if more else None)

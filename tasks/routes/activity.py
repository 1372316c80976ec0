"""What happened in a room, and to a task."""

from uuid import UUID

from quart import Blueprint
from quart_schema import hide

from chassis.bodies import answers, asks
from chassis.database import current_database
from chassis.problems import not_found
from keys.client import granted_rooms, require_granted
from tasks import activity
from tasks.activity import ActivityPage
from tasks.models import PageQuery
from tasks.queries import activity as queries
from tasks.queries import tasks

blueprint = Blueprint("activity", __name__)


@blueprint.get("/v1/rooms/<uuid:room_id>/activity")
@hide
@asks(PageQuery)
@answers(ActivityPage)
async def list_activity(query: PageQuery, room_id: UUID) -> ActivityPage:
    """List who changed what in a room, of the last 30 days. The latest comes first."""
    require_granted("room.view", room_id)
    before = activity.read_place(query.after, room_id)
    async with current_database().connection() as connection:
        rows = await queries.of_room(connection, room_id, before, query.limit + 1)
    return activity.to_page(rows, query.limit, room_id)


@blueprint.get("/v1/tasks/<uuid:task_id>/history")
@hide
@asks(PageQuery)
@answers(ActivityPage)
async def list_history(query: PageQuery, task_id: UUID) -> ActivityPage:
    """List who changed what of a task and its comments, of the last 30 days. The latest comes first."""
    rooms = list(granted_rooms("room.view"))
    before = activity.read_place(query.after, task_id)
    async with current_database().connection() as connection:
        if await tasks.room_of(connection, task_id) not in rooms:
            raise not_found("task")
        rows = await queries.of_task(connection, task_id, rooms, before, query.limit + 1)
    return activity.to_page(rows, query.limit, task_id)

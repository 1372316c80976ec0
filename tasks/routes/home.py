"""What the gateway's home view shows of tasks."""

from datetime import timedelta

from quart import Blueprint
from quart_schema import hide

from chassis.bodies import answers, asks
from chassis.database import current_database
from chassis.passport import caller
from keys.client import granted_rooms
from tasks.models import HomeQuery, TaskHome
from tasks.queries import home, rooms

blueprint = Blueprint("home", __name__)

_SOON = timedelta(days=7)


@blueprint.get("/internal/home")
@hide
@asks(HomeQuery)
@answers(TaskHome)
async def get_task_home(query: HomeQuery) -> TaskHome:
    """Get one's own tasks, over all the rooms of the grant."""
    granted = list(granted_rooms("room.view"))
    async with current_database().connection() as connection:
        return TaskHome(
            counts=await rooms.open_counts(connection, granted),
            assigned=await home.assigned(connection, caller(), granted, None, query.limit),
            due_soon=await home.assigned(connection, caller(), granted, _SOON, query.limit),
        )

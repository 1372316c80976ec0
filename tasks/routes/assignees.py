"""Who a task is assigned to."""

from uuid import UUID

from quart import Blueprint

from chassis.bodies import answers, refuses
from chassis.database import Connection, current_database
from chassis.passport import caller
from chassis.peers import Refused
from chassis.versions import conditional, seen_version
from keys.client import Link, Need, current_keys, task, user
from tasks import assigning, merging, writing
from tasks.models import Task
from tasks.queries import assignees as queries
from tasks.undo import undoable

blueprint = Blueprint("assignees", __name__)


@blueprint.put("/v1/tasks/<uuid:task_id>/assignees/<uuid:user_id>")
@undoable
@refuses(422, assigning.STRANGER)
@refuses(
    409, "Somebody whom this names is gone (`reference_gone`), or is just being assigned or unassigned (`pending`)."
)
@conditional
@answers(Task)
async def assign_task(task_id: UUID, user_id: UUID) -> Task:
    """Assign a task to a member of its room."""
    seen = seen_version()
    link = Link(relation="assignee", source=task(task_id), target=user(user_id))
    needs = [Need(action="task.assign", on=task(task_id))]
    try:
        async with current_keys().referring(links=[link], needs=needs) as claim:
            async with current_database().transaction() as connection:
                before = await _hold(connection, task_id)
                await claim.land(connection)
                await merging.refuse_collisions(connection, before, seen, ["assignees"])
                return await assigning.assign(connection, before, user_id, link.id, caller())
    except Refused as refused:
        if refused.code != "already_linked":
            raise
    async with current_database().transaction() as connection:
        return await _hold(connection, task_id)


@blueprint.delete("/v1/tasks/<uuid:task_id>/assignees/<uuid:user_id>")
@undoable
@refuses(409, "They are just being assigned or unassigned (`pending`).")
@conditional
@answers(Task)
async def unassign_task(task_id: UUID, user_id: UUID) -> Task:
    """Take a task from somebody it is assigned to."""
    seen = seen_version()
    needs = [Need(action="task.assign", on=task(task_id))]
    async with current_database().connection() as connection:
        link_id = await queries.link(connection, task_id, user_id)
    drops = [link_id] if link_id else []
    async with current_keys().referring(drops=drops, needs=needs) as claim:
        async with current_database().transaction() as connection:
            before = await _hold(connection, task_id)
            await claim.land(connection)
            await merging.refuse_collisions(connection, before, seen, ["assignees"])
            return await assigning.unassign(connection, before, link_id, caller()) if link_id else before


async def _hold(connection: Connection, task_id: UUID) -> Task:
    return await writing.hold(connection, task_id, await writing.room_of(connection, task_id))

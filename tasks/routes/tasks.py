"""Tasks: lists of a room's, and each by itself."""

from functools import partial
from uuid import UUID

from quart import Blueprint, current_app
from quart_schema import hide

from chassis.bodies import accepts, answers, asks, refuses
from chassis.database import current_database
from chassis.idempotency import idempotent, keyed, remember, take_key
from chassis.passport import caller
from chassis.problems import not_found
from chassis.versions import conditional, seen_version
from keys.client import Need, current_keys, granted_rooms, require_granted, task
from tasks import assigning, listing, merging, order, referring, writing
from tasks.models import ListQuery, Move, NewTask, Task, TaskEdit, TaskPage
from tasks.queries import rooms as room_queries
from tasks.queries import tasks as queries
from tasks.undo import undoable

blueprint = Blueprint("tasks", __name__)


@blueprint.get("/v1/rooms/<uuid:room_id>/tasks")
@asks(ListQuery)
@answers(TaskPage)
async def list_tasks(query: ListQuery, room_id: UUID) -> TaskPage:
    """List the tasks of a room."""
    require_granted("room.view", room_id)
    async with current_database().connection() as connection:
        return await listing.list_tasks(connection, query, room_id, caller())


@blueprint.post("/v1/rooms/<uuid:room_id>/tasks")
@undoable
@idempotent()
@refuses(409, "Somebody whom this names is gone (`reference_gone`).")
@refuses(422, assigning.STRANGER)
@accepts(NewTask)
@answers(Task, 201)
async def create_task(new: NewTask, room_id: UUID) -> Task:
    """Create a task. It goes to the end of the room's list."""
    new.check()
    draft = partial(referring.refer, room_id, caller(), new.assignees)
    # Whether whom it names are members is for Keys to say each time.
    again_in = None if new.assignees else room_id
    async with current_keys().referring_again(draft, again_in) as (claim, references):
        async with keyed(current_database()) as connection:
            node, pairs = references.nodes[0], referring.assigned(references)
            made = await writing.create(connection, node.id, room_id, new, caller(), pairs, claim)
            return await remember(connection, made)


@blueprint.get("/v1/tasks/<uuid:task_id>")
@hide
@answers(Task)
async def get_task(task_id: UUID) -> Task:
    """Get a task, as the gateway's view of it has it inside."""
    rooms = granted_rooms("room.view")
    async with current_database().connection() as connection:
        found = await queries.seen(connection, task_id, list(rooms))
    if found is None:
        raise not_found("task")
    return found


@blueprint.patch("/v1/tasks/<uuid:task_id>")
@undoable
@conditional
@accepts(TaskEdit)
@answers(Task)
async def edit_task(edit: TaskEdit, task_id: UUID) -> Task:
    """Change fields of a task. Who may only move a task may change its status, alone."""
    edit.check()
    named, seen = edit.named(), seen_version()
    action = "task.move" if named.keys() == {"status"} else "task.edit"
    access = await current_keys().require(Need(action=action, on=task(task_id)))
    async with current_database().transaction() as connection:
        before = await writing.hold(connection, task_id, access.room_id, with_room="status" in named)
        await merging.refuse_collisions(connection, before, seen, named)
        return await writing.save(connection, before, edit.apply(before), caller())


@blueprint.post("/v1/tasks/<uuid:task_id>/move")
@undoable
@idempotent()
@conditional
@accepts(Move)
@answers(Task)
async def move_task(move: Move, task_id: UUID) -> Task:
    """Move a task. It goes to another status, or before or after another task of the room, or both."""
    move.check()
    seen = seen_version()
    access = await current_keys().require(Need(action="task.move", on=task(task_id)))
    async with current_database().transaction() as connection:
        await room_queries.hold(connection, access.room_id)
        await take_key(connection)
        before = await writing.hold(connection, task_id, access.room_id)
        await merging.refuse_collisions(connection, before, seen, move.fields())
        moved = await writing.save(connection, before, await order.place(connection, before, move), caller())
        await remember(connection, moved)
    if len(moved.position) > order.LONG:
        current_app.add_background_task(order.make_room, current_database(), moved)
    return moved

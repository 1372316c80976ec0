"""The trash of a room."""

from datetime import UTC, datetime
from typing import Annotated, NamedTuple
from uuid import UUID

from msgspec import Meta
from quart import Blueprint

from chassis import pages
from chassis.bodies import answers, answers_nothing, asks
from chassis.database import current_database
from chassis.idempotency import idempotent, remember, take_key
from chassis.moments import Moment, check_moment
from chassis.passport import caller
from chassis.versions import conditional, seen_version
from keys.client import Need, current_keys, require_granted, task
from tasks import merging, trash, writing
from tasks.models import PageQuery, Task, TrashPage
from tasks.queries import rooms
from tasks.queries import trash as queries
from tasks.undo import undoable

blueprint = Blueprint("trash", __name__)


class _Place(NamedTuple):
    """Where a page of the trash ends."""

    deleted_at: Moment
    number: Annotated[int, Meta(ge=0, le=2**62)]


_NEWEST = _Place(datetime.max.replace(tzinfo=UTC), 0)


@blueprint.delete("/v1/tasks/<uuid:task_id>")
@undoable
@conditional
@answers_nothing
async def delete_task(task_id: UUID) -> None:
    """Put a task into the trash. It can be restored for 30 days."""
    seen = seen_version()
    access = await current_keys().require(Need(action="task.delete", on=task(task_id)))
    async with current_database().transaction() as connection:
        before = await writing.hold(connection, task_id, access.room_id, with_room=True)
        await merging.refuse_collisions(connection, before, seen, merging.SUBSTANCE)
        await trash.discard(connection, before, caller())


@blueprint.post("/v1/tasks/<uuid:task_id>/restore")
@undoable
@idempotent()
@answers(Task)
async def restore_task(task_id: UUID) -> Task:
    """Take a task out of the trash. It comes back with its comments, its place, and the assignees still members."""
    access = await current_keys().require(Need(action="task.restore", on=task(task_id)))
    async with current_database().transaction() as connection:
        await rooms.hold(connection, access.room_id)
        await take_key(connection)
        return await remember(connection, await trash.restore(connection, task_id, access.room_id, caller()))


@blueprint.get("/v1/rooms/<uuid:room_id>/trash")
@asks(PageQuery)
@answers(TrashPage)
async def list_trash(query: PageQuery, room_id: UUID) -> TrashPage:
    """List the trash of a room. What was deleted last comes first."""
    require_granted("trash.view", room_id)
    before = pages.decode(query.after, _Place, room_id)
    check_moment("after", before and before.deleted_at)
    async with current_database().connection() as connection:
        page, more = await queries.page(connection, room_id, trash.KEPT, before or _NEWEST, query.limit)
    return TrashPage(page, pages.encode(_Place(page[-1].deleted_at, page[-1].number), room_id) if more else None)

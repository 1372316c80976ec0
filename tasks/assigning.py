"""Who a task is assigned to."""

from uuid import UUID

from chassis.database import Connection
from tasks import changes
from tasks.models import Task
from tasks.queries import assignees, tasks


async def assign(connection: Connection, before: Task, user_id: UUID, link_id: UUID, actor: UUID) -> Task:
    """Assigns a task that is held; whoever has it already keeps it."""
    await assignees.insert(connection, before.id, [(user_id, link_id)])
    if user_id in before.assignees:
        return before
    return await _written(connection, before, actor)


async def unassign(connection: Connection, before: Task, link_id: UUID, actor: UUID | None) -> Task:
    """Takes a task that is held from whom the link gave it to. `actor` is None where the link went by itself."""
    if not await assignees.delete(connection, link_id):
        return before
    return await _written(connection, before, actor)


async def _written(connection: Connection, before: Task, actor: UUID | None) -> Task:
    after = await tasks.touch(connection, before.id, by_person=actor is not None)
    await changes.record(
        connection, "task", "update", room_id=before.room_id, actor=actor, before=before, after=after
    )
    return after

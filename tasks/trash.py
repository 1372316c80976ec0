"""The trash: a deleted task is out of sight, keeps its number, place and people, and can come back for 30 days."""

from datetime import timedelta
from uuid import UUID

from chassis.database import Connection, Database
from chassis.problems import not_found
from keys.client import Keys, Node, comment, task
from tasks import cascades, changes, order
from tasks.models import Comment, Task
from tasks.queries import assignees, comments, rooms, tasks, trash

KEPT = timedelta(days=30)
# Longer than any restore that began in time, so that none is overtaken.
_GRACE = timedelta(hours=1)
_BATCH = 100


async def discard(connection: Connection, before: Task, actor: UUID) -> None:
    """Puts a task that is held, and its room, into the trash."""
    await trash.discard(connection, before.id)
    await _count(connection, before, -1)
    await changes.record(connection, "task", "delete", room_id=before.room_id, actor=actor, before=before)


async def restore(connection: Connection, task_id: UUID, room_id: UUID, actor: UUID) -> Task:
    """Takes a task out of the trash, back to its place. Raises a 404 problem if it is not there (any more)."""
    await rooms.hold(connection, room_id)
    discarded = await trash.hold(connection, task_id, room_id, KEPT)
    if discarded is None:
        raise not_found("task in the trash")
    place = await order.free_place(connection, discarded, discarded.position)
    restored = await trash.restore(connection, task_id, place)
    await _count(connection, restored, 1)
    await changes.record(connection, "task", "restore", room_id=room_id, actor=actor, after=restored)
    return restored


async def hold_either(connection: Connection, node: Node, room_id: UUID) -> tuple[Task | Comment, bool] | None:
    """The task or comment, held, and whether it is not deleted; the task of a comment may be in the trash."""
    if node.type == "comment":
        return await comments.hold_either(connection, node.id, room_id, KEPT)
    if live := await tasks.hold(connection, node.id, room_id):
        return live, True
    discarded = await trash.hold(connection, node.id, room_id, KEPT)
    return (discarded, False) if discarded else None


async def _count(connection: Connection, discarded: Task, by: int) -> None:
    if discarded.is_open:
        await rooms.add_open(connection, discarded.room_id, by)
        await assignees.follow_task(connection, discarded.id, by > 0, discarded.due_at)


async def purge(database: Database, keys: Keys) -> None:
    """Ends what was deleted more than 30 days ago: in Keys first, so that nothing refers to it when the rows go."""
    while await _purge_some(database, keys):
        pass


async def _purge_some(database: Database, keys: Keys) -> bool:
    async with database.connection() as connection:
        old = await trash.expired_tasks(connection, KEPT + _GRACE, _BATCH)
        said = await trash.expired_comments(connection, KEPT + _GRACE, _BATCH)
    for node in [*map(task, old), *map(comment, said)]:
        await keys.bury(node, needs=[])
        is_left = True
        while is_left:
            async with database.transaction() as connection:
                is_left = await _remove(connection, node)
    return _BATCH in (len(old), len(said))


async def _remove(connection: Connection, node: Node) -> bool:
    """Whether more is left to do."""
    if node.type == "task":
        return await cascades.remove_task(connection, node.id)
    await cascades.remove_comment(connection, node.id)
    return False

"""How a task comes to be, and how any field of it changes: the row, its copies, and its line in the log, together."""

from collections.abc import Sequence
from uuid import UUID

from chassis.database import Connection
from chassis.problems import not_found
from keys.client.claims import Claim, expired
from tasks import changes
from tasks.models import NewTask, Task
from tasks.queries import assignees, rooms, tasks, texts


async def create(
    connection: Connection,
    task_id: UUID,
    room_id: UUID,
    new: NewTask,
    actor: UUID,
    links: Sequence[tuple[UUID, UUID]],
    claim: Claim | None = None,
) -> Task:
    """A task at the end of the room's list, assigned to each (user, link) of `links`: one statement.

    It lands the `claim` too; who gives none has landed it. Raises a 503 problem if that was given up.
    """
    landing = claim.id if claim else None
    task = await tasks.create(connection, task_id, room_id, new, actor, links, _words(new), landing)
    if task is None:
        raise expired()
    changes.note_created(connection, task)
    return task


async def hold(connection: Connection, task_id: UUID, room_id: UUID, *, with_room: bool = False) -> Task:
    """The live task, held until the transaction ends; `with_room` if its status or place may change. 404 if none."""
    if with_room:
        await rooms.hold(connection, room_id)
    task = await tasks.hold(connection, task_id, room_id)
    if task is None:
        raise not_found("task")
    return task


async def room_of(connection: Connection, task_id: UUID) -> UUID:
    """The task's room; raises a 404 problem if there is no such task."""
    room_id = await tasks.room_of(connection, task_id)
    if room_id is None:
        raise not_found("task")
    return room_id


async def save(connection: Connection, before: Task, after: Task, actor: UUID | None) -> Task:
    """Writes what `after` has different from `before`, a task that is held. No difference, no new version."""
    if after == before:
        return before
    saved = await tasks.update(connection, after)
    if saved is None:
        raise not_found("task")
    if saved.is_open != before.is_open:
        await rooms.add_open(connection, saved.room_id, 1 if saved.is_open else -1)
    if (saved.is_open, saved.due_at) != (before.is_open, before.due_at):
        await assignees.follow_task(connection, saved.id, saved.is_open, saved.due_at)
    if (saved.title, saved.description) != (before.title, before.description):
        await put_words(connection, saved)
    await changes.record(connection, "task", "update", room_id=saved.room_id, actor=actor, before=before, after=saved)
    return saved


async def put_words(connection: Connection, task: Task) -> None:
    await texts.put(connection, task.id, task.id, task.room_id, _words(task))


def _words(task: NewTask | Task) -> str:
    return f"{task.title}\n{task.description}"

"""Who a task is assigned to."""

from uuid import UUID

from chassis.database import Connection
from chassis.problems import Problem, invalid
from keys.client import Link, Need, Node, task, user
from tasks import changes, writing
from tasks.models import MOST_ASSIGNEES, Task
from tasks.queries import assignees, tasks
from tasks.steps import Step

# As the document tells it of all that may assign.
STRANGER = (
    "The input is well-formed and wrong; `errors` names the fields (`invalid`). Somebody to assign is not in the "
    "room (`not_a_member`)."
)


async def assign(connection: Connection, before: Task, user_id: UUID, link_id: UUID, actor: UUID) -> Task:
    """Assigns a task that is held; whoever has it already keeps it. Raises a 422 problem if it has all it may."""
    if user_id not in before.assignees and len(before.assignees) >= MOST_ASSIGNEES:
        raise invalid("assignees", f"are {MOST_ASSIGNEES} already, the most that a task may have")
    await assignees.insert(connection, before.id, [(user_id, link_id)])
    if user_id in before.assignees:
        return before
    return await _written(connection, before, actor)


async def unassign(connection: Connection, before: Task, link_id: UUID, actor: UUID | None) -> Task:
    """Takes a task that is held from whom the link gave it to. `actor` is None where the link went by itself."""
    if not await assignees.delete(connection, link_id):
        return before
    return await _written(connection, before, actor)


def to_assign(on: Node, room_id: UUID, task_id: UUID, user_id: UUID, standing: UUID | None, actor: UUID) -> Step:
    """The step that assigns. `on` is where the right must hold; `standing` the link of a row that they have already.

    Whether that is a link still, is for Keys to say: the row of who has left stands until the news of it comes.
    """
    link = Link(relation="assignee", source=task(task_id), target=user(user_id))
    needs = (Need(action="task.assign", on=on),)

    async def apply(connection: Connection) -> Task:
        before = await writing.hold(connection, task_id, room_id)
        return await assign(connection, before, user_id, link.id, actor)

    async def keep(connection: Connection) -> Task:
        before = await writing.hold(connection, task_id, room_id)
        if user_id not in before.assignees:
            raise Problem(409, "pending", "They are just being unassigned.", headers={"Retry-After": "1"})
        return before

    return Step(needs, apply, links=(link,), linked=Step(needs, keep) if standing else None)


def to_unassign(on: Node, room_id: UUID, task_id: UUID, standing: UUID | None, actor: UUID) -> Step:
    """The step that ends the `standing` link; without one it changes nothing."""

    async def apply(connection: Connection) -> Task:
        before = await writing.hold(connection, task_id, room_id)
        if standing is None:
            return before
        return await unassign(connection, before, standing, actor)

    return Step((Need(action="task.assign", on=on),), apply, drops=(standing,) if standing else ())


async def _written(connection: Connection, before: Task, actor: UUID | None) -> Task:
    after = await tasks.touch(connection, before.id, by_person=actor is not None)
    await changes.record(
        connection, "task", "update", room_id=before.room_id, actor=actor, before=before, after=after
    )
    return after

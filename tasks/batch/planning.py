"""Makes the steps of a batch."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from chassis.database import Connection
from chassis.problems import Problem
from tasks.batch import on_comments, on_tasks, operations
from tasks.batch.operations import AssignTask, Operation, UnassignTask
from tasks.batch.scope import Pair, Scope
from tasks.queries import assignees
from tasks.steps import Step, StepFailed

_STEPS: dict[type, Callable[[Scope, Any], Step]] = {
    operations.CreateTask: on_tasks.create_task,
    operations.EditTask: on_tasks.edit_task,
    operations.MoveTask: on_tasks.move_task,
    operations.DeleteTask: on_tasks.delete_task,
    operations.RestoreTask: on_tasks.restore_task,
    operations.AssignTask: on_tasks.assign_task,
    operations.UnassignTask: on_tasks.unassign_task,
    operations.CreateComment: on_comments.create_comment,
    operations.EditComment: on_comments.edit_comment,
    operations.DeleteComment: on_comments.delete_comment,
}


async def plan(connection: Connection, room_id: UUID, asked: Sequence[Operation], actor: UUID) -> list[Step]:
    """A step for each operation, in their order. Raises StepFailed."""
    scope = Scope(room_id, actor, await _standing(connection, asked))
    return [_step(scope, index, operation) for index, operation in enumerate(asked)]


def explain(failed: StepFailed, asked: Sequence[Operation]) -> Problem:
    """The problem of the batch. Where an operation assigns, who cannot be an assignee is its `user`."""
    assigns = failed.index is not None and isinstance(asked[failed.index], AssignTask)
    return failed.within("operations", {"assignees": "user"} if assigns else {})


def _step(scope: Scope, index: int, operation: Operation) -> Step:
    try:
        return _STEPS[type(operation)](scope, operation)
    except Problem as problem:
        raise StepFailed(index, problem) from problem


async def _standing(connection: Connection, asked: Sequence[Operation]) -> dict[Pair, UUID]:
    """The assignments that stand already, of those to be changed."""
    changed = [each for each in asked if isinstance(each, AssignTask | UnassignTask)]
    pairs = [(task_id, each.user) for each in changed if (task_id := _id_in(each.task))]
    return await assignees.standing(connection, pairs) if pairs else {}


def _id_in(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None

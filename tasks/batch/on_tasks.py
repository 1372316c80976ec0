"""The steps of operations on tasks."""

from chassis.database import Connection
from chassis.ids import new_id
from keys.client import Link, room, task, user
from tasks import assigning, merging, order, trash, writing
from tasks.batch.guarding import guard
from tasks.batch.operations import (
    AssignTask,
    CreateTask,
    DeleteTask,
    EditTask,
    MoveTask,
    RestoreTask,
    UnassignTask,
)
from tasks.batch.scope import Scope
from tasks.models import Move, Task
from tasks.steps import Step


def create_task(scope: Scope, new: CreateTask) -> Step:
    new.check()
    node = scope.create(task(new_id()), new.ref)
    assigned = [Link(relation="assignee", source=node, target=user(member)) for member in new.assignees]
    for member in new.assignees:
        scope.take_turn(node, member, "assignees")

    async def apply(connection: Connection) -> Task:
        pairs = [(link.target.id, link.id) for link in assigned]
        return await writing.create(connection, node.id, scope.room_id, new, scope.actor, pairs)

    needs = scope.needs(node, "task.create", *(["task.assign"] if assigned else []))
    in_room = Link(relation="in_room", source=node, target=room(scope.room_id))
    return Step(needs, apply, nodes=(node,), links=(in_room, scope.authorship(node), *assigned))


def edit_task(scope: Scope, edit: EditTask) -> Step:
    edit.check()
    node, named = scope.find("task", edit.task, "task"), edit.named()

    async def apply(connection: Connection) -> Task:
        before = await writing.hold(connection, node.id, scope.room_id)
        return await writing.save(connection, before, edit.apply(before), scope.actor)

    step = Step(scope.needs(node, "task.move" if named.keys() == {"status"} else "task.edit"), apply)
    return guard(step, scope, node, edit.if_match, named)


def move_task(scope: Scope, asked: MoveTask) -> Step:
    node = scope.find("task", asked.task, "task")
    before, after = scope.find_anchor(asked.before, "before"), scope.find_anchor(asked.after, "after")
    move = Move(status=asked.status, before=before, after=after)
    move.check()

    async def apply(connection: Connection) -> Task:
        held = await writing.hold(connection, node.id, scope.room_id)
        return await writing.save(connection, held, await order.place(connection, held, move), scope.actor)

    return guard(Step(scope.needs(node, "task.move"), apply), scope, node, asked.if_match, move.fields())


def delete_task(scope: Scope, asked: DeleteTask) -> Step:
    node = scope.find("task", asked.task, "task")

    async def apply(connection: Connection) -> None:
        before = await writing.hold(connection, node.id, scope.room_id)
        await trash.discard(connection, before, scope.actor)

    return guard(Step(scope.needs(node, "task.delete"), apply), scope, node, asked.if_match, merging.SUBSTANCE)


def restore_task(scope: Scope, asked: RestoreTask) -> Step:
    node = scope.find("task", asked.task, "task")

    async def apply(connection: Connection) -> Task:
        return await trash.restore(connection, node.id, scope.room_id, scope.actor)

    return Step(scope.needs(node, "task.restore"), apply)


def assign_task(scope: Scope, asked: AssignTask) -> Step:
    node = scope.find("task", asked.task, "task")
    standing = scope.take_turn(node, asked.user, "user")
    (need,) = scope.needs(node, "task.assign")
    step = assigning.to_assign(need.on, scope.room_id, node.id, asked.user, standing, scope.actor)
    return step if standing else guard(step, scope, node, asked.if_match, ["assignees"])


def unassign_task(scope: Scope, asked: UnassignTask) -> Step:
    node = scope.find("task", asked.task, "task")
    standing = scope.take_turn(node, asked.user, "user")
    (need,) = scope.needs(node, "task.assign")
    step = assigning.to_unassign(need.on, scope.room_id, node.id, standing, scope.actor)
    return guard(step, scope, node, asked.if_match, ["assignees"]) if standing else step

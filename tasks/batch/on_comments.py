"""The steps of operations on comments."""

from chassis.database import Connection
from chassis.ids import new_id
from keys.client import Link, comment
from tasks import commenting, merging, writing
from tasks.batch.guarding import guard
from tasks.batch.operations import CreateComment, DeleteComment, EditComment
from tasks.batch.scope import Scope
from tasks.models import Comment
from tasks.steps import Step


def create_comment(scope: Scope, new: CreateComment) -> Step:
    on = scope.find("task", new.task, "task")
    node = scope.create(comment(new_id()), new.ref)

    async def apply(connection: Connection) -> Comment:
        # The right to it says nothing of its room, which must be the batch's.
        await writing.hold(connection, on.id, scope.room_id)
        return await commenting.create(connection, node.id, on.id, new.body, scope.actor)

    on_task = Link(relation="on_task", source=node, target=on)
    return Step(scope.needs(on, "comment.create"), apply, nodes=(node,), links=(on_task, scope.authorship(node)))


def edit_comment(scope: Scope, edit: EditComment) -> Step:
    node = scope.find("comment", edit.comment, "comment")

    async def apply(connection: Connection) -> Comment:
        before = await commenting.hold(connection, node.id, scope.room_id)
        return await commenting.edit(connection, before, edit.body, scope.room_id, scope.actor)

    return guard(Step(scope.needs(node, "comment.edit"), apply), scope, node, edit.if_match, ["body"])


def delete_comment(scope: Scope, asked: DeleteComment) -> Step:
    node = scope.find("comment", asked.comment, "comment")

    async def apply(connection: Connection) -> None:
        before = await commenting.hold(connection, node.id, scope.room_id)
        await commenting.discard(connection, before, scope.room_id, scope.actor)

    step = Step(scope.needs(node, "comment.delete"), apply)
    return guard(step, scope, node, asked.if_match, merging.SUBSTANCE_OF_COMMENT)

"""Comments on tasks."""

from uuid import UUID

from quart import Blueprint

from chassis import pages
from chassis.bodies import accepts, answers, answers_nothing, asks, refuses
from chassis.database import current_database
from chassis.idempotency import idempotent, remember, take_key
from chassis.ids import new_id
from chassis.passport import caller
from chassis.problems import not_found
from chassis.versions import conditional, seen_version
from keys.client import Link, Need, comment, current_keys, granted_rooms, task, user
from tasks import commenting, merging
from tasks.models import Comment, CommentEdit, CommentPage, NewComment, PageQuery
from tasks.queries import comments as queries
from tasks.undo import undoable

blueprint = Blueprint("comments", __name__)

_FIRST = UUID(int=0)


@blueprint.get("/v1/tasks/<uuid:task_id>/comments")
@asks(PageQuery)
@answers(CommentPage)
async def list_comments(query: PageQuery, task_id: UUID) -> CommentPage:
    """List the comments on a task. The oldest comes first."""
    rooms = granted_rooms("room.view")
    after = pages.decode(query.after, UUID, task_id) or _FIRST
    async with current_database().connection() as connection:
        if not await queries.is_task_seen(connection, task_id, list(rooms)):
            raise not_found("task")
        page, more = await queries.page(connection, task_id, after, query.limit)
    return CommentPage(page, pages.encode(page[-1].id, task_id) if more else None)


@blueprint.post("/v1/tasks/<uuid:task_id>/comments")
@undoable
@idempotent()
@refuses(409, "The task is gone meanwhile (`reference_gone`).")
@accepts(NewComment)
@answers(Comment, 201)
async def create_comment(new: NewComment, task_id: UUID) -> Comment:
    """Comment on a task."""
    node = comment(new_id())
    links = [
        Link(relation="on_task", source=node, target=task(task_id)),
        Link(relation="author", source=node, target=user(caller())),
    ]
    needs = [Need(action="comment.create", on=task(task_id))]
    async with current_keys().referring(new=[node], links=links, needs=needs) as claim:
        async with current_database().transaction() as connection:
            await take_key(connection)
            await claim.land(connection)
            made = await commenting.create(connection, node.id, task_id, new.body, caller())
            return await remember(connection, made)


@blueprint.patch("/v1/comments/<uuid:comment_id>")
@undoable
@conditional
@accepts(CommentEdit)
@answers(Comment)
async def edit_comment(edit: CommentEdit, comment_id: UUID) -> Comment:
    """Change one's own comment."""
    seen = seen_version()
    access = await current_keys().require(Need(action="comment.edit", on=comment(comment_id)))
    async with current_database().transaction() as connection:
        before = await commenting.hold(connection, comment_id, access.room_id)
        await merging.refuse_collisions(connection, before, seen, ["body"])
        return await commenting.edit(connection, before, edit.body, access.room_id, caller())


@blueprint.delete("/v1/comments/<uuid:comment_id>")
@undoable
@conditional
@answers_nothing
async def delete_comment(comment_id: UUID) -> None:
    """Delete a comment. One's own, or as an admin any."""
    seen = seen_version()
    access = await current_keys().require(Need(action="comment.delete", on=comment(comment_id)))
    async with current_database().transaction() as connection:
        before = await commenting.hold(connection, comment_id, access.room_id)
        await merging.refuse_collisions(connection, before, seen, merging.SUBSTANCE_OF_COMMENT)
        await commenting.discard(connection, before, access.room_id, caller())

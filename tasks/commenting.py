"""How a comment comes to be, changes and goes: the row, its words, and its line in the log, together."""

from uuid import UUID

from chassis.database import Connection
from chassis.problems import not_found
from tasks import changes
from tasks.models import Comment
from tasks.queries import comments, texts


async def create(connection: Connection, comment_id: UUID, task_id: UUID, body: str, author: UUID) -> Comment:
    """A comment on a live task; raises a 404 problem if it is none."""
    room_id = await comments.task_room(connection, task_id)
    if room_id is None:
        raise not_found("task")
    comment = await comments.insert(connection, comment_id, task_id, author, body)
    await texts.put(connection, comment_id, task_id, room_id, body)
    await changes.record(connection, "comment", "create", room_id=room_id, actor=author, after=comment)
    return comment


async def hold(connection: Connection, comment_id: UUID, room_id: UUID) -> Comment:
    """The comment, held until the transaction ends; raises a 404 problem if there is none."""
    comment = await comments.hold(connection, comment_id, room_id)
    if comment is None:
        raise not_found("comment")
    return comment


async def edit(connection: Connection, before: Comment, body: str, room_id: UUID, actor: UUID) -> Comment:
    """Gives a comment that is held a new text. The same text makes no new version."""
    if body == before.body:
        return before
    after = await comments.update(connection, before, body)
    await texts.put(connection, after.id, after.task_id, room_id, body)
    await changes.record(connection, "comment", "update", room_id=room_id, actor=actor, before=before, after=after)
    return after


async def discard(connection: Connection, before: Comment, room_id: UUID, actor: UUID) -> None:
    """Takes a comment that is held out of sight; the purge ends it."""
    await comments.discard(connection, before)
    await texts.delete(connection, before.id)
    await changes.record(connection, "comment", "delete", room_id=room_id, actor=actor, before=before)


async def restore(connection: Connection, discarded: Comment, room_id: UUID, actor: UUID) -> Comment:
    """Takes a discarded comment that is held back into sight."""
    after = await comments.restore(connection, discarded)
    await texts.put(connection, after.id, after.task_id, room_id, after.body)
    await changes.record(connection, "comment", "restore", room_id=room_id, actor=actor, after=after)
    return after

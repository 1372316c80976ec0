"""What goes here because something elsewhere went. Each may be told twice, or of what never was: it does it once.

Those that may be about many rows do a part of them in one transaction, and tell whether to call again. Several share
a transaction, so each holds the room of what it touches first, as people's writes do: else each could wait for the
other.
"""

from uuid import UUID

from msgspec.structs import replace

from chassis import feed
from chassis.database import Connection
from tasks import assigning, changes
from tasks.models import Comment, Task
from tasks.queries import activity, assignees, cascades, rooms, tasks, texts

_BATCH = 200


async def remove_task(connection: Connection, task_id: UUID) -> bool:
    """The task is gone, wherever it was: in its list, or in the trash. Returns whether more is left to do."""
    room_id = await tasks.room_of(connection, task_id)
    if room_id is None:
        return False
    await rooms.hold(connection, room_id)
    if await cascades.delete_comments(connection, [task_id], _BATCH) == _BATCH:
        return True
    task = await tasks.hold(connection, task_id, room_id)
    if task is not None:
        await rooms.add_open(connection, room_id, -int(task.is_open))
        await changes.record(connection, "task", "delete", room_id=room_id, actor=None, before=task)
    await cascades.delete_tasks(connection, [task_id])
    return False


async def remove_comment(connection: Connection, comment_id: UUID) -> None:
    """The comment is gone."""
    room_id = await cascades.room_of_comment(connection, comment_id)
    if room_id is None:
        return
    await rooms.hold(connection, room_id)
    # Who edits it holds it, and no room, before its words.
    await cascades.delete_comment(connection, comment_id)
    await texts.delete(connection, comment_id)


async def remove_assignee(connection: Connection, link_id: UUID) -> None:
    """The link that assigned a task to somebody is gone. A later one between the same two is another link."""
    found = await cascades.task_of_link(connection, link_id)
    if found is None:
        return
    await rooms.hold(connection, found["room_id"])
    task = await tasks.hold(connection, found["task_id"], found["room_id"])
    if task is None:
        await assignees.delete(connection, link_id)
    else:
        await assigning.unassign(connection, task, link_id, None)


async def clear_user(connection: Connection, user_id: UUID) -> bool:
    """The user is gone: what they made stays, without their name. Returns whether more is left to do."""
    links = await cascades.links_of_user(connection, user_id, _BATCH)
    for link_id in links:
        await remove_assignee(connection, link_id)
    made = await _forget_maker(connection, user_id)
    actions = await feed.forget_actor(connection, user_id, _BATCH)
    return max(len(links), made, actions) == _BATCH


async def _forget_maker(connection: Connection, user_id: UUID) -> int:
    """Of how many tasks, or of how many comments if these are more."""
    places = await cascades.rooms_of_maker(connection, user_id, _BATCH)
    for room_id in places:
        await rooms.hold(connection, room_id)
    made = await cascades.forget_creator(connection, user_id, places, _BATCH)
    for task, is_live in made:
        if is_live:
            await _forgotten_creator(connection, task, user_id)
    comments = await cascades.forget_author(connection, user_id, places, _BATCH)
    for comment, room_id, is_live in comments:
        if is_live:
            await _forgotten_author(connection, comment, room_id, user_id)
    return max(len(made), len(comments))


async def remove_room(connection: Connection, room_id: UUID) -> bool:
    """The room is gone, with all its tasks and what was logged of them. Returns whether more is left to do."""
    await rooms.hold(connection, room_id)
    first = await cascades.tasks_of_room(connection, room_id, _BATCH)
    if await cascades.delete_comments(connection, first, _BATCH) == _BATCH:
        return True
    await cascades.delete_tasks(connection, first)
    if len(first) == _BATCH:
        return True
    if await activity.delete_of_room(connection, room_id, _BATCH) == _BATCH:
        return True
    await rooms.delete(connection, room_id)
    return False


async def _forgotten_creator(connection: Connection, task: Task, user_id: UUID) -> None:
    before = replace(task, created_by=user_id)
    await changes.record(connection, "task", "update", room_id=task.room_id, actor=None, before=before, after=task)


async def _forgotten_author(connection: Connection, comment: Comment, room_id: UUID, user_id: UUID) -> None:
    before = replace(comment, author=user_id)
    await changes.record(connection, "comment", "update", room_id=room_id, actor=None, before=before, after=comment)

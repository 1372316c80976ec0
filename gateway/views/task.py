"""`GET /v1/tasks/{id}`: the task, its room, the caller's rights, its assignees and comments, and who these are."""

from uuid import UUID

import msgspec
from quart_schema import tag

from chassis.bodies import answers, asks
from gateway.live import request_cursor
from gateway.services import look
from gateway.views.compose import Part, Parts, Rows, Values, compose, ids_param
from gateway.views.composed import composed
from gateway.views.members import profiles_by_id
from gateway.views.models import CallerAccess, TaskQuery, TaskView
from keys.client import task


class _Task(msgspec.Struct):
    id: UUID
    created_by: UUID | None


class _Comment(msgspec.Struct):
    author: UUID | None


class _Comments(msgspec.Struct):
    items: list[_Comment]


@tag(["Tasks"])
@asks(TaskQuery)
@answers(TaskView)
@composed
async def get_task_view(query: TaskQuery, task_id: UUID) -> TaskView:
    """Get a task with its room, assignees and comments. `people` names who made it and who commented."""
    seen = await look(task(task_id), "room.view", assignees=True)
    assigned = seen.assignees or []
    parts = await compose(
        [
            Part("task", "tasks", f"/v1/tasks/{task_id}", required=True, kind=_Task),
            Part("room", "rooms", f"/v1/rooms/{seen.room_id}"),
            Part("assignees", "users", "/internal/profiles", lambda _: ids_param(assigned), kind=Rows),
            Part("comments", "tasks", f"/v1/tasks/{task_id}/comments", kind=_Comments),
            Part("people", "users", "/internal/profiles", _people, needs=("task", "comments"), kind=Rows),
        ],
        seen.headers,
        strict=query.strict,
    )
    return TaskView(
        task=parts.required("task"),
        room=parts.raw("room"),
        access=CallerAccess(seen.role, seen.actions),
        assignees=_profiles(parts, "assignees"),
        comments=parts.raw("comments"),
        people=_profiles(parts, "people"),
        cursor=request_cursor(),
        parts=parts.statuses,
    )


def _people(values: Values) -> dict[str, str] | None:
    task: _Task | None = values["task"]
    comments: _Comments | None = values["comments"]
    ids = [task.created_by] if task and task.created_by else []
    if comments:
        ids.extend(comment.author for comment in comments.items if comment.author)
    found = ids_param(ids)
    return None if found is None else dict(found)


def _profiles(parts: Parts, name: str) -> list[msgspec.Raw] | None:
    found = profiles_by_id(parts, name)
    return None if found is None else list(found.values())

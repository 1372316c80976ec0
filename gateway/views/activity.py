"""What happened in a room, and to a task: the log of tasks, and the names of those who did it, who may have left."""

from uuid import UUID

import msgspec
from quart_schema import tag

from chassis.bodies import answers, asks
from gateway.services import look
from gateway.views.compose import Part, Rows, Values, compose, ids_param
from gateway.views.composed import composed
from gateway.views.models import ActivityQuery, ActivityView
from keys.client import Node, room, task


class _Done(msgspec.Struct):
    actor: UUID | None


@tag(["Activity"])
@asks(ActivityQuery)
@answers(ActivityView)
@composed
async def list_activity(query: ActivityQuery, room_id: UUID) -> ActivityView:
    """List who changed what in a room, of the last 30 days. The latest comes first. `people` names who did it."""
    return await _read(room(room_id), f"/v1/rooms/{room_id}/activity", query)


@tag(["Activity"])
@asks(ActivityQuery)
@answers(ActivityView)
@composed
async def list_history(query: ActivityQuery, task_id: UUID) -> ActivityView:
    """List who changed what of a task and its comments, of the last 30 days. The latest comes first.

    `people` names who did it."""
    return await _read(task(task_id), f"/v1/tasks/{task_id}/history", query)


async def _read(on: Node, path: str, query: ActivityQuery) -> ActivityView:
    seen = await look(on, "room.view")
    page = {"limit": str(query.limit), **({} if query.after is None else {"after": query.after})}
    parts = await compose(
        [
            Part("items", "tasks", path, lambda _: page, required=True, kind=Rows),
            Part("people", "users", "/internal/profiles", _actors, needs=("items",), kind=Rows),
        ],
        seen.headers,
        strict=query.strict,
    )
    happened, people = parts.value("items"), parts.value("people")
    return ActivityView(
        items=happened.items, next=happened.next, people=people and people.items, parts=parts.statuses
    )


def _actors(values: Values) -> dict[str, str] | None:
    """A page has no more of them than `users` names at once."""
    happened: Rows | None = values["items"]
    done = [msgspec.json.decode(raw, type=_Done) for raw in happened.items] if happened else []
    found = ids_param([each.actor for each in done if each.actor])
    return None if found is None else dict(found)

"""Batches, and undo: writes of many references at once, and those that take them back."""

from dataclasses import dataclass, replace
from typing import Any

from tests.faults.operations import Operation, look_at_new_room
from tests.faults.stage import Board, Person, Stage, answered, task_view
from tests.system import Reply


@dataclass
class Written(Stage):
    """A stage on which something was written, and what takes it back."""

    token: str = ""


async def _batch(stage: Stage) -> Reply | None:
    """A task with a comment comes, another changes hands and gets a comment: all that a claim can hold."""
    return await stage.ask(
        stage.mate, "tasks", "POST", f"/v1/rooms/{stage.room}/batch", json={"operations": _operations(stage)}
    )


def _operations(stage: Stage) -> list[dict[str, Any]]:
    one, owner, mate = (str(each) for each in (stage.task, stage.owner.id, stage.mate.id))
    return [
        {"op": "create_task", "title": "Two", "ref": "two", "assignees": [owner]},
        {"op": "create_comment", "task": "two", "body": "First"},
        {"op": "assign", "task": one, "user": owner},
        {"op": "unassign", "task": one, "user": mate},
        {"op": "create_comment", "task": one, "body": "More"},
    ]


def _after_batch(stage: Stage) -> Board:
    owner, mate = stage.owner.id, stage.mate.id
    one = task_view({owner}, mate, [("Words", mate), ("More", mate)])
    two = task_view({owner}, mate, [("First", mate)])
    return replace(stage.before, tasks={"One": one, "Two": two})


async def _written(stage: Stage, who: Person, service: str, method: str, path: str, json: object = None) -> Written:
    reply = await answered(stage.fleet, service, method, path, who, json=json)
    assert reply.status < 300, reply.body
    return Written(**vars(stage), token=reply.headers["TaskSync-Undo"])


async def _with_batch(stage: Stage) -> Stage:
    body = {"operations": _operations(stage)}
    return await _written(stage, stage.mate, "tasks", "POST", f"/v1/rooms/{stage.room}/batch", body)


async def _without_mate(stage: Stage) -> Stage:
    path = f"/v1/rooms/{stage.room}/members/{stage.mate.id}"
    return await _written(stage, stage.owner, "keys", "DELETE", path)


async def _with_room(stage: Stage) -> Stage:
    return await _written(stage, stage.mate, "rooms", "POST", "/v1/rooms", {"name": f"Beside {stage.room}"})


async def _undo(stage: Stage, who: Person, service: str, path: str = "/v1/undo") -> Reply | None:
    assert isinstance(stage, Written)
    return await stage.ask(who, service, "POST", path, json={"token": stage.token})


def _alone(stage: Stage) -> Board:
    return Board({stage.owner.id: "owner"}, _unassigned(stage))


def _unassigned(stage: Stage) -> dict[str, dict[str, Any]]:
    return {"One": task_view(set(), stage.mate.id, [("Words", stage.mate.id)])}


UNDOING = (
    Operation("batch", "tasks", _batch, _after_batch),
    Operation(
        "undo batch",
        "tasks",
        lambda stage: _undo(stage, stage.mate, "tasks"),
        lambda stage: stage.before,
        _with_batch,
        _after_batch,
    ),
    Operation(
        "undo remove member",
        "keys",
        lambda stage: _undo(stage, stage.owner, "keys", "/internal/undo"),
        lambda stage: replace(stage.before, tasks=_unassigned(stage)),
        _without_mate,
        _alone,
    ),
    Operation(
        "undo create room",
        "rooms",
        lambda stage: _undo(stage, stage.mate, "rooms"),
        lambda _: None,
        _with_room,
        lambda stage: Board({stage.mate.id: "owner"}, {}),
        look_at_new_room,
    ),
)

"""The operations that cross two databases: how to do each in a room, and how the room looks when it is done."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from uuid import UUID

from tests.faults.stage import (
    Board,
    Person,
    Stage,
    add_person,
    answered,
    ask,
    insist,
    new_account,
    read_board,
    task_view,
)
from tests.system import Reply

Act = Callable[[Stage], Awaitable[Reply | None]]


@dataclass(frozen=True)
class Operation:
    """`service` is asked. `act` does it; `after` is the board when it is done, as `look` then sees it."""

    name: str
    service: str
    act: Act
    after: Callable[[Stage], Board | None]
    prepare: Callable[[Stage], Awaitable[Stage]] | None = None
    before: Callable[[Stage], Board | None] = lambda stage: stage.before
    look: Callable[[Stage], Awaitable[Board | None]] = lambda stage: stage.board()


async def _create_task(stage: Stage) -> Reply | None:
    new = {"title": "Two", "assignees": [str(stage.owner.id), str(stage.mate.id)]}
    return await stage.ask(stage.mate, "tasks", "POST", f"/v1/rooms/{stage.room}/tasks", json=new)


def _with_two(stage: Stage) -> Board:
    two = task_view({stage.owner.id, stage.mate.id}, stage.mate.id, [])
    return _with_task(stage, "Two", two)


def _with_task(stage: Stage, title: str, task: dict[str, object]) -> Board:
    return replace(stage.before, tasks={**stage.before.tasks, title: task})


def _with_one(stage: Stage, assignees: set[UUID], comments: tuple[str, ...] = ("Words",)) -> Board:
    return _with_task(stage, "One", task_view(assignees, stage.mate.id, [(text, stage.mate.id) for text in comments]))


async def _comment(stage: Stage) -> Reply | None:
    path = f"/v1/tasks/{stage.task}/comments"
    return await stage.ask(stage.mate, "tasks", "POST", path, json={"body": "More"})


async def _assign(stage: Stage) -> Reply | None:
    return await stage.ask(stage.mate, "tasks", "PUT", f"/v1/tasks/{stage.task}/assignees/{stage.owner.id}")


async def _unassign(stage: Stage) -> Reply | None:
    return await stage.ask(stage.owner, "tasks", "DELETE", f"/v1/tasks/{stage.task}/assignees/{stage.mate.id}")


async def _discard(stage: Stage) -> Reply | None:
    return await stage.ask(stage.mate, "tasks", "DELETE", f"/v1/tasks/{stage.task}")


async def _restore(stage: Stage) -> Reply | None:
    return await stage.ask(stage.mate, "tasks", "POST", f"/v1/tasks/{stage.task}/restore")


async def _prepare_restore(stage: Stage) -> Stage:
    await insist(stage.fleet, "tasks", "DELETE", f"/v1/tasks/{stage.task}", stage.mate)
    return stage


def _without_tasks(stage: Stage) -> Board:
    return replace(stage.before, tasks={})


async def _leave(stage: Stage) -> Reply | None:
    return await _remove(stage, stage.mate)


async def _remove(stage: Stage, by: Person) -> Reply | None:
    return await stage.ask(by, "keys", "DELETE", f"/v1/rooms/{stage.room}/members/{stage.mate.id}")


def _without_mate(stage: Stage) -> Board:
    return replace(_with_one(stage, set()), members={stage.owner.id: "owner"})


async def _delete_room(stage: Stage) -> Reply | None:
    return await stage.ask(stage.owner, "rooms", "DELETE", f"/v1/rooms/{stage.room}")


async def _with_invite(stage: Stage) -> Stage:
    path = f"/v1/rooms/{stage.room}/invites"
    await insist(stage.fleet, "rooms", "POST", path, stage.owner, json={"role": "viewer", "max_uses": 1})
    return stage


async def _redeem(stage: Stage) -> Reply | None:
    (invite,) = await stage.fleet.fetch("rooms", "SELECT code FROM invites WHERE room_id = $1", stage.room)
    return await stage.ask(stage.guest, "rooms", "POST", f"/v1/invites/{invite['code']}")


def _with_guest(stage: Stage) -> Board:
    return replace(stage.before, members={**stage.before.members, stage.guest.id: "viewer"})


async def with_newcomer(stage: Stage) -> Stage:
    """The guest becomes a member who has a task, a comment, and a room alone."""
    stage = replace(stage, guest=await add_person(stage.fleet))
    fleet, guest = stage.fleet, stage.guest
    member = {"user_id": str(guest.id), "role": "editor"}
    await insist(fleet, "keys", "POST", f"/internal/rooms/{stage.room}/members", stage.owner, json=member)
    await insist(fleet, "rooms", "POST", "/v1/rooms", guest, json={"name": "Alone"})
    new = {"title": "Two", "assignees": [str(guest.id)]}
    task = await insist(fleet, "tasks", "POST", f"/v1/rooms/{stage.room}/tasks", guest, json=new)
    await insist(fleet, "tasks", "POST", f"/v1/tasks/{task['id']}/comments", guest, json={"body": "Mine"})
    return stage


def _with_newcomers_task(stage: Stage) -> Board:
    guest = stage.guest.id
    board = _with_task(stage, "Two", task_view({guest}, guest, [("Mine", guest)]))
    return replace(board, members={**board.members, guest: "editor"})


async def _delete_account(stage: Stage) -> Reply | None:
    return await stage.ask(stage.guest, "users", "DELETE", "/v1/me")


async def _create_room(stage: Stage) -> Reply | None:
    return await stage.ask(stage.mate, "rooms", "POST", "/v1/rooms", json={"name": f"Beside {stage.room}"})


async def look_at_new_room(stage: Stage) -> Board | None:
    """The mate's room beside the stage's; None if it is not there."""
    rooms = await stage.fleet.fetch("rooms", "SELECT id FROM rooms WHERE name = $1", f"Beside {stage.room}")
    assert len(rooms) < 2
    return await read_board(stage.fleet, rooms[0]["id"], stage.mate) if rooms else None


def _new_account(stage: Stage) -> dict[str, str]:
    return {**new_account(), "email": f"{stage.room}@example.org"}


async def _register(stage: Stage) -> Reply | None:
    return await ask(stage.fleet, "users", "POST", "/v1/auth/register", json=_new_account(stage))


async def _look_at_account(stage: Stage) -> Board | None:
    """An empty board if one can sign in."""
    credentials = {name: _new_account(stage)[name] for name in ("email", "password")}
    reply = await answered(stage.fleet, "users", "POST", "/v1/auth/login", json=credentials)
    assert reply.status in {200, 401}
    return Board() if reply.status == 200 else None


OPERATIONS = (
    Operation("register", "users", _register, lambda _: Board(), None, lambda _: None, _look_at_account),
    Operation(
        "create room",
        "rooms",
        _create_room,
        lambda stage: Board({stage.mate.id: "owner"}, {}),
        None,
        lambda _: None,
        look_at_new_room,
    ),
    Operation("create task", "tasks", _create_task, _with_two),
    Operation("comment", "tasks", _comment, lambda stage: _with_one(stage, {stage.mate.id}, ("Words", "More"))),
    Operation("assign", "tasks", _assign, lambda stage: _with_one(stage, {stage.mate.id, stage.owner.id})),
    Operation("unassign", "tasks", _unassign, lambda stage: _with_one(stage, set())),
    Operation("delete task", "tasks", _discard, _without_tasks),
    Operation("restore task", "tasks", _restore, lambda stage: stage.before, _prepare_restore, _without_tasks),
    Operation("leave room", "keys", _leave, _without_mate),
    Operation("remove member", "keys", lambda stage: _remove(stage, stage.owner), _without_mate),
    Operation("redeem invite", "rooms", _redeem, _with_guest, _with_invite),
    Operation("delete room", "rooms", _delete_room, lambda _: None),
    Operation(
        "delete account",
        "users",
        _delete_account,
        lambda stage: _with_task(stage, "Two", task_view(set(), None, [("Mine", None)])),
        with_newcomer,
        _with_newcomers_task,
    ),
)

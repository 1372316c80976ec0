"""Who may not see, is told that nothing is there; who may not do, is told which right is missing."""

import asyncio
from typing import Any

import pytest

from chassis.ids import new_id
from tests.seeds import grant
from tests.tasks.team import Team

ROLES = ("viewer", "contributor", "editor", "admin", "owner")
# Of each write: method, path, body, the action it needs, and the least role that has it.
WRITES: list[tuple[str, str, dict[str, Any] | None, str, str]] = [
    ("POST", "/v1/rooms/{room}/tasks", {"title": "x"}, "task.create", "editor"),
    ("PATCH", "/v1/tasks/{task}", {"title": "x"}, "task.edit", "editor"),
    ("PATCH", "/v1/tasks/{task}", {"status": "doing"}, "task.move", "editor"),
    ("PATCH", "/v1/tasks/{task}", {"status": "done", "title": "y"}, "task.edit", "editor"),
    ("POST", "/v1/tasks/{task}/move", {"status": "todo"}, "task.move", "editor"),
    ("PUT", "/v1/tasks/{task}/assignees/{member}", None, "task.assign", "editor"),
    ("DELETE", "/v1/tasks/{task}/assignees/{member}", None, "task.assign", "editor"),
    ("POST", "/v1/tasks/{task}/comments", {"body": "x"}, "comment.create", "contributor"),
    ("DELETE", "/v1/comments/{comment}", None, "comment.delete", "admin"),
    ("DELETE", "/v1/tasks/{task}", None, "task.delete", "editor"),
]


async def send(team: Team, write: tuple[str, str, Any, str, str], by: str) -> Any:
    task = await team.create()
    comment = await team.comment(task)
    method, path, body, *_ = write
    filled = path.format(room=team.room, task=task["id"], comment=comment["id"], member=team["admin"])
    return await team.call(method, filled, by, json=body)


@pytest.mark.parametrize("write", WRITES, ids=lambda write: f"{write[0]} {write[3]}")
async def test_each_role_may_what_the_table_says_and_learns_what_it_lacks(team: Team, write: Any) -> None:
    _, _, _, action, least = write
    for role in ROLES:
        answer = await send(team, write, role)
        if ROLES.index(role) >= ROLES.index(least):
            assert answer.status < 300, (role, answer.body)
        else:
            assert answer.status == 403, (role, answer.body)
            assert answer.json()["action"] == action


@pytest.mark.parametrize("write", WRITES, ids=lambda write: f"{write[0]} {write[3]}")
async def test_a_stranger_finds_nothing(team: Team, write: Any) -> None:
    answer = await send(team, write, "stranger")
    assert (answer.status, answer.code) == (404, "not_found")


async def test_assigned_contributors_move_and_do_no_more(team: Team) -> None:
    task = await team.create(assignees=[str(team["contributor"])])
    path = f"/v1/tasks/{task['id']}"
    assert (await team.call("PATCH", path, "contributor", json={"status": "done"})).status == 200
    assert (await team.call("POST", f"{path}/move", "contributor", json={"status": "todo"})).status == 200
    for body in ({"title": "Mine"}, {"status": "done", "title": "Mine"}, {}):
        assert (await team.call("PATCH", path, "contributor", json=body)).status == 403
    await team.call("DELETE", f"{path}/assignees/{team['contributor']}")
    assert (await team.call("PATCH", path, "contributor", json={"status": "done"})).status == 403


async def test_comments_are_changed_by_their_author_alone(team: Team) -> None:
    task = await team.create()
    own = await team.comment(task, by="contributor")
    path = f"/v1/comments/{own['id']}"
    for role in ("editor", "admin", "owner"):
        refused = await team.call("PATCH", path, role, json={"body": "Not mine"})
        assert (refused.status, refused.json()["action"]) == (403, "comment.edit")
    assert (await team.call("PATCH", path, "contributor", json={"body": "Mine"})).status == 200
    assert (await team.call("DELETE", path, "editor")).status == 403
    assert (await team.call("DELETE", path, "contributor")).status == 204


READS = (
    "/v1/tasks/{task}",
    "/v1/tasks/{task}/comments",
    "/v1/tasks/{task}/history",
    "/v1/rooms/{room}/tasks",
    "/v1/rooms/{room}/trash",
    "/v1/rooms/{room}/activity",
)


@pytest.mark.parametrize("path", READS)
async def test_a_read_shows_nothing_without_a_grant_for_its_room(team: Team, path: str) -> None:
    task = await team.create()
    filled = path.format(task=task["id"], room=team.room)
    assert (await team.call("GET", filled)).status == 200
    for headers in (
        {},
        grant(team.stranger, team.room),
        grant(team["owner"], team.elsewhere),
        grant(team["owner"], team.room, actions=("room.nothing",)),
        {"TaskSync-Grant": "forged"},
    ):
        refused = await team.system.call("tasks", "GET", filled, user=team["owner"], headers=headers)
        assert refused.status in (403, 404), headers
        assert str(task["id"]).encode() not in refused.body


_NONE: dict[str, object] = {"items": [], "next": None}


async def test_home_shows_only_the_rooms_of_the_grant(team: Team) -> None:
    await team.create(assignees=[str(team["owner"])])
    headers = grant(team["owner"], team.elsewhere)
    home = await team.system.call("tasks", "GET", "/internal/home", user=team["owner"], headers=headers)
    assert home.json() == {"counts": {}, "assigned": _NONE, "due_soon": _NONE}


async def test_what_never_was_is_not_found(team: Team) -> None:
    nothing = new_id()
    for method, path, body in (
        ("GET", f"/v1/tasks/{nothing}", None),
        ("PATCH", f"/v1/tasks/{nothing}", {"title": "x"}),
        ("DELETE", f"/v1/tasks/{nothing}", None),
        ("POST", f"/v1/tasks/{nothing}/restore", None),
        ("POST", f"/v1/tasks/{nothing}/move", {"status": "done"}),
        ("PUT", f"/v1/tasks/{nothing}/assignees/{team['editor']}", None),
        ("POST", f"/v1/tasks/{nothing}/comments", {"body": "x"}),
        ("GET", f"/v1/tasks/{nothing}/comments", None),
        ("PATCH", f"/v1/comments/{nothing}", {"body": "x"}),
        ("DELETE", f"/v1/comments/{nothing}", None),
        ("POST", f"/v1/rooms/{nothing}/tasks", {"title": "x"}),
    ):
        answer = await team.call(method, path, json=body)
        assert (answer.status, answer.code) == (404, "not_found"), (method, path, answer.body)


async def test_a_task_in_the_trash_is_found_by_no_door(team: Team) -> None:
    task = await team.create()
    comment = await team.comment(task)
    assert (await team.call("DELETE", f"/v1/tasks/{task['id']}")).status == 204
    for method, path, body in (
        ("GET", f"/v1/tasks/{task['id']}", None),
        ("PATCH", f"/v1/tasks/{task['id']}", {"title": "x"}),
        ("DELETE", f"/v1/tasks/{task['id']}", None),
        ("POST", f"/v1/tasks/{task['id']}/move", {"status": "done"}),
        ("PUT", f"/v1/tasks/{task['id']}/assignees/{team['editor']}", None),
        ("DELETE", f"/v1/tasks/{task['id']}/assignees/{team['editor']}", None),
        ("POST", f"/v1/tasks/{task['id']}/comments", {"body": "x"}),
        ("GET", f"/v1/tasks/{task['id']}/comments", None),
        ("PATCH", f"/v1/comments/{comment['id']}", {"body": "x"}),
        ("DELETE", f"/v1/comments/{comment['id']}", None),
    ):
        answer = await team.call(method, path, json=body)
        assert (answer.status, answer.code) == (404, "not_found"), (method, path, answer.body)
    assert await team.tasks() == []


async def test_a_comment_refused_by_the_trash_leaves_no_reference_pending(team: Team) -> None:
    task = await team.create()
    await team.call("DELETE", f"/v1/tasks/{task['id']}")
    answers = await asyncio.gather(
        *(team.call("POST", f"/v1/tasks/{task['id']}/comments", json={"body": "x"}) for _ in range(3))
    )
    assert {answer.status for answer in answers} == {404}
    assert (await team.call("POST", f"/v1/tasks/{task['id']}/restore")).status == 200
    assert (await team.call("GET", f"/v1/tasks/{task['id']}/comments")).json()["items"] == []

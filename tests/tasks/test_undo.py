"""Undo: the inverse of a write, by who made it, under the same rights and versions; and redo is its undo."""

import asyncio
from typing import Any

import pytest

from chassis import undo as tokens
from tests.system import Reply
from tests.tasks.team import Team


async def undo(team: Team, written: Reply, by: str = "owner") -> Reply:
    return await team.call("POST", "/v1/undo", by, json={"token": written.headers["TaskSync-Undo"]})


async def state(team: Team, task: dict[str, Any]) -> list[Any]:
    """What can be seen of the task and its comments, without what each write changes."""
    found = await team.call("GET", f"/v1/tasks/{task['id']}")
    if found.status == 404:
        return []
    comments = (await team.call("GET", f"/v1/tasks/{task['id']}/comments")).json()["items"]
    return [
        {name: value for name, value in each.items() if name not in {"version", "updated_at"}}
        for each in (found.json(), *comments)
    ]


WRITES: list[tuple[str, str, Any]] = [
    ("PATCH", "/v1/tasks/{task}", {"title": "b", "priority": "high", "due_at": "2031-05-05T05:05:05Z"}),
    ("PATCH", "/v1/tasks/{task}", {"due_at": None, "description": ""}),
    ("PATCH", "/v1/tasks/{task}", {"status": "todo"}),
    ("PATCH", "/v1/tasks/{task}", {"status": "done"}),
    ("POST", "/v1/tasks/{task}/move", {"after": "{other}", "status": "todo"}),
    ("DELETE", "/v1/tasks/{task}", None),
    ("PUT", "/v1/tasks/{task}/assignees/{editor}", None),
    ("DELETE", "/v1/tasks/{task}/assignees/{viewer}", None),
    ("POST", "/v1/tasks/{task}/comments", {"body": "More"}),
    ("PATCH", "/v1/comments/{comment}", {"body": "Other words"}),
    ("DELETE", "/v1/comments/{comment}", None),
]


@pytest.mark.parametrize("write", WRITES, ids=lambda write: f"{write[0]} {write[1]} {write[2]}")
async def test_undo_brings_back_what_was_and_redo_what_was_written(team: Team, write: tuple[str, str, Any]) -> None:
    fields: dict[str, Any] = {
        "description": "d",
        "status": "doing",
        "due_at": "2030-01-01T00:00:00Z",
        "assignees": [str(team["viewer"])],
    }
    task, other = await team.create("a", **fields), await team.create("o")
    comment = await team.comment(task)
    names = {"task": task["id"], "other": other["id"], "comment": comment["id"], **team.people}
    method, path, body = write
    filled = {
        name: value.format(**names) if isinstance(value, str) else value for name, value in (body or {}).items()
    }
    before = await state(team, task)
    written = await team.call(method, path.format(**names), json=filled or None)
    assert written.status < 300
    after = await state(team, task)
    assert after != before
    undone = await undo(team, written)
    assert undone.status == 200, undone.body
    assert await state(team, task) == before
    redone = await undo(team, undone)
    assert redone.status == 200, redone.body
    assert await state(team, task) == after
    again = await undo(team, redone)
    assert again.status == 200, again.body
    assert await state(team, task) == before


async def test_a_task_whose_reopening_is_undone_was_completed_when_it_was(team: Team) -> None:
    task = await team.create("a", status="done")
    reopened = await team.call("PATCH", f"/v1/tasks/{task['id']}", json={"status": "doing"})
    undone = await undo(team, reopened)
    assert undone.json()["results"][0]["task"]["completed_at"] == task["completed_at"]
    refused = await undo(team, reopened)
    assert (refused.status, refused.json()["fields"]) == (412, ["status"])


async def test_a_task_that_is_created_goes_to_the_trash_and_back(team: Team) -> None:
    made = await team.call("POST", f"/v1/rooms/{team.room}/tasks", json={"title": "x"})
    undone = await undo(team, made)
    assert undone.json() == {"results": [{"task": None, "comment": None}]}
    assert await team.tasks() == []
    redone = await undo(team, undone)
    assert redone.json()["results"][0]["task"] == await team.get(made.json())


async def test_the_answer_is_the_resource_as_it_is_then(team: Team) -> None:
    task = await team.create("a")
    written = await team.call("PATCH", f"/v1/tasks/{task['id']}", json={"title": "b"})
    await team.call("PATCH", f"/v1/tasks/{task['id']}", json={"description": "theirs"}, by="editor")
    undone = (await undo(team, written)).json()["results"]
    assert undone == [{"task": await team.get(task), "comment": None}]
    assert (undone[0]["task"]["title"], undone[0]["task"]["description"]) == ("a", "theirs")


async def test_what_others_wrote_since_is_not_undone(team: Team) -> None:
    task = await team.create("a")
    path = f"/v1/tasks/{task['id']}"
    written = await team.call("PATCH", path, json={"title": "b", "priority": "low"})
    await team.call("PATCH", path, json={"title": "theirs"}, by="editor")
    refused = await undo(team, written)
    assert (refused.status, refused.code, refused.json()["fields"]) == (412, "conflict", ["title"])
    assert refused.json()["current"] == await team.get(task)


async def test_what_is_gone_by_now_is_found_no_more(team: Team) -> None:
    task = await team.create("a")
    comment = await team.comment(task)
    for kind, entity, fields in (("comment", comment, {"body": "b"}), ("task", task, {"title": "b"})):
        path = f"/v1/{kind}s/{entity['id']}"
        written = await team.call("PATCH", path, json=fields)
        await team.call("DELETE", path, "admin")
        assert (await undo(team, written)).status == 404


async def test_a_task_that_others_changed_is_not_taken_away_with_its_creation(team: Team) -> None:
    made = await team.call("POST", f"/v1/rooms/{team.room}/tasks", json={"title": "x"})
    await team.call("PATCH", f"/v1/tasks/{made.json()['id']}", json={"title": "theirs"}, by="editor")
    refused = await undo(team, made)
    assert (refused.status, refused.json()["fields"]) == (412, ["title"])


async def test_the_deletion_of_another_is_not_undone(team: Team) -> None:
    task = await team.create("a")
    path = f"/v1/tasks/{task['id']}"
    mine = await team.call("DELETE", path)
    await team.call("POST", f"{path}/restore", by="editor")
    assert (await undo(team, mine)).status == 412
    await team.call("DELETE", path, by="editor")
    refused = await undo(team, mine)
    assert (refused.status, refused.json()["fields"]) == (412, ["deleted_at"])


async def test_what_others_brought_back_is_not_taken_away_by_a_token_used_before(team: Team) -> None:
    made = await team.call("POST", f"/v1/rooms/{team.room}/tasks", json={"title": "x"})
    path = f"/v1/tasks/{made.json()['id']}"
    said = await team.call("POST", f"{path}/comments", json={"body": "b"})
    unsaid = await team.call("DELETE", f"/v1/comments/{said.json()['id']}", "admin")
    assert (await undo(team, unsaid, "admin")).status == 200
    assert (await undo(team, made)).status == 200
    restored = await team.call("POST", f"{path}/restore")
    for written in (said, made):
        if written is made:
            await team.call("DELETE", path, "editor")
            await team.call("POST", f"{path}/restore", "editor")
        refused = await undo(team, written)
        assert (refused.status, refused.json()["fields"]) == (412, ["deleted_at"])
    assert (await undo(team, restored)).status == 412


async def test_a_comment_does_not_come_back_while_its_task_is_in_the_trash(team: Team) -> None:
    task = await team.create("a")
    said = await team.comment(task)
    unsaid = await team.call("DELETE", f"/v1/comments/{said['id']}")
    await team.call("DELETE", f"/v1/tasks/{task['id']}")
    assert (await undo(team, unsaid)).status == 404


async def test_undone_twice_is_refused_and_once_among_sixteen(team: Team) -> None:
    task = await team.create("a")
    written = await team.call("PATCH", f"/v1/tasks/{task['id']}", json={"title": "b"})
    answers = await asyncio.gather(*(undo(team, written) for _ in range(16)))
    assert sorted(answer.status for answer in answers) == [200] + [412] * 15
    found = await team.get(task)
    assert (found["title"], found["version"]) == ("a", 3)


async def test_a_token_is_for_who_wrote_and_with_their_rights_of_now(team: Team) -> None:
    task = await team.create(assignees=[str(team["contributor"])])
    moved = await team.call("POST", f"/v1/tasks/{task['id']}/move", "contributor", json={"status": "done"})
    stolen = await undo(team, moved, "editor")
    assert (stolen.status, stolen.json()["errors"][0]["field"]) == (422, "token")
    await team.call("DELETE", f"/v1/tasks/{task['id']}/assignees/{team['contributor']}")
    refused = await undo(team, moved, "contributor")
    assert (refused.status, refused.json()["action"]) == (403, "task.move")


@pytest.mark.parametrize("token", ["x", "a.b", ""])
async def test_what_is_no_token_is_refused(team: Team, token: str) -> None:
    refused = await team.call("POST", "/v1/undo", json={"token": token})
    assert (refused.status, refused.json()["errors"][0]["field"]) == (422, "token")


async def test_after_its_time_a_token_is_worth_nothing(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    task = await team.create("a")
    monkeypatch.setattr(tokens, "SECONDS", -1.0)
    written = await team.call("PATCH", f"/v1/tasks/{task['id']}", json={"title": "b"})
    assert (await undo(team, written)).status == 422


async def test_a_place_that_is_taken_since_is_left_to_who_has_it(team: Team) -> None:
    first, second, third = [await team.create(title) for title in "abc"]
    moved = await team.call("POST", f"/v1/tasks/{first['id']}/move", json={"after": third["id"]})
    await team.run("UPDATE tasks SET position = $1 WHERE id::text = $2", first["position"], second["id"])
    assert (await undo(team, moved)).status == 200
    assert [task["title"] for task in await team.tasks()] == ["b", "a", "c"]


async def test_what_changes_nothing_carries_no_token(team: Team) -> None:
    task = await team.create("a")
    same = await team.call("PATCH", f"/v1/tasks/{task['id']}", json={"title": "a"})
    assert "TaskSync-Undo" not in same.headers


async def test_a_key_makes_an_undo_repeatable(team: Team) -> None:
    task = await team.create("a")
    written = await team.call("PATCH", f"/v1/tasks/{task['id']}", json={"title": "b"})
    first, second = [await undo_with_key(team, written) for _ in range(2)]
    assert (first.status, second.status) == (200, 200)
    assert first.body == second.body


async def undo_with_key(team: Team, written: Reply) -> Reply:
    body = {"token": written.headers["TaskSync-Undo"]}
    headers = {"Idempotency-Key": "the-undo"}
    return await team.system.call("tasks", "POST", "/v1/undo", user=team["owner"], headers=headers, json=body)


@pytest.mark.parametrize("op", ["edit_comment", "delete_comment", "create_comment"])
async def test_a_batch_that_touches_a_comment_and_deletes_its_task_is_taken_back(team: Team, op: str) -> None:
    task = await team.create("a")
    comment = await team.comment(task)
    touched: dict[str, Any] = {
        "edit_comment": {"comment": comment["id"], "body": "Other"},
        "delete_comment": {"comment": comment["id"]},
        "create_comment": {"task": task["id"], "body": "More"},
    }[op]
    before = await state(team, task)
    done = await team.batch({"op": op, **touched}, {"op": "delete_task", "task": task["id"]})
    assert done.status == 200, done.body
    undone = await undo(team, done)
    assert undone.status == 200, undone.body
    assert await state(team, task) == before
    redone = await undo(team, undone)
    assert redone.status == 200, redone.body
    assert await state(team, task) == []
    assert (await undo(team, redone)).status == 200
    assert await state(team, task) == before

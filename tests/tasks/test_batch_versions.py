"""The `if_match` of an operation is about what others wrote: it is compared with what was there before the batch."""

from typing import Any

import pytest

from tests.tasks.team import Team


def edit(task: dict[str, Any], if_match: int, **fields: Any) -> dict[str, Any]:
    return {"op": "edit_task", "task": task["id"], "if_match": if_match, **fields}


async def test_operations_at_one_version_do_not_collide_with_each_other(team: Team) -> None:
    task = await team.create("a")
    comment = await team.comment(task)
    done = await team.batch(
        edit(task, 1, title="b"),
        edit(task, 1, title="c", priority="high"),
        {"op": "assign", "task": task["id"], "user": str(team["editor"]), "if_match": 1},
        {"op": "assign", "task": task["id"], "user": str(team["viewer"]), "if_match": 1},
        {"op": "edit_comment", "comment": comment["id"], "body": "b", "if_match": 1},
        {"op": "delete_comment", "comment": comment["id"], "if_match": 1},
    )
    assert done.status == 200, done.body
    found = await team.get(task)
    assert (found["title"], found["priority"], found["version"]) == ("c", "high", 5)


async def test_a_version_that_the_batch_itself_makes_may_be_named(team: Team) -> None:
    task = await team.create("a")
    new = {"op": "create_task", "title": "new", "ref": "new"}
    named = {"op": "edit_task", "task": "new", "title": "newer", "if_match": 1}
    assert (await team.batch(edit(task, 1, title="b"), edit(task, 2, title="c"), new, named)).status == 200
    refused = await team.batch(edit(task, 3, title="d"), edit(task, 5, title="e"))
    assert (refused.status, refused.json()["index"], refused.json()["current"]) == (412, 1, await team.get(task))


async def test_what_is_told_as_current_is_what_is_there(team: Team) -> None:
    task = await team.create("a")
    path = f"/v1/tasks/{task['id']}"
    await team.call("PATCH", path, "editor", json={"priority": "high"})
    refused = await team.batch(edit(task, 1, title="mine"), edit(task, 1, priority="low"))
    told = refused.json()
    assert (refused.status, told["index"], told["fields"]) == (412, 1, ["priority"])
    assert told["current"] == await team.get(task)
    assert (await team.call("PATCH", path, "editor", json={"title": "theirs"})).status == 200
    mine = await team.call("PATCH", path, json={"title": "mine"}, if_match=told["current"]["version"])
    assert (mine.status, mine.json()["fields"]) == (412, ["title"])


async def test_of_a_comment_too(team: Team) -> None:
    task = await team.create("a")
    comment = await team.comment(task)
    changed = await team.call("PATCH", f"/v1/comments/{comment['id']}", json={"body": "theirs"})
    first = {"op": "edit_comment", "comment": comment["id"], "body": "mine"}
    refused = await team.batch(first, {"op": "delete_comment", "comment": comment["id"], "if_match": 1})
    assert (refused.status, refused.json()["index"], refused.json()["current"]) == (412, 1, changed.json())


@pytest.mark.parametrize(("if_match", "status"), [(1, 412), (2, 200), (3, 200)])
async def test_a_task_that_the_batch_restores_has_versions_from_before(
    team: Team, if_match: int, status: int
) -> None:
    task = await team.create("a")
    await team.call("PATCH", f"/v1/tasks/{task['id']}", json={"title": "theirs"})
    await team.call("DELETE", f"/v1/tasks/{task['id']}")
    answer = await team.batch({"op": "restore_task", "task": task["id"]}, edit(task, if_match, title="mine"))
    assert answer.status == status
    if status == 412:
        gone = await team.batch(edit(task, if_match, title="mine"))
        assert (gone.status, gone.json()["index"]) == (404, 0)


async def test_the_first_operation_that_cannot_be_done_is_told(team: Team) -> None:
    task = await team.create("a")
    await team.call("PATCH", f"/v1/tasks/{task['id']}", json={"title": "theirs"})
    live = {"op": "restore_task", "task": task["id"]}
    refused = await team.batch(live, edit(task, 1, title="mine"))
    assert (refused.status, refused.json()["index"]) == (404, 0)

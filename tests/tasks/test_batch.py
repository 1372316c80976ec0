"""A batch: all of its operations or none, each with its own right and version, and one token to take it back."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from chassis.ids import new_id
from tests.postgres import connected
from tests.settling import until_settled
from tests.tasks.team import Team


def create(title: str, ref: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"op": "create_task", "title": title, **({"ref": ref} if ref else {}), **fields}


async def titles(team: Team) -> list[str]:
    return [task["title"] for task in await team.tasks("?limit=200")]


async def references(team: Team) -> tuple[int, int]:
    """How many nodes and links Keys has; when all claims are settled, none of them may be on its way."""
    async with connected(team.system.databases["keys"]) as connection:
        await until_settled(connection)
        (counts,) = await connection.fetch(
            """
            SELECT (SELECT count(*) FROM nodes), (SELECT count(*) FROM links),
                   (SELECT count(*) FROM nodes WHERE claim IS NOT NULL)
                   + (SELECT count(*) FROM links WHERE claim IS NOT NULL OR dropping IS NOT NULL)
            """
        )
    assert counts[2] == 0
    return counts[0], counts[1]


async def test_operations_of_all_kinds_name_what_earlier_ones_create(team: Team) -> None:
    old = await team.create("old", assignees=[str(team["viewer"])])
    gone = await team.create("gone")
    await team.call("DELETE", f"/v1/tasks/{gone['id']}")
    comment = await team.comment(old)
    done = await team.batch(
        create("new", "t1", assignees=[str(team["editor"])]),
        {"op": "create_comment", "task": "t1", "body": "First", "ref": "c1"},
        {"op": "edit_comment", "comment": "c1", "body": "Better"},
        {"op": "create_comment", "task": old["id"], "body": "On the old one"},
        {"op": "edit_task", "task": "t1", "priority": "high"},
        {"op": "move_task", "task": "t1", "before": old["id"], "status": "doing"},
        {"op": "assign", "task": "t1", "user": str(team["admin"])},
        {"op": "unassign", "task": old["id"], "user": str(team["viewer"])},
        {"op": "restore_task", "task": gone["id"]},
        {"op": "delete_comment", "comment": comment["id"]},
        create("short-lived", "t2"),
        {"op": "delete_task", "task": "t2"},
    )
    assert done.status == 200, done.body
    results = done.json()["results"]
    new = results[6]["task"]
    assert (new["priority"], new["status"], new["version"]) == ("high", "doing", 4)
    assert new["assignees"] == [str(team["editor"]), str(team["admin"])]
    assert await team.get(new) == new
    assert results[2]["comment"]["body"] == "Better"
    assert (await team.get(old))["assignees"] == []
    assert [results[index] for index in (9, 11)] == [{"task": None, "comment": None}] * 2
    assert await titles(team) == ["new", "old", "gone"]
    assert (await team.call("GET", f"/v1/tasks/{old['id']}/comments")).json()["items"] == [results[3]["comment"]]


FAILING: list[tuple[dict[str, Any], int, str]] = [
    ({"op": "edit_task", "task": "{old}", "title": "x", "if_match": 1}, 412, "conflict"),
    ({"op": "edit_task", "task": "{nothing}", "title": "x"}, 404, "not_found"),
    ({"op": "edit_task", "task": "{elsewhere}", "title": "x"}, 404, "not_found"),
    ({"op": "create_comment", "task": "{elsewhere}", "body": "x"}, 404, "not_found"),
    ({"op": "assign", "task": "{old}", "user": "{stranger}"}, 422, "not_a_member"),
    ({"op": "assign", "task": "t1", "user": "{stranger}"}, 422, "not_a_member"),
    ({"op": "move_task", "task": "{old}", "before": "{old}"}, 422, "invalid"),
    ({"op": "move_task", "task": "{old}"}, 422, "invalid"),
    ({"op": "delete_comment", "comment": "t1"}, 422, "invalid"),
    ({"op": "delete_task", "task": "no-such-ref"}, 422, "invalid"),
    ({"op": "create_task", "title": "x", "ref": "t1"}, 422, "invalid"),
    ({"op": "restore_task", "task": "{old}"}, 404, "not_found"),
]


@pytest.mark.parametrize("failing", FAILING, ids=lambda failing: f"{failing[0]} {failing[1]}")
async def test_where_one_fails_nothing_is_done_and_the_answer_says_which(
    team: Team, failing: tuple[dict[str, Any], int, str]
) -> None:
    old = await team.create("old")
    await team.call("PATCH", f"/v1/tasks/{old['id']}", json={"title": "theirs"})
    other = await team.call("POST", f"/v1/rooms/{team.elsewhere}/tasks", json={"title": "elsewhere"})
    names = {"old": old["id"], "nothing": new_id(), "elsewhere": other.json()["id"], "stranger": team.stranger}
    operation = {
        name: value.format(**names) if isinstance(value, str) else value for name, value in failing[0].items()
    }
    before, held = await team.tasks(), await references(team)
    refused = await team.batch(create("new", "t1"), operation, create("third"))
    assert (refused.status, refused.code, refused.json()["index"]) == (failing[1], failing[2], 1), refused.body
    assert await team.tasks() == before
    assert await references(team) == held
    assert "TaskSync-Undo" not in refused.headers
    # It is one that the operation has, or takes.
    for error in refused.json().get("errors", []):
        at, _, field = error["field"].partition(".")
        assert (at, field in {*operation, "body"}) == ("operations[1]", True), error
    assert (refused.status == 422) == ("errors" in refused.json())


async def test_each_operation_takes_its_own_right(team: Team) -> None:
    mine, other = await team.create(assignees=[str(team["contributor"])]), await team.create()
    moves = [{"op": "move_task", "task": task["id"], "status": "done"} for task in (mine, other)]
    assert (await team.batch(moves[0], by="contributor")).status == 200
    refused = await team.batch(*moves, by="contributor")
    assert (refused.status, refused.json()["index"], refused.json()["action"]) == (403, 1, "task.move")
    status = {"op": "edit_task", "task": mine["id"], "status": "todo"}
    title = {"op": "edit_task", "task": mine["id"], "title": "x"}
    refused = await team.batch(status, title, by="contributor")
    assert (refused.status, refused.json()["index"], refused.json()["action"]) == (403, 1, "task.edit")
    assert (await team.get(mine))["status"] == "done"
    comment = {"op": "create_comment", "task": mine["id"], "body": "x", "ref": "c"}
    own = {"op": "edit_comment", "comment": "c", "body": "y"}
    assert (await team.batch(comment, own, by="contributor")).status == 200
    assert (await team.batch(comment, by="viewer")).json()["action"] == "comment.create"
    assert (await team.batch(comment, by="stranger")).status == 404
    theirs = await team.comment(mine)
    refused = await team.batch({"op": "edit_comment", "comment": theirs["id"], "body": "x"}, by="admin")
    assert (refused.status, refused.json()["action"]) == (403, "comment.edit")


async def test_of_several_problems_what_is_known_before_the_transaction_is_told(team: Team) -> None:
    task = await team.create()
    await team.call("PATCH", f"/v1/tasks/{task['id']}", json={"title": "theirs"})
    stale = {"op": "edit_task", "task": task["id"], "title": "mine", "if_match": 1}
    stranger = {"op": "assign", "task": task["id"], "user": str(team.stranger)}
    told = [
        await team.batch(*operations)
        for operations in ([stale], [stale, stranger], [stale, stranger, {**stale, "task": "x"}])
    ]
    assert [(problem.code, problem.json()["index"]) for problem in told] == [
        ("conflict", 0),
        ("not_a_member", 1),
        ("invalid", 2),
    ]


async def test_a_dry_run_answers_the_same_and_leaves_nothing(team: Team) -> None:
    old = await team.create("old", assignees=[str(team["viewer"])])
    operations = [
        create("new", "t1"),
        {"op": "edit_task", "task": old["id"], "title": "other", "if_match": 1},
        {"op": "unassign", "task": old["id"], "user": str(team["viewer"])},
        {"op": "create_comment", "task": "t1", "body": "x"},
    ]
    before, held, log = await team.tasks(), await references(team), await team.changes(old)
    tried = await team.batch(*operations, dry_run=True)
    assert tried.status == 200
    assert tried.json()["results"][2]["task"]["assignees"] == []
    assert "TaskSync-Undo" not in tried.headers
    assert (await team.tasks(), await references(team), await team.changes(old)) == (before, held, log)
    done = (await team.batch(*operations)).json()["results"]
    assert done[1]["task"]["version"] == tried.json()["results"][1]["task"]["version"]
    assert done[0]["task"]["number"] == tried.json()["results"][0]["task"]["number"]
    refused = await team.batch({"op": "delete_task", "task": old["id"], "if_match": 1}, dry_run=True)
    assert (refused.status, refused.json()["index"]) == (412, 0)


async def test_one_token_takes_the_whole_batch_back_and_does_it_again(team: Team) -> None:
    old = await team.create("old", assignees=[str(team["viewer"])])
    comment = await team.comment(old)
    before = await team.get(old)
    written = await team.batch(
        create("new", "t1"),
        {"op": "edit_task", "task": old["id"], "title": "b"},
        {"op": "edit_task", "task": old["id"], "title": "c", "priority": "low"},
        {"op": "assign", "task": "t1", "user": str(team["viewer"])},
        {"op": "unassign", "task": old["id"], "user": str(team["viewer"])},
        {"op": "move_task", "task": old["id"], "after": "t1"},
        {"op": "delete_comment", "comment": comment["id"]},
    )
    undone = await team.call("POST", "/v1/undo", json={"token": written.headers["TaskSync-Undo"]})
    assert undone.status == 200, undone.body
    found = await team.get(old)
    changing = {"version", "updated_at"}
    assert {k: v for k, v in found.items() if k not in changing} == {
        k: v for k, v in before.items() if k not in changing
    }
    assert await titles(team) == ["old"]
    assert len((await team.call("GET", f"/v1/tasks/{old['id']}/comments")).json()["items"]) == 1
    redone = await team.call("POST", "/v1/undo", json={"token": undone.headers["TaskSync-Undo"]})
    assert redone.status == 200, redone.body
    assert await titles(team) == ["new", "c"]
    assert [task["assignees"] for task in await team.tasks()] == [[str(team["viewer"])], []]


async def test_undoing_a_batch_is_refused_whole_where_others_wrote_one_of_its_fields(team: Team) -> None:
    first, second = await team.create("a"), await team.create("b")
    edits = [{"op": "edit_task", "task": task["id"], "title": "x"} for task in (first, second)]
    written = await team.batch(*edits)
    await team.call("PATCH", f"/v1/tasks/{first['id']}", "editor", json={"title": "theirs"})
    refused = await team.call("POST", "/v1/undo", json={"token": written.headers["TaskSync-Undo"]})
    assert (refused.status, refused.json()["fields"]) == (412, ["title"])
    assert await titles(team) == ["theirs", "x"]


async def test_sixteen_batches_at_once_keep_order_numbers_and_versions(team: Team) -> None:
    tasks = [await team.create(f"t{index}") for index in range(4)]

    async def run(seed: int) -> int:
        turned = tasks[seed % 4 :] + tasks[: seed % 4]
        moves = [{"op": "move_task", "task": task["id"], "after": turned[0]["id"]} for task in turned[1:]]
        edits = [{"op": "edit_task", "task": task["id"], "description": str(seed)} for task in turned]
        return (await team.batch(create(f"new {seed}"), *moves, *edits)).status

    assert set(await asyncio.gather(*map(run, range(16)))) == {200}
    rows = await team.run("SELECT number, position FROM tasks WHERE room_id = $1", team.room)
    assert sorted(row["number"] for row in rows) == list(range(1, 21))
    assert len({row["position"] for row in rows}) == 20
    # Whole batches come one after another, so each task was last written by the same.
    assert len({(await team.get(task))["description"] for task in tasks}) == 1
    for task in tasks:
        versions = [row["version"] for row in await team.changes(task)]
        assert versions == list(range(1, (await team.get(task))["version"] + 1))


async def test_of_sixteen_batches_at_one_version_one_is_done(team: Team) -> None:
    task = await team.create("a")
    edit = {"op": "edit_task", "task": task["id"], "title": "b", "if_match": 1}
    answers = await asyncio.gather(*(team.batch(create("new"), {**edit, "title": str(n)}) for n in range(16)))
    assert sorted(answer.status for answer in answers) == [200] + [412] * 15
    assert len(await team.tasks()) == 2


async def test_assigning_who_has_it_already_changes_nothing(team: Team) -> None:
    task = await team.create(assignees=[str(team["viewer"])])
    same = await team.batch({"op": "assign", "task": task["id"], "user": str(team["viewer"])})
    assert same.json()["results"][0]["task"] == task
    assign = {"op": "assign", "task": task["id"], "user": str(team["editor"])}
    answers = await asyncio.gather(*(team.batch(assign) for _ in range(16)))
    assert {answer.status for answer in answers} == {200}
    assert (await team.get(task))["version"] == 2
    await references(team)


async def test_a_task_is_found_only_in_the_room_of_the_batch(team: Team) -> None:
    task = await team.create("a")
    path = f"/v1/rooms/{team.elsewhere}/batch"
    for operation in (
        {"op": "edit_task", "task": task["id"], "title": "x"},
        {"op": "delete_task", "task": task["id"]},
        {"op": "assign", "task": task["id"], "user": str(team["owner"])},
        {"op": "create_comment", "task": task["id"], "body": "x"},
    ):
        refused = await team.call("POST", path, json={"operations": [operation]})
        assert (refused.status, refused.json()["index"]) == (404, 0)
    assert await team.get(task) == task
    rows = await team.run("SELECT id FROM comments WHERE task_id = $1", UUID(task["id"]))
    assert rows == []

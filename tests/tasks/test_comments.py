"""Comments: made, read in pages, changed, and gone."""

import asyncio
from uuid import UUID

from chassis.ids import new_id
from tests.postgres import connected
from tests.settling import until_one_waits
from tests.tasks.team import Team


async def test_comments_are_read_in_pages_the_oldest_first(team: Team) -> None:
    task = await team.create()
    made = [await team.comment(task, f"c{index}", by) for index, by in enumerate(("owner", "editor", "contributor"))]
    assert made[1] == {
        "id": made[1]["id"],
        "task_id": task["id"],
        "author": str(team["editor"]),
        "body": "c1",
        "created_at": made[1]["created_at"],
        "updated_at": made[1]["updated_at"],
        "version": 1,
    }
    path = f"/v1/tasks/{task['id']}/comments"
    first = (await team.call("GET", f"{path}?limit=2")).json()
    assert first["items"] == made[:2]
    second = (await team.call("GET", f"{path}?limit=2&after={first['next']}")).json()
    assert second == {"items": made[2:], "next": None}


async def test_a_changed_comment_has_a_new_version_and_a_deleted_one_is_gone(team: Team) -> None:
    task = await team.create()
    made = await team.comment(task)
    path = f"/v1/comments/{made['id']}"
    changed = await team.call("PATCH", path, json={"body": "Better"})
    assert (changed.json()["body"], changed.json()["version"], changed.headers["ETag"]) == ("Better", 2, '"2"')
    assert (await team.call("PATCH", path, json={"body": "Better"})).json() == changed.json()
    assert (await team.call("DELETE", path)).status == 204
    assert (await team.call("GET", f"/v1/tasks/{task['id']}/comments")).json()["items"] == []
    for method in ("PATCH", "DELETE"):
        again = await team.call(method, path, json={"body": "x"})
        assert again.status == 404


async def test_a_comment_on_a_task_that_is_just_going_finds_none(team: Team) -> None:
    task = await team.create()
    async with connected(team.system.databases["tasks"]) as connection, connection.transaction():
        await connection.execute("DELETE FROM tasks WHERE id = $1", UUID(task["id"]))
        asked = asyncio.create_task(team.call("POST", f"/v1/tasks/{task['id']}/comments", json={"body": "b"}))
        await until_one_waits(connection)
    assert (await asked).status == 404


async def test_bad_input_names_its_field(team: Team) -> None:
    task = await team.create()
    for body in ({}, {"body": ""}, {"body": "x" * 20_001}, {"body": None}):
        refused = await team.call("POST", f"/v1/tasks/{task['id']}/comments", json=body)
        assert (refused.status, refused.json()["errors"][0]["field"]) == (422, "body")
    refused = await team.call("POST", f"/v1/tasks/{task['id']}/comments", json={"body": "x", "author": str(new_id())})
    assert (refused.status, refused.json()["errors"][0]["field"]) == (422, "author")
    refused = await team.call("GET", f"/v1/tasks/{task['id']}/comments?after=zzz")
    assert (refused.status, refused.json()["errors"][0]["field"]) == (422, "after")

"""A write on an older version keeps what others wrote, or is refused and told what they wrote. None is lost."""

import asyncio
import random
from collections import Counter
from typing import Any

import pytest

from tasks import merging
from tests.system import Reply
from tests.tasks.team import Team


async def test_a_write_without_a_version_applies_to_what_it_names(team: Team) -> None:
    task = await team.create("a", description="b")
    path = f"/v1/tasks/{task['id']}"
    await team.call("PATCH", path, json={"title": "other"})
    written = await team.call("PATCH", path, json={"description": "mine"})
    assert (written.json()["title"], written.json()["description"]) == ("other", "mine")


async def test_fields_that_do_not_collide_are_merged(team: Team) -> None:
    task = await team.create("a")
    path = f"/v1/tasks/{task['id']}"
    await team.call("PATCH", path, json={"title": "theirs"}, if_match=1)
    await team.call("PUT", f"{path}/assignees/{team['editor']}")
    merged = await team.call("PATCH", path, json={"description": "mine", "priority": "low"}, if_match=1)
    assert merged.status == 200
    body = merged.json()
    assert (body["title"], body["description"], body["priority"], body["version"]) == ("theirs", "mine", "low", 4)


async def test_fields_that_collide_are_refused_with_the_task_as_it_is(team: Team) -> None:
    task = await team.create("a")
    path = f"/v1/tasks/{task['id']}"
    await team.call("PATCH", path, json={"title": "theirs", "priority": "high"})
    current = (await team.call("PATCH", path, json={"description": "theirs too"})).json()
    mine = {"title": "mine", "priority": "low", "status": "done"}
    refused = await team.call("PATCH", path, json=mine, if_match=1)
    assert (refused.status, refused.code) == (412, "conflict")
    assert refused.json()["fields"] == ["priority", "title"]
    assert refused.json()["current"] == current == await team.get(task)
    assert (await team.call("PATCH", path, json=mine, if_match=current["version"])).status == 200


async def test_a_move_collides_with_a_move_and_not_with_a_text(team: Team) -> None:
    first, second = await team.create("a"), await team.create("b")
    path = f"/v1/tasks/{second['id']}"
    await team.call("PATCH", path, json={"title": "theirs"})
    moved = await team.call("POST", f"{path}/move", json={"before": first["id"]}, if_match=1)
    assert moved.status == 200
    refused = await team.call("POST", f"{path}/move", json={"after": first["id"]}, if_match=2)
    assert (refused.status, refused.json()["fields"]) == (412, ["position"])
    status = await team.call("POST", f"{path}/move", json={"status": "done"}, if_match=2)
    assert status.status == 200


async def test_a_deletion_collides_with_what_is_written_and_not_with_a_move(team: Team) -> None:
    first, second = await team.create("a"), await team.create("b")
    for task, change in ((first, {"title": "theirs"}), (second, None)):
        path = f"/v1/tasks/{task['id']}"
        if change:
            await team.call("PATCH", path, json=change)
            refused = await team.call("DELETE", path, if_match=1)
            assert (refused.status, refused.json()["fields"]) == (412, ["title"])
        else:
            await team.call("POST", f"{path}/move", json={"before": first["id"]})
            assert (await team.call("DELETE", path, if_match=1)).status == 204


@pytest.mark.parametrize("in_batch", [False, True])
async def test_a_deletion_a_second_time_leaves_what_was_restored_since(team: Team, in_batch: bool) -> None:
    task = await team.create("a")
    comment = await team.comment(task, by="editor")

    async def delete(kind: str, entity: dict[str, Any]) -> Reply:
        if in_batch:
            return await team.batch({"op": f"delete_{kind}", kind: entity["id"], "if_match": 1})
        return await team.call("DELETE", f"/v1/{kind}s/{entity['id']}", if_match=1)

    for kind, entity in (("comment", comment), ("task", task)):
        deleted = await delete(kind, entity)
        assert (await delete(kind, entity)).status == 404
        await team.call("POST", "/v1/undo", json={"token": deleted.headers["TaskSync-Undo"]})
        refused = await delete(kind, entity)
        assert (refused.status, refused.json()["fields"]) == (412, ["deleted_at"])
        assert refused.json()["current"]["version"] == 3


async def test_assigning_collides_with_assigning(team: Team) -> None:
    task = await team.create()
    path = f"/v1/tasks/{task['id']}/assignees"
    assert (await team.call("PUT", f"{path}/{team['editor']}", if_match=1)).status == 200
    for method in ("PUT", "DELETE"):
        refused = await team.call(method, f"{path}/{team['viewer']}", if_match=1)
        assert (refused.status, refused.json()["fields"]) == (412, ["assignees"])
    assert (await team.call("DELETE", f"{path}/{team['editor']}", if_match=2)).json()["assignees"] == []


async def test_a_comment_is_one_field(team: Team) -> None:
    comment = await team.comment(await team.create())
    path = f"/v1/comments/{comment['id']}"
    assert (await team.call("PATCH", path, json={"body": "b"}, if_match=1)).status == 200
    for method in ("PATCH", "DELETE"):
        refused = await team.call(method, path, json={"body": "c"}, if_match=1)
        assert (refused.status, refused.json()["fields"]) == (412, ["body"])
        assert refused.json()["current"]["body"] == "b"
    assert (await team.call("DELETE", path, if_match=2)).status == 204


@pytest.mark.parametrize("if_match", [99, 0])
async def test_a_version_the_log_does_not_know_collides_with_all(team: Team, if_match: int) -> None:
    task = await team.create()
    refused = await team.call("PATCH", f"/v1/tasks/{task['id']}", json={"title": "x"}, if_match=if_match)
    assert (refused.status, refused.json()["fields"]) == (412, ["title"])


@pytest.mark.parametrize("if_match", ["1", "W/1", '"1", "2"', '"x"', 'W/"72ee"', '"-1"', '"1' + "0" * 40 + '"'])
async def test_what_is_no_version_is_refused(team: Team, if_match: str) -> None:
    task = await team.create()
    refused = await team.call("PATCH", f"/v1/tasks/{task['id']}", json={"title": "x"}, if_match=if_match)
    assert (refused.status, refused.json()["errors"][0]["field"]) == (422, "If-Match")


async def test_a_tag_that_a_proxy_weakened_is_the_same_version(team: Team) -> None:
    """As nginx does, and others, to all that they compress."""
    path = f"/v1/tasks/{(await team.create())['id']}"
    assert (await team.call("PATCH", path, json={"title": "x"}, if_match='W/"1"')).status == 200
    assert (await team.call("PATCH", path, json={"title": "y"}, if_match='W/"1"')).status == 412


async def test_any_version_will_do_for_a_star(team: Team) -> None:
    task = await team.create()
    assert (await team.call("PATCH", f"/v1/tasks/{task['id']}", json={"title": "x"}, if_match="*")).status == 200


async def race(team: Team) -> tuple[Counter[int], dict[str, Any]]:
    """Sixteen writers of one field at one version: how often each status was answered, and the task in the end."""
    task = await team.create("start")
    path = f"/v1/tasks/{task['id']}"
    answers = await asyncio.gather(
        *(team.call("PATCH", path, json={"title": f"writer {n}"}, if_match=1) for n in range(16))
    )
    return Counter(answer.status for answer in answers), await team.get(task)


async def test_of_sixteen_writers_at_one_version_one_writes(team: Team) -> None:
    statuses, task = await race(team)
    assert statuses == {200: 1, 412: 15}
    assert task["version"] == 2


async def test_without_the_check_fifteen_writes_are_lost(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    async def let_pass(*_: object) -> None:
        pass

    monkeypatch.setattr(merging, "refuse_collisions", let_pass)
    statuses, task = await race(team)
    assert statuses == {200: 16}
    assert task["version"] == 17


async def test_no_counted_write_is_lost_under_sixteen_who_read_and_write(team: Team) -> None:
    task = await team.create("0", description="0")
    path = f"/v1/tasks/{task['id']}"
    written: Counter[str] = Counter()

    async def count_up(seed: int) -> None:
        field = random.Random(seed).choice(["title", "description"])
        for _ in range(3):
            seen = await team.get(task)
            while True:
                body = {field: str(int(seen[field]) + 1)}
                answer = await team.call("PATCH", path, json=body, if_match=seen["version"])
                if answer.status == 200:
                    break
                seen = answer.json()["current"]
            written[field] += 1

    await asyncio.gather(*(count_up(seed) for seed in range(16)))
    found = await team.get(task)
    assert (int(found["title"]), int(found["description"])) == (written["title"], written["description"])
    assert found["version"] == 1 + 48


async def test_the_log_has_each_version_once_and_the_fields_that_changed(team: Team) -> None:
    task = await team.create("a")
    path = f"/v1/tasks/{task['id']}"
    await team.call("PATCH", path, json={"title": "b", "status": "done"}, by="editor")
    await team.call("DELETE", path)
    await team.call("POST", f"{path}/restore")
    rows = await team.changes(task)
    assert [(row["op"], row["version"]) for row in rows] == [
        ("create", 1),
        ("update", 2),
        ("delete", 3),
        ("restore", 4),
    ]
    assert rows[0]["before"] is None
    assert rows[0]["after"] == task
    assert rows[1]["before"] == {"title": "a", "status": "todo", "completed_at": None}
    assert rows[1]["actor"] == team["editor"]
    assert rows[2]["after"] is None
    assert rows[3]["after"] == await team.get(task)

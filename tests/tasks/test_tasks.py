"""Tasks over the service's own door: what is made is what is read, and bad input names its field."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from chassis import pages
from chassis.ids import new_id
from tests.tasks.team import Team


async def test_a_task_is_read_as_it_was_made(team: Team) -> None:
    made = await team.create(
        "Paint",
        description="*both* sides",
        status="doing",
        priority="high",
        due_at="2026-12-24T18:00:00+02:00",
        assignees=[str(team["viewer"]), str(team["editor"])],
    )
    assert made == {
        "id": made["id"],
        "room_id": str(team.room),
        "number": 1,
        "title": "Paint",
        "description": "*both* sides",
        "status": "doing",
        "priority": "high",
        "due_at": "2026-12-24T16:00:00Z",
        "assignees": [str(team["viewer"]), str(team["editor"])],
        "position": made["position"],
        "created_by": str(team["owner"]),
        "created_at": made["created_at"],
        "updated_at": made["updated_at"],
        "completed_at": None,
        "version": 1,
    }
    assert await team.get(made) == made
    assert await team.tasks() == [made]


async def test_a_task_needs_no_more_than_a_title(team: Team) -> None:
    made = await team.create("Plain", by="editor")
    assert (made["status"], made["priority"], made["description"]) == ("todo", "none", "")
    assert (made["due_at"], made["assignees"], made["created_by"]) == (None, [], str(team["editor"]))


async def test_a_change_names_its_fields_and_leaves_the_others(team: Team) -> None:
    made = await team.create("Old", description="kept", due_at="2026-01-01T00:00:00Z")
    path = f"/v1/tasks/{made['id']}"
    changed = await team.call("PATCH", path, json={"title": "New", "due_at": None})
    assert changed.status == 200
    assert changed.headers["ETag"] == '"2"'
    expected = {**made, "title": "New", "due_at": None, "version": 2, "updated_at": changed.json()["updated_at"]}
    assert changed.json() == expected == await team.get(made)
    assert datetime.fromisoformat(expected["updated_at"]) > datetime.fromisoformat(made["updated_at"])


async def test_a_change_that_changes_nothing_makes_no_version(team: Team) -> None:
    made = await team.create()
    for body in ({}, {"title": made["title"], "status": "todo"}):
        same = await team.call("PATCH", f"/v1/tasks/{made['id']}", json=body)
        assert (same.status, same.json()) == (200, made)


async def test_done_is_when_it_became_done(team: Team) -> None:
    made = await team.create()
    path = f"/v1/tasks/{made['id']}"
    done = (await team.call("PATCH", path, json={"status": "done"})).json()
    assert done["completed_at"] is not None
    renamed = (await team.call("PATCH", path, json={"title": "Done"})).json()
    assert renamed["completed_at"] == done["completed_at"]
    reopened = (await team.call("PATCH", path, json={"status": "doing"})).json()
    assert reopened["completed_at"] is None
    assert (await team.create(status="done"))["completed_at"] is not None


async def test_an_assignee_who_is_no_member_is_refused_and_nothing_is_stored(team: Team) -> None:
    body = {"title": "Nobody's", "assignees": [str(team.stranger)]}
    refused = await team.call("POST", f"/v1/rooms/{team.room}/tasks", json=body)
    assert refused.status in (404, 422)
    assert await team.tasks() == []
    assert (await team.create())["number"] == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({"title": ""}, "title"),
        ({"title": "\u200b"}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"title": 5}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"title": "x", "description": "x" * 50_001}, "description"),
        ({"title": "x", "status": "lost"}, "status"),
        ({"title": "x", "priority": None}, "priority"),
        ({"title": "x", "due_at": "tomorrow"}, "due_at"),
        ({"title": "x", "due_at": "2026-01-01T00:00:00"}, "due_at"),
        ({"title": "x", "due_at": "9999-12-31T23:59:59-14:00"}, "due_at"),
        ({"title": "x", "due_at": "0001-01-01T00:00:00+14:00"}, "due_at"),
        ({"title": "x", "assignees": ["me"]}, "assignees[0]"),
        ({"title": "x", "assignees": [str(new_id())] * 2}, "assignees"),
        ({"title": "x", "number": 7}, "number"),
    ],
)
async def test_bad_input_names_its_field(team: Team, body: dict[str, Any], field: str) -> None:
    refused = await team.call("POST", f"/v1/rooms/{team.room}/tasks", json=body)
    assert refused.status == 422
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert field in refused.json()["errors"][0]["field"].replace("[...]", "[0]")
    assert await team.tasks() == []


@pytest.mark.parametrize(
    "query",
    [
        "status=lost",
        "status=todo,",
        "priority=none,huge",
        "assignee=nobody",
        "due_before=2026-01-01",
        "due_before=9999-12-31T23:59:59-14:00",
        "sort=title",
        "limit=0",
        "limit=201",
        "limit=ten",
        "after=nonsense",
        "q=",
        "page=2",
    ],
)
async def test_a_bad_query_names_its_parameter(team: Team, query: str) -> None:
    refused = await team.call("GET", f"/v1/rooms/{team.room}/tasks?{query.replace('+', '%2B')}")
    assert refused.status == 422
    assert refused.json()["errors"][0]["field"] == query.partition("=")[0]


async def test_pages_follow_each_other_to_the_end(team: Team) -> None:
    made = [await team.create(f"t{index}") for index in range(5)]
    found, after = [], ""
    for _ in range(3):
        page = (await team.call("GET", f"/v1/rooms/{team.room}/tasks?limit=2{after}")).json()
        found += page["items"]
        after = f"&after={page['next']}"
    assert found == made
    assert page["next"] is None


async def test_the_search_finds_words_of_comments_too(team: Team) -> None:
    made = await team.create("Fix the roof", description="It leaks.")
    await team.create("Another")
    comment = await team.comment(made, "Ask Zoë first")
    for words in ("roof", "LEAKS", "zoë", "ask first"):
        assert [task["id"] for task in await team.tasks(f"?q={words}")] == [made["id"]]
    assert await team.tasks("?q=roof zoë") == []
    path = f"/v1/comments/{comment['id']}"
    await team.call("PATCH", path, json={"body": "Ask Max"})
    assert await team.tasks("?q=zoë") == []
    assert len(await team.tasks("?q=max")) == 1
    await team.call("DELETE", path)
    assert await team.tasks("?q=max") == []
    await team.call("PATCH", f"/v1/tasks/{made['id']}", json={"title": "Fix the door"})
    assert await team.tasks("?q=roof") == []


async def test_sixteen_creators_number_without_a_gap(team: Team) -> None:
    made = await asyncio.gather(*(team.create(f"t{index}") for index in range(16)))
    assert sorted(task["number"] for task in made) == list(range(1, 17))
    assert [task["number"] for task in await team.tasks()] == list(range(1, 17))


def _page(*tasks: object) -> dict[str, object]:
    return {"items": list(tasks), "next": None}


async def test_home_pages_through_all_that_is_assigned(team: Team) -> None:
    mine = [str(team["owner"])]
    dates = [None, "2120-01-01T00:00:00Z", "2020-01-01T00:00:00Z", None, "2020-01-01T00:00:00Z"]
    made = [await team.create(due_at=date, assignees=mine) for date in dates]
    expected = [made[index]["id"] for index in (2, 4, 1, 0, 3)]
    seen: list[str] = []
    query = "limit=2"
    while query:
        page = (await team.call("GET", f"/internal/home?{query}")).json()["assigned"]
        seen += [task["id"] for task in page["items"]]
        query = page["next"] and f"limit=2&after={page['next']}"
    assert seen == expected


@pytest.mark.parametrize("due", ["2026-01-01T00:00:00", "0001-01-01T00:00:00+23:59", "soon"])
async def test_home_takes_no_cursor_with_a_time_that_nothing_has(team: Team, due: str) -> None:
    refused = await team.call("GET", f"/internal/home?after={pages.encode([due, team.room])}")
    assert (refused.status, refused.json()["errors"][0]["field"]) == (422, "assigned_after")


async def test_home_counts_and_lists_what_is_open(team: Team) -> None:
    mine = [str(team["owner"])]
    late = await team.create("late", due_at="2020-01-01T00:00:00Z", assignees=mine)
    far = await team.create("far", due_at="2120-01-01T00:00:00Z", assignees=mine)
    undated = await team.create("undated", assignees=mine)
    done = await team.create("done", status="done", assignees=mine)
    trashed = await team.create("trashed", assignees=mine)
    await team.create("nobody's")
    assert (await team.call("DELETE", f"/v1/tasks/{trashed['id']}")).status == 204
    home = (await team.call("GET", "/internal/home")).json()
    assert home == {"counts": {str(team.room): 4}, "assigned": _page(late, far, undated), "due_soon": _page(late)}
    await team.call("PATCH", f"/v1/tasks/{done['id']}", json={"status": "todo", "due_at": "2021-01-01T00:00:00Z"})
    await team.call("PATCH", f"/v1/tasks/{late['id']}", json={"status": "done"})
    home = (await team.call("GET", "/internal/home?limit=1")).json()
    assert [task["id"] for task in home["assigned"]["items"]] == [done["id"]]
    assert home["counts"] == {str(team.room): 4}


async def test_home_follows_what_becomes_of_a_task_that_is_assigned(team: Team) -> None:
    """It lies in a copy of some of the task's fields."""
    due = await team.create(due_at="2020-01-01T00:00:00Z")
    done = await team.create(status="done")
    for task in (due, done):
        await team.call("PUT", f"/v1/tasks/{task['id']}/assignees/{team['owner']}")
    path = f"/v1/tasks/{due['id']}"
    assert await _home(team) == ([due["id"]], [due["id"]])
    await team.call("PATCH", path, json={"due_at": None})
    assert await _home(team) == ([due["id"]], [])
    await team.call("PATCH", path, json={"due_at": "2021-01-01T00:00:00Z"})
    await team.call("DELETE", path)
    assert await _home(team) == ([], [])
    await team.call("POST", f"{path}/restore")
    assert await _home(team) == ([due["id"]], [due["id"]])


async def _home(team: Team) -> tuple[list[str], list[str]]:
    """The ids of what is assigned to the owner, and of what of that is due soon."""
    home = (await team.call("GET", "/internal/home")).json()
    assigned, due_soon = ([task["id"] for task in home[name]["items"]] for name in ("assigned", "due_soon"))
    return assigned, due_soon

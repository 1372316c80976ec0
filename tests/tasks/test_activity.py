"""Activity: who changed which field from what to what; a page is a range of an index, and the log ends at 30 days."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, cast

import pytest

from bench.plans.explain import Explainer
from chassis.database import Connection, Database
from chassis.feed import Feed, feed, storage
from chassis.settings import DatabaseSettings
from tasks import activity, cascades, order
from tasks.changes import LOG
from tasks.models import Move
from tasks.queries import activity as queries
from tests.plans import Recorder
from tests.tasks.making import ME, ROOM, crowd, discard, make, move
from tests.tasks.team import Team

_FILL = """
    INSERT INTO changes (room_id, actor, kind, entity_id, op, version, after)
    SELECT room, room, 'task', room, 'create', n, '{"title": "x"}'
    FROM (SELECT gen_random_uuid() AS room FROM generate_series(1, 200)) AS rooms, generate_series(1, 100) AS n;
    ANALYZE changes;
"""

# Moves of one task, nearly all by somebody who was forgotten since.
_LEFT = """
    INSERT INTO changes (room_id, actor, kind, entity_id, op, version, before, after)
    SELECT $1::uuid, CASE WHEN n <= 100 THEN $1 END, 'task', $1, 'update', n, '{"position": "a"}', '{"position": "b"}'
    FROM generate_series(1, 5000) AS n
"""


async def told(team: Team, path: str) -> list[dict[str, Any]]:
    found = await team.call("GET", path)
    assert found.status == 200, found.body
    return list(found.json()["items"])


def fields(item: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {each["field"]: (each["from"], each["to"]) for each in item["fields"]}


async def test_activity_says_who_changed_which_field_from_what_to_what(team: Team) -> None:
    task = await team.create("a", priority="low")
    path = f"/v1/tasks/{task['id']}"
    await team.call("PATCH", path, "editor", json={"title": "b", "due_at": "2030-01-01T00:00:00Z"})
    await team.call("PUT", f"{path}/assignees/{team['viewer']}", "admin")
    comment = await team.comment(task, "Words", "contributor")
    await team.call("DELETE", path)
    await team.call("POST", f"{path}/restore")
    restored, deleted, commented, assigned, edited, created = await told(team, f"/v1/rooms/{team.room}/activity")
    assert (created["actor"], created["op"], created["version"]) == (str(team["owner"]), "create", 1)
    assert fields(created) == {"title": (None, "a"), "status": (None, "todo"), "priority": (None, "low")}
    assert (edited["actor"], edited["kind"], edited["op"]) == (str(team["editor"]), "task", "update")
    assert fields(edited) == {"title": ("a", "b"), "due_at": (None, "2030-01-01T00:00:00Z")}
    assert fields(assigned) == {"assignees": ([], [str(team["viewer"])])}
    assert (commented["entity_id"], commented["task_id"]) == (comment["id"], task["id"])
    assert fields(commented) == {"body": (None, "Words")}
    assert (deleted["op"], fields(deleted)["title"]) == ("delete", ("b", None))
    assert (restored["op"], restored["fields"]) == ("restore", [])


async def test_the_history_of_a_task_is_its_own_and_its_comments(team: Team) -> None:
    task, other = await team.create("a"), await team.create("b")
    comment = await team.comment(task)
    await team.comment(other)
    await team.call("PATCH", f"/v1/comments/{comment['id']}", json={"body": "Better"})
    await team.call("DELETE", f"/v1/tasks/{task['id']}")
    items = await told(team, f"/v1/tasks/{task['id']}/history")
    assert [(item["kind"], item["op"]) for item in items] == [
        ("task", "delete"),
        ("comment", "update"),
        ("comment", "create"),
        ("task", "create"),
    ]
    assert {item["task_id"] for item in items} == {task["id"]}


async def test_pages_hold_everything_once_whatever_is_written_between(team: Team) -> None:
    for index in range(7):
        await team.create(f"t{index}")
    path, titles = f"/v1/rooms/{team.room}/activity?limit=3", list[str]()
    page: dict[str, Any] = {"next": ""}
    while page["next"] is not None:
        after = f"&after={page['next']}" if page["next"] else ""
        page = (await team.call("GET", path + after)).json()
        titles += [fields(item)["title"][1] for item in page["items"]]
        await team.create("late")
    assert titles == [f"t{index}" for index in reversed(range(7))]


async def test_keys_that_were_shortened_are_nobody_s_news(database: Database) -> None:
    _, moved = await crowd(database, 260)
    async with database.transaction() as connection:
        spread = await order.spread_out(connection, ROOM, moved.position)
        logged: int = await connection.fetchval("SELECT count(*) FROM changes")
        told = await queries.of_room(connection, ROOM, 2**62, 1000)
        of_task = await queries.of_task(connection, moved.id, [ROOM], 2**62, 1000)
    assert (spread > 0, len(told)) == (True, logged - spread)
    assert {row.actor for row in told} == {row.actor for row in of_task} == {ME}


async def test_what_a_deleted_user_moved_stays_told_but_not_by_whom(database: Database) -> None:
    async with database.transaction() as connection:
        first, card = await make(connection, *"ab")
    await move(database, card, Move(status="done", before=first.id))
    async with database.transaction() as connection:
        assert not await cascades.clear_user(connection, ME)
        of_room = activity.to_page(await queries.of_room(connection, ROOM, 2**62, 50), 50, ROOM)
        of_task = activity.to_page(await queries.of_task(connection, card.id, [ROOM], 2**62, 50), 50, card.id)
    for page in (of_room, of_task):
        moves = [each for each in page.items if "status" in {field.field for field in each.fields}]
        (moved,) = (each for each in moves if each.op == "update")
        assert (moved.actor, moved.entity_id) == (None, card.id)
        assert [(each.old, each.new) for each in moved.fields if each.field == "status"] == [("todo", "done")]


@pytest.fixture
async def filled(database: Database) -> AsyncIterator[Connection]:
    async with database.connection() as connection:
        await connection.execute(_FILL)
        yield connection


async def test_no_statement_reads_the_whole_log(filled: Connection) -> None:
    recorder = Recorder(filled)
    connection = cast("Connection", recorder)
    room = await filled.fetchval("SELECT room_id FROM changes LIMIT 1")
    assert len(await queries.of_room(connection, room, 2**62, 50)) == 50
    assert len(await queries.of_task(connection, room, [room], 2**62, 50)) == 50
    assert await storage.prune(connection, feed.KEPT_DAYS, 100) == 0
    assert await queries.delete_of_room(connection, room, 50) == 50
    assert "Seq Scan changes" not in recorder.scans


@pytest.mark.parametrize("mode", ["custom", "generic"])
async def test_a_page_is_no_longer_way_for_all_that_a_leaver_moved(filled: Connection, mode: str) -> None:
    await filled.execute(_LEFT, ROOM)
    await filled.execute("ANALYZE changes")
    explainer = Explainer(filled, mode)
    assert len(await queries.of_room(cast("Connection", explainer), ROOM, 2**62, 50)) == 50
    assert len(await queries.of_task(cast("Connection", explainer), ROOM, [ROOM], 2**62, 50)) == 50
    assert [plan.touched for plan in explainer.plans] == [50, 50]


async def test_what_is_older_than_thirty_days_is_forgotten(
    database: Database, filled: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "_LIMIT", 100)
    await filled.execute("UPDATE changes SET at = at - $1::interval WHERE seq <= 250", timedelta(days=31))
    await filled.execute("UPDATE changes SET at = at - $1::interval WHERE seq = 251", timedelta(days=29))
    await Feed(LOG, DatabaseSettings(bind="", passport_secret="", database_url=""), database).prune()
    assert await filled.fetchval("SELECT min(seq) FROM changes") == 251


async def test_a_room_takes_its_log_along_in_parts(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cascades, "_BATCH", 2)
    async with database.transaction() as connection:
        for task in await make(connection, *"abc"):
            await discard(connection, task)
        parts = 1
        while await cascades.remove_room(connection, ROOM):
            parts += 1
        assert parts == 1 + 1 + 3
        assert await connection.fetchval("SELECT count(*) FROM changes") == 0

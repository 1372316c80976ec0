"""Pages of long texts: each ends after about 2 MiB, so that many at once fit in memory, and none is left out."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from chassis.database import Database
from tasks import listing
from tasks.models import ListQuery
from tasks.orders import ORDERS
from tasks.queries import fitting
from tests.tasks.making import ME, ROOM, make
from tests.tasks.team import Team

# Four bytes a letter: eleven of the longest descriptions fill a page.
LONG = "\U0001d11e" * 50_000


def ends_in_time(texts: list[str]) -> bool:
    """Whether all but the last leave room for that."""
    return sum(len(text.encode()) for text in texts[:-1]) < fitting.BYTES


def text_of(item: dict[str, Any]) -> str:
    """The long text of a task, a comment, or what happened."""
    if "fields" in item:
        return "".join(f"{field['from']}{field['to']}" for field in item["fields"])
    return str(item.get("description", item.get("body")))


async def walk(team: Team, path: str, *within: str) -> list[str]:
    """The ids of all pages of the list at `path`; each of them ends in time."""
    seen: list[str] = []
    after = ""
    while True:
        page: Any = (await team.call("GET", f"{path}{after}")).json()
        for name in within:
            page = page[name]
        assert page["items"]
        assert ends_in_time([text_of(each) for each in page["items"]])
        seen += [each["id"] for each in page["items"]]
        if page["next"] is None:
            return seen
        after = f"&after={page['next']}"


async def test_every_list_of_tasks_ends_its_pages(team: Team) -> None:
    path, mine = f"/v1/rooms/{team.room}", [str(team["owner"])]
    tasks = [await team.create(assignees=mine) for _ in range(12)]
    await team.run("UPDATE tasks SET description = $2 WHERE room_id = $1", team.room, LONG)
    ids = [task["id"] for task in tasks]
    assert await walk(team, f"{path}/tasks?limit=200") == ids
    assert await walk(team, f"{path}/tasks?limit=200&assignee=me&sort=-created") == ids[::-1]
    assert await walk(team, "/internal/home?limit=200", "assigned") == ids
    for task in tasks:
        assert (await team.call("DELETE", f"/v1/tasks/{task['id']}")).status == 204
    assert await walk(team, f"{path}/trash?limit=200") == ids[::-1]


async def test_a_list_of_comments_ends_its_pages(team: Team) -> None:
    task = await team.create()
    comments = [await team.comment(task) for _ in range(28)]
    await team.run("UPDATE comments SET body = $2 WHERE task_id = $1", UUID(task["id"]), LONG[:20_000])
    assert await walk(team, f"/v1/tasks/{task['id']}/comments?limit=200") == [each["id"] for each in comments]


async def test_a_list_of_what_happened_ends_its_pages(team: Team) -> None:
    task = await team.create()
    for title in "abcdefgh":
        await team.call("PATCH", f"/v1/tasks/{task['id']}", json={"title": title})
    long = "UPDATE changes SET before = before || $2::jsonb, after = after || $2::jsonb WHERE room_id = $1"
    await team.run(long, team.room, msgspec.json.encode({"description": LONG}).decode())
    logged = [str(each["seq"]) for each in await team.changes(task)]
    for path in (f"/v1/rooms/{team.room}/activity", f"/v1/tasks/{task['id']}/history"):
        assert [str(each) for each in await walk(team, f"{path}?limit=200")] == logged[::-1]


@pytest.mark.parametrize(("few", "depth"), [(1000, 2000), (0, 13)], ids=["from candidates", "by scanning"])
async def test_a_page_that_is_looked_for_ends_too(
    database: Database, monkeypatch: pytest.MonkeyPatch, few: int, depth: int
) -> None:
    """Also where not all rows that are read pass, and their last one only says how far the page has looked."""
    monkeypatch.setattr(listing, "FEW", few)
    monkeypatch.setattr(listing, "DEPTH", depth)
    async with database.transaction() as connection:
        tasks = await make(connection, *"ab" * 13)
        await connection.execute("UPDATE tasks SET description = $1, priority = 'high' WHERE title = 'b'", LONG)
        wanted = [task.id for task in tasks if task.title == "b"]
        for sort in ORDERS:
            query, seen = ListQuery(sort=sort, priority="high", limit=200), []  # type: ignore[arg-type]
            while True:
                page = await listing.list_tasks(connection, query, ROOM, ME)
                assert ends_in_time([task.description for task in page.items])
                seen += [task.id for task in page.items]
                if page.next is None:
                    break
                query = ListQuery(sort=sort, priority="high", limit=200, after=page.next)  # type: ignore[arg-type]
            assert sorted(seen) == wanted

"""After its time in the trash a task is gone for good: first in Keys, then here."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from chassis.settings import SettingsError, load
from tasks import trash
from tasks.app import Settings
from tests.postgres import Postgres, connected
from tests.system import SECRETS, run_system
from tests.tasks.team import Team, gather_team


def test_how_often_it_is_looked_for_is_a_time() -> None:
    environ = {**SECRETS, "TASKSYNC_BIND": "-", "TASKSYNC_DATABASE_URL": "-", "TASKSYNC_KEYS_URL": "-"}
    with pytest.raises(SettingsError, match="purge_seconds"):
        load(Settings, "tasks", {**environ, "TASKSYNC_TASKS_PURGE_SECONDS": "0"})


async def buried(team: Team, kind: str) -> set[UUID]:
    async with connected(team.system.databases["keys"]) as connection:
        rows = await connection.fetch("SELECT id FROM nodes WHERE type = $1 AND buried_at IS NOT NULL", kind)
        return {row["id"] for row in rows}


async def age(team: Team, table: str, entity: dict[str, Any], interval: str) -> None:
    statement = f"UPDATE {table} SET deleted_at = deleted_at - $2::text::interval WHERE id::text = $1"
    await team.run(statement, entity["id"], interval)


async def test_what_was_deleted_long_ago_is_buried_and_removed(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trash, "_BATCH", 2)
    async with run_system(postgres, "keys", "tasks", TASKSYNC_TASKS_PURGE_SECONDS="0.05") as system:
        team = await gather_team(system)
        old = [await team.create("old", assignees=[str(team["viewer"])]) for _ in range(3)]
        young, live = await team.create("young"), await team.create("live")
        comment, kept = await team.comment(live, "gone"), await team.comment(live, "kept")
        for task in (*old, young):
            await team.call("DELETE", f"/v1/tasks/{task['id']}")
        await team.call("DELETE", f"/v1/comments/{comment['id']}")
        await age(team, "tasks", young, "29 days")
        await age(team, "comments", comment, "31 days")
        for task in old:
            await age(team, "tasks", task, "31 days")
        left = await until_left(team, 2)
        assert left == {young["id"], live["id"]}
        assert await buried(team, "task") == {UUID(task["id"]) for task in old}
        assert await buried(team, "comment") == {UUID(comment["id"])}
        assert [row["id"] for row in await team.run("SELECT id FROM comments")] == [UUID(kept["id"])]
        assert (await team.call("POST", f"/v1/tasks/{old[0]['id']}/restore")).status == 404
        assert (await team.call("POST", f"/v1/tasks/{young['id']}/restore")).status == 200


async def until_left(team: Team, count: int) -> set[str]:
    """The ids of the tasks, once there are so few and one comment."""
    async with asyncio.timeout(30):
        while True:
            tasks = {str(row["id"]) for row in await team.run("SELECT id FROM tasks")}
            comments = await team.run("SELECT id FROM comments")
            if len(tasks) <= count and len(comments) <= 1:
                return tasks
            await asyncio.sleep(0.02)

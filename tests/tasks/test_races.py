"""Sixteen at once over real sockets: one total order, numbers without gaps, counts that are true."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from chassis.ids import new_id
from tests.seeds import grant
from tests.tasks.team import Team

WRITERS = 16


async def live_facts(team: Team) -> tuple[list[str], list[int], int]:
    """Positions in order and numbers of the live tasks, and how many are open by the room's counter."""
    rows = await team.run(
        "SELECT position, number FROM tasks WHERE room_id = $1 AND deleted_at IS NULL ORDER BY position", team.room
    )
    (counter,) = await team.run("SELECT open_count FROM room_counters WHERE room_id = $1", team.room)
    return [row["position"] for row in rows], [row["number"] for row in rows], counter["open_count"]


async def act(team: Team, tasks: list[dict[str, Any]], dice: random.Random) -> int:
    """One write of one kind or another; returns its status."""
    task, anchor = dice.sample(tasks, 2)
    path = f"/v1/tasks/{task['id']}"
    status = dice.choice(["todo", "doing", "done"])
    choices: list[tuple[str, str, Any]] = [
        ("POST", f"{path}/move", {dice.choice(["before", "after"]): anchor["id"]}),
        ("POST", f"{path}/move", {"after": anchor["id"], "status": status}),
        ("PATCH", path, {"status": status, "title": str(dice.random())}),
        ("DELETE", path, None),
        ("POST", f"{path}/restore", None),
        ("POST", f"/v1/rooms/{team.room}/tasks", {"title": "new", "status": status}),
    ]
    method, target, body = dice.choice(choices)
    return (await team.call(method, target, dice.choice(["owner", "admin", "editor"]), json=body)).status


async def test_any_mix_of_writes_keeps_order_numbers_and_counts(team: Team) -> None:
    tasks = [await team.create(f"t{index}") for index in range(8)]

    async def work(seed: int) -> list[int]:
        dice = random.Random(seed)
        return [await act(team, tasks, dice) for _ in range(15)]

    answers = [status for statuses in await asyncio.gather(*map(work, range(WRITERS))) for status in statuses]
    # 404: the task is in the trash, or is not; 422: the other one is.
    assert set(answers) <= {200, 201, 204, 404, 422}
    positions, numbers, open_count = await live_facts(team)
    assert len(set(positions)) == len(positions)
    trashed = await team.run("SELECT number FROM tasks WHERE room_id = $1 AND deleted_at IS NOT NULL", team.room)
    assert sorted([*numbers, *(row["number"] for row in trashed)]) == list(range(1, 9 + answers.count(201)))
    listed = await team.tasks("?limit=200")
    assert [task["position"] for task in listed] == positions
    assert open_count == sum(task["status"] != "done" for task in listed)


@asynccontextmanager
async def busy(team: Team, statement: str, *values: Any) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    """While it lasts, a write holds what `statement` selects; yields what waits until so many wait as well."""
    connection = await asyncpg.connect(team.system.databases["tasks"])

    async def until_waiting(count: int) -> None:
        async with asyncio.timeout(20):
            while await connection.fetchval(WAITING) < count:
                await asyncio.sleep(0.01)

    try:
        async with connection.transaction():
            await connection.execute(statement, *values)
            yield until_waiting
    finally:
        await connection.close()


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
HOLD_ROOM = "SELECT FROM room_counters WHERE room_id = $1 FOR UPDATE"
HOLD_TASK = "SELECT FROM tasks WHERE id = $1 FOR NO KEY UPDATE"
TOLD = "SELECT op FROM changes WHERE entity_id = $1 ORDER BY changes.xid, seq"


async def told(team: Team, task: dict[str, Any]) -> list[str]:
    """The changes of the task, in the order of the feed."""
    return [row["op"] for row in await team.run(TOLD, UUID(task["id"]))]


async def keyed(team: Team, path: str, json: Any = None) -> int:
    """A POST with a key."""
    headers = {**grant(team["owner"], team.room), "Idempotency-Key": new_id().hex}
    return (await team.system.call("tasks", "POST", path, user=team["owner"], headers=headers, json=json)).status


async def test_a_deletion_with_a_key_is_told_after_what_came_before_it(team: Team) -> None:
    """Else a client takes the update for news of a task that came back."""
    task = await team.create()
    path, operations = f"/v1/tasks/{task['id']}", [{"op": "delete_task", "task": task["id"]}]
    async with busy(team, HOLD_ROOM, team.room) as until_waiting:
        edit = asyncio.create_task(team.call("PATCH", path, json={"status": "doing"}))
        await until_waiting(1)
        batch = asyncio.create_task(keyed(team, f"/v1/rooms/{team.room}/batch", {"operations": operations}))
        await until_waiting(2)
    assert ((await edit).status, await batch) == (200, 200)
    assert await told(team, task) == ["create", "update", "delete"]


async def test_a_task_that_is_restored_with_a_key_is_told_after_its_deletion(team: Team) -> None:
    task = await team.create()
    path = f"/v1/tasks/{task['id']}"
    async with busy(team, HOLD_ROOM, team.room) as until_waiting:
        gone = asyncio.create_task(team.call("DELETE", path))
        await until_waiting(1)
        back = asyncio.create_task(keyed(team, f"{path}/restore"))
        await until_waiting(2)
    assert ((await gone).status, await back) == (204, 200)
    assert await told(team, task) == ["create", "delete", "restore"]


@pytest.mark.parametrize("of", ["task", "comment"])
async def test_a_deletion_that_waits_for_an_edit_is_told_after_it(team: Team, of: str) -> None:
    task = await team.create()
    thing = task if of == "task" else await team.comment(task)
    path, edited = f"/v1/{of}s/{thing['id']}", {"title": "b"} if of == "task" else {"body": "b"}
    async with busy(team, HOLD_TASK.replace("task", of), UUID(thing["id"])) as until_waiting:
        edit = asyncio.create_task(team.call("PATCH", path, json=edited))
        await until_waiting(1)
        gone = asyncio.create_task(team.batch({"op": f"delete_{of}", of: thing["id"]}))
        await until_waiting(2)
    assert ((await edit).status, (await gone).status) == (200, 200)
    assert await told(team, thing) == ["create", "update", "delete"]


async def test_every_version_of_every_task_is_in_the_log_once(team: Team) -> None:
    tasks = [await team.create(f"t{index}") for index in range(3)]

    async def work(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(6):
            await act(team, tasks, dice)

    await asyncio.gather(*map(work, range(WRITERS)))
    for task in tasks:
        (row,) = await team.run("SELECT version FROM tasks WHERE id::text = $1", task["id"])
        assert [change["version"] for change in await team.changes(task)] == list(range(1, row["version"] + 1))


async def test_moves_to_one_gap_over_and_over_leave_short_keys(team: Team) -> None:
    first, *others, _ = [await team.create(f"t{index}") for index in range(6)]
    for index in range(280):
        task = others[index % len(others)]
        moved = await team.call("POST", f"/v1/tasks/{task['id']}/move", json={"after": first["id"]})
        assert moved.status == 200
    last = moved.json()["id"]
    for _ in range(500):
        keys, _, _ = await live_facts(team)
        if max(map(len, keys)) <= 40:
            break
        await asyncio.sleep(0.01)
    assert max(map(len, keys)) <= 40
    rewritten = await team.run("SELECT seq FROM changes WHERE room_id = $1 AND actor IS NULL", team.room)
    assert rewritten
    assert [task["id"] for task in await team.tasks()][:2] == [first["id"], last]

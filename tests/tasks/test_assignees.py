"""Assigning: members only, once, and with an answer that shows it."""

import asyncio
from uuid import UUID

from tests.tasks.team import Team


async def test_assigning_is_once_and_answers_with_the_task(team: Team) -> None:
    task = await team.create()
    path = f"/v1/tasks/{task['id']}/assignees/{team['viewer']}"
    assigned = await team.call("PUT", path)
    assert assigned.status == 200
    assert (assigned.json()["assignees"], assigned.json()["version"]) == ([str(team["viewer"])], 2)
    assert (await team.call("PUT", path)).json() == assigned.json() == await team.get(task)
    unassigned = await team.call("DELETE", path)
    assert (unassigned.json()["assignees"], unassigned.json()["version"]) == ([], 3)
    again = await team.call("DELETE", path)
    assert (again.status, again.json()) == (200, unassigned.json())
    assert (await team.call("PUT", path)).json()["assignees"] == [str(team["viewer"])]


async def test_who_is_no_member_cannot_be_assigned(team: Team) -> None:
    task = await team.create()
    refused = await team.call("PUT", f"/v1/tasks/{task['id']}/assignees/{team.stranger}")
    assert refused.status in (404, 422)
    assert await team.get(task) == task


async def test_sixteen_who_assign_at_once_assign_each_once(team: Team) -> None:
    task = await team.create()

    async def assign(who: UUID) -> None:
        async with asyncio.timeout(10):
            # The same assignment may be under way right now: 503 says to come again.
            while (await team.call("PUT", f"/v1/tasks/{task['id']}/assignees/{who}")).status == 503:
                pass

    people = [team["viewer"], team["editor"], team["admin"], team["owner"]] * 4
    await asyncio.gather(*map(assign, people))
    found = await team.get(task)
    assert sorted(found["assignees"]) == sorted({str(who) for who in people})
    assert found["version"] == 5

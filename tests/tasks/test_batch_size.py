"""The largest batch: a hundred operations, with all that each may name."""

import asyncio

import msgspec

from tests.seeds import add_member
from tests.tasks.team import Team
from tests.tasks.test_batch import create, titles


async def test_a_hundred_are_one_batch_and_more_are_refused(team: Team) -> None:
    refused = await team.batch(*(create(f"t{index}") for index in range(101)))
    assert (refused.status, refused.json()["errors"][0]["field"]) == (422, "operations")
    done = await team.batch(*(create(f"t{index}") for index in range(100)))
    assert done.status == 200
    assert len(done.headers["TaskSync-Undo"]) < 8000
    assert await titles(team) == [f"t{index}" for index in range(100)]
    ids = [result["task"]["id"] for result in done.json()["results"]]
    assert (await team.batch(*({"op": "delete_task", "task": each} for each in ids))).status == 200
    assert await titles(team) == []


async def test_each_of_a_hundred_may_be_assigned_to_as_many_as_a_task(team: Team) -> None:
    adding = (add_member(team.system, team.room, "viewer") for _ in range(50))
    members = [str(member) for member in await asyncio.gather(*adding)]
    operations = [create(f"t{index}", assignees=members) for index in range(100)]
    assert len(msgspec.json.encode({"operations": operations})) < 256 * 1024
    done = await team.batch(*operations)
    assert done.status == 200, done.body
    assert {len(result["task"]["assignees"]) for result in done.json()["results"]} == {50}

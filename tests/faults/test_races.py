"""What happens at the same moment, in two replicas of Keys and of tasks: one order of it, and nothing dangles."""

import asyncio
import random
from collections.abc import AsyncIterator, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from tests.faults.fleet import Fleet, run_replicas
from tests.faults.peace import settle, violations
from tests.faults.stage import Person, Stage, add_person, answered, insist, set_stage
from tests.system import Reply

People = tuple[Person, Person, Person]
Call = Coroutine[Any, Any, Reply]


@pytest.fixture(scope="module")
async def other(whole_fleet: Fleet) -> AsyncIterator[Fleet]:
    """The same fleet, by way of the second Keys and the second tasks service."""
    await whole_fleet.start()
    async with run_replicas(whole_fleet) as other:
        yield other


def call(fleet: Fleet, person: Person, service: str, method: str, path: str, json: object = None) -> Call:
    return answered(fleet, service, method, path, person, json=json)


async def at_once(*calls: Call) -> list[int]:
    """The statuses of calls that are made at the same time."""
    return [reply.status for reply in await asyncio.gather(*calls)]


async def both(stage: Stage, other: Fleet) -> tuple[Stage, Stage]:
    return stage, replace(stage, fleet=other)


async def test_a_link_to_a_room_that_is_being_deleted_is_there_before_or_refused(
    fleet: Fleet, other: Fleet, people: People
) -> None:
    dice = random.Random(3)
    seen: set[int] = set()
    for _ in range(12):
        stage = await set_stage(fleet, *people)
        room, task = f"/v1/rooms/{stage.room}", f"/v1/tasks/{stage.task}"
        member = {"user_id": str(stage.guest.id), "role": "viewer"}
        writes = [
            call(each, stage.mate, service, method, path, body)
            for each in (fleet, other)
            for service, method, path, body in (
                ("tasks", "POST", f"{room}/tasks", {"title": "Two", "assignees": [str(stage.owner.id)]}),
                ("tasks", "POST", f"{task}/comments", {"body": "More"}),
                ("tasks", "PUT", f"{task}/assignees/{stage.owner.id}", None),
            )
        ]
        writes.append(
            call(other, stage.owner, "keys", "POST", f"/internal{room.removeprefix('/v1')}/members", member)
        )
        writes.append(_after(dice.uniform(0, 0.04), call(fleet, stage.owner, "rooms", "DELETE", room)))
        dice.shuffle(writes)
        seen |= set(await at_once(*writes))
        assert await stage.board() is None
    assert seen <= {200, 201, 204, 404, 409}
    await settle(fleet)
    assert not await violations(fleet)


async def _after(seconds: float, call: Call) -> Reply:
    await asyncio.sleep(seconds)
    return await call


async def test_of_two_owners_who_leave_at_once_one_stays(fleet: Fleet, other: Fleet, people: People) -> None:
    for _ in range(10):
        stage = await set_stage(fleet, *people)
        await _make_owner(stage)
        members = f"/v1/rooms/{stage.room}/members"
        statuses = await at_once(
            call(fleet, stage.owner, "keys", "DELETE", f"{members}/{stage.owner.id}"),
            call(other, stage.mate, "keys", "DELETE", f"{members}/{stage.mate.id}"),
        )
        # The one who is left is alone: leaving then deletes the room.
        assert sorted(statuses) == [204, 204]
    await settle(fleet)
    assert not await violations(fleet)


async def test_of_two_owners_with_others_in_the_room_one_is_refused(
    fleet: Fleet, other: Fleet, people: People
) -> None:
    for demotes in (False, True) * 6:
        stage = await set_stage(fleet, *people)
        await _make_owner(stage)
        await insist(
            fleet,
            "keys",
            "POST",
            f"/internal/rooms/{stage.room}/members",
            stage.owner,
            json={"user_id": str(stage.guest.id), "role": "viewer"},
        )
        path = f"/internal/rooms/{stage.room}/members" if demotes else f"/v1/rooms/{stage.room}/members"
        method, body = ("PUT", {"role": "viewer"}) if demotes else ("DELETE", None)
        statuses = await at_once(
            call(fleet, stage.owner, "keys", method, f"{path}/{stage.owner.id}", body),
            call(other, stage.mate, "keys", method, f"{path}/{stage.mate.id}", body),
        )
        assert sorted(statuses) == [200 if demotes else 204, 409]


async def _make_owner(stage: Stage) -> None:
    path = f"/internal/rooms/{stage.room}/members/{stage.mate.id}"
    await insist(stage.fleet, "keys", "PUT", path, stage.owner, json={"role": "owner"})


async def test_of_two_who_take_the_last_use_of_an_invite_one_gets_it(
    fleet: Fleet, other: Fleet, people: People
) -> None:
    takers = [people[2], await add_person(fleet), await add_person(fleet)]
    for _ in range(8):
        stage = await set_stage(fleet, *people)
        wanted = {"role": "viewer", "max_uses": 1}
        invite = await insist(fleet, "rooms", "POST", f"/v1/rooms/{stage.room}/invites", stage.owner, json=wanted)
        statuses = await at_once(
            *(call(fleet, each, "rooms", "POST", f"/v1/invites/{invite['code']}") for each in takers)
        )
        assert sorted(statuses) == [200, 404, 404]
        board = await stage.board()
        assert board is not None
        assert len(board.members) == 3
    await settle(fleet)
    assert not await violations(fleet)


async def test_assigning_and_unassigning_at_once_leaves_one_answer(
    fleet: Fleet, other: Fleet, people: People
) -> None:
    dice = random.Random(5)
    for _ in range(8):
        stage = await set_stage(fleet, *people)
        path = f"/v1/tasks/{stage.task}/assignees/{stage.mate.id}"
        calls = [
            call(each, stage.owner, "tasks", method, path)
            for each in (fleet, other)
            for method in ("PUT", "DELETE", "PUT", "DELETE")
        ]
        dice.shuffle(calls)
        assert set(await at_once(*calls)) == {200}
    await settle(fleet)
    assert not await violations(fleet)


async def test_who_comes_back_and_is_assigned_again_stays_assigned(fleet: Fleet, people: People) -> None:
    """The news that the assignments of before went comes late, and is not about this one."""
    stages = [await set_stage(fleet, *people) for _ in range(5)]
    for stage in stages:
        members = f"/rooms/{stage.room}/members"
        await insist(fleet, "keys", "DELETE", f"/v1{members}/{stage.mate.id}", stage.owner)
        member = {"user_id": str(stage.mate.id), "role": "editor"}
        await insist(fleet, "keys", "POST", f"/internal{members}", stage.owner, json=member)
        await insist(fleet, "tasks", "PUT", f"/v1/tasks/{stage.task}/assignees/{stage.mate.id}", stage.owner)
    await settle(fleet)
    assert not await violations(fleet)
    assert [await stage.board() for stage in stages] == [stage.before for stage in stages]


async def test_leaving_and_coming_back_while_being_assigned_leaves_one_answer(
    fleet: Fleet, other: Fleet, people: People
) -> None:
    for _ in range(6):
        stage = await set_stage(fleet, *people)
        seen = await at_once(_leave_and_return(stage, other), _assign_again_and_again(stage, other))
        assert seen == [201, 200]
    await settle(fleet)
    assert not await violations(fleet)


async def _leave_and_return(stage: Stage, other: Fleet) -> Reply:
    member = {"user_id": str(stage.mate.id), "role": "editor"}
    for _ in range(3):
        path = f"/rooms/{stage.room}/members"
        await insist(other, "keys", "DELETE", f"/v1{path}/{stage.mate.id}", stage.owner)
        back = await answered(stage.fleet, "keys", "POST", f"/internal{path}", stage.owner, json=member)
    return back


async def _assign_again_and_again(stage: Stage, other: Fleet) -> Reply:
    path = f"/v1/tasks/{stage.task}/assignees/{stage.mate.id}"
    for _ in range(12):
        reply = await answered(other, "tasks", "PUT", path, stage.owner)
        assert reply.status in {200, 422}, reply.body
    async with asyncio.timeout(30):
        while reply.status != 200:
            reply = await answered(stage.fleet, "tasks", "PUT", path, stage.owner)
    return reply

"""`kill -9` before each message that a service sends: whoever repeats the request with its key gets one write."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from tests.faults.fleet import OWNERS, Fleet, run_fleet
from tests.faults.peace import settle, violations
from tests.faults.stage import Person, Stage, add_person, answered, insist, set_stage
from tests.idempotency.repeating import comes_back, new_key, whole
from tests.meta.examples import fill
from tests.postgres import Postgres
from tests.system import Reply

_MOST_STEPS = 100


class Write(NamedTuple):
    """A POST to `service`; names in braces are filled in. `query` tells how many of them a room has seen."""

    service: str
    path: str
    json: dict[str, Any] | None
    query: str


_ROOMS = "SELECT count(*) FROM rooms WHERE name = $1"
_INVITES = "SELECT count(*) FROM invites WHERE room_id::text = $1"
_USES = "SELECT sum(uses) FROM invites WHERE room_id::text = $1"
_CHANGES = "SELECT count(*) FROM changes WHERE room_id::text = $1"
_MEMBERS = "SELECT count(*) FROM links WHERE target_id::text = $1 AND relation = 'member'"

_HIDING = "SELECT id FROM claims c WHERE NOT EXISTS (SELECT FROM nodes n WHERE n.claim = c.id AND n.shown)"
_LANDED = "SELECT id FROM claims WHERE id = ANY($1::uuid[]) AND landed"

_TASK = {"title": "Two", "assignees": ["{mate}"]}
_MEMBER = {"user_id": "{guest}", "role": "editor", "user": {"name": "Guest"}}
WRITES = {
    "create room": Write("rooms", "/v1/rooms", {"name": "{room}"}, _ROOMS),
    "create invite": Write("rooms", "/v1/rooms/{room}/invites", {"role": "viewer"}, _INVITES),
    "redeem invite": Write("rooms", "/v1/invites/{code}", None, _USES),
    "create task": Write("tasks", "/v1/rooms/{room}/tasks", _TASK, _CHANGES),
    "move task": Write("tasks", "/v1/tasks/{task}/move", {"status": "doing"}, _CHANGES),
    "batch": Write("tasks", "/v1/rooms/{room}/batch", {"operations": [{"op": "create_task", **_TASK}]}, _CHANGES),
    "undo": Write("tasks", "/v1/undo", {"token": "{token}"}, _CHANGES),
    "comment": Write("tasks", "/v1/tasks/{task}/comments", {"body": "Once"}, _CHANGES),
    "add member": Write("keys", "/internal/rooms/{room}/members", _MEMBER, _MEMBERS),
}
_CASES = [(name, victim) for name, write in WRITES.items() for victim in sorted({write.service, "keys"})]


@pytest.fixture(scope="module")
async def fleet(postgres: Postgres) -> AsyncIterator[Fleet]:
    async with run_fleet(postgres) as fleet:
        yield fleet


@pytest.fixture(scope="module")
async def people(fleet: Fleet) -> tuple[Person, Person, Person]:
    return await add_person(fleet), await add_person(fleet), await add_person(fleet)


@pytest.mark.parametrize(("name", "victim"), _CASES, ids=[f"{name}, {victim}" for name, victim in _CASES])
async def test_a_write_whose_answer_was_lost_is_done_once(
    fleet: Fleet, people: tuple[Person, Person, Person], name: str, victim: str
) -> None:
    write = WRITES[name]
    for step in range(1, _MOST_STEPS):
        stage = await set_stage(fleet, *people)
        ids, key = await _ids(stage), new_key()
        before = await _count(fleet, write, ids)
        trigger = fleet.arm(victim, step)
        first = await _send(stage, write, ids, key)
        fleet.disarm()
        await fleet.start()
        second = await _send_until_answered(stage, write, ids, key)
        assert second.status in {200, 201}, second.body
        assert not await _unseen(fleet), "what was done is there to see"
        if first is not None and first.status < 300:
            assert whole(first) == whole(second)
        assert whole(await _send_until_answered(stage, write, ids, key)) == whole(second)
        assert await _count(fleet, write, ids) == before + 1
        if not trigger.fired:
            break
    await settle(fleet)
    assert not await violations(fleet)


async def _ids(stage: Stage) -> dict[str, str]:
    path = f"/v1/rooms/{stage.room}/invites"
    made = await insist(stage.fleet, "rooms", "POST", path, stage.owner, json={"role": "viewer", "max_uses": 1})
    edited = await answered(
        stage.fleet, "tasks", "PATCH", f"/v1/tasks/{stage.task}", stage.owner, json={"title": "1"}
    )
    people = {"mate": str(stage.mate.id), "guest": str(stage.guest.id)}
    token = edited.headers["TaskSync-Undo"]
    return {**people, "room": str(stage.room), "task": str(stage.task), "code": made["code"], "token": token}


async def _count(fleet: Fleet, write: Write, ids: dict[str, str]) -> int:
    ((count,),) = await fleet.fetch(write.service, write.query, ids["room"])
    return int(count)


async def _unseen(fleet: Fleet) -> set[UUID]:
    """The claims whose rows have come, and of which Keys shows nothing yet."""
    held = [row["id"] for row in await fleet.fetch("keys", _HIDING)]
    return {row["id"] for name in OWNERS for row in await fleet.fetch(name, _LANDED, held)}


async def _send(stage: Stage, write: Write, ids: dict[str, str], key: str) -> Reply | None:
    person = stage.guest if write.query == _USES else stage.owner
    options: dict[str, Any] = {"headers": {"Idempotency-Key": key}}
    if write.json is not None:
        options["json"] = fill(write.json, ids)
    return await stage.ask(person, write.service, "POST", write.path.format(**ids), **options)


async def _send_until_answered(stage: Stage, write: Write, ids: dict[str, str], key: str) -> Reply:
    """As a client does: it comes back when it is told to, and when it hears nothing."""
    async with asyncio.timeout(60):
        while (reply := await _send(stage, write, ids, key)) is None or comes_back(reply):
            # What a dead process claimed stands in the way until its lease is over.
            await settle(stage.fleet)
    return reply

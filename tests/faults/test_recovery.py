"""A crash in the work that goes on behind: draining in Keys; following, sweeping and purging at the owners."""

import asyncio
import time

import pytest

from chassis.ids import new_id
from keys import burial
from keys.client import user
from keys.queries import burials
from tests.faults.fleet import Fleet
from tests.faults.operations import with_newcomer
from tests.faults.peace import settle, violations, work_left
from tests.faults.stage import Person, Stage, insist, set_stage, task_view

People = tuple[Person, Person, Person]
# More than it takes to catch up: a service that never does is a failure.
_MOST_STEPS = 300
_SECONDS = 60.0
_MEMBERSHIP = "SELECT id FROM links WHERE relation = 'member' AND source_id = $1 AND target_id = $2"
_LONG_AGO = "UPDATE tasks SET deleted_at = now() - interval '40 days' WHERE id = $1"
_PURGED = "SELECT NOT EXISTS (SELECT FROM tasks WHERE deleted_at < now() - interval '39 days')"

# As a crash leaves it between the row and the word of it to Keys.
_CLAIM = "INSERT INTO claims (id, owner, expires_at) VALUES ($1, 'tasks', now())"
_PEND_LINKS = "UPDATE links SET claim = $1 WHERE source_type = 'task' AND source_id = $2"
_PEND_NODE = "UPDATE nodes SET claim = $1 WHERE type = 'task' AND id = $2"
_LANDED = "INSERT INTO claims (id, landed) VALUES ($1, true)"
_ONLY_CLAIMED = "INSERT INTO nodes (type, id, claim) VALUES ('task', $2, $1)"


@pytest.mark.parametrize("victim", ["keys", "tasks", "rooms", "users"])
async def test_a_crash_while_catching_up_is_made_good(fleet: Fleet, people: People, victim: str) -> None:
    """The victim is down while work comes up for it; then it dies before its first message, its second, ..."""
    gone, left, purged, pending = [await set_stage(fleet, *people) for _ in range(4)]
    left = await with_newcomer(left)
    await insist(fleet, "tasks", "DELETE", f"/v1/tasks/{purged.task}", purged.owner)
    await settle(fleet)
    fleet.programs[victim].kill()
    await _leave_work(fleet, gone, left, purged, pending)
    step = 1
    while await _dies_at(fleet, victim, step):
        step += 1
        assert step < _MOST_STEPS
    await settle(fleet)
    assert not await violations(fleet)
    await _check(gone, left, purged, pending)
    print(f"catching up: {victim} killed at {step - 1} steps")


async def _leave_work(fleet: Fleet, gone: Stage, left: Stage, purged: Stage, pending: Stage) -> None:
    """A room and an account deleted, a member gone, a task too long in the trash, two claims that a crash left."""
    keys = fleet.databases["keys"]
    await burials.bury(keys, "room", [gone.room], None)
    await burial.bury(keys, user(left.guest.id), [], left.guest.id)
    (membership,) = await keys.fetch(_MEMBERSHIP, left.mate.id, left.room)
    await burials.drop(keys, "member", [membership["id"]], None)
    await fleet.fetch("tasks", _LONG_AGO, purged.task)
    landed, lost = new_id(), new_id()
    for claim in (landed, lost):
        await keys.execute(_CLAIM, claim)
    await keys.execute(_PEND_LINKS, landed, pending.task)
    await keys.execute(_PEND_NODE, landed, pending.task)
    await fleet.fetch("tasks", _LANDED, landed)
    await keys.execute(_ONLY_CLAIMED, lost, new_id())


async def _check(gone: Stage, left: Stage, purged: Stage, pending: Stage) -> None:
    assert await gone.board() is None
    board = await left.board()
    assert board is not None
    assert board.members == {left.owner.id: "owner"}
    assert board.tasks == {
        "One": task_view(set(), left.mate.id, [("Words", left.mate.id)]),
        "Two": task_view(set(), None, [("Mine", None)]),
    }
    board = await purged.board()
    assert board is not None
    assert board.tasks == {}
    assert await pending.board() == pending.before


async def _dies_at(fleet: Fleet, victim: str, step: int) -> bool:
    """Starts it, and returns whether it came as far as its `step`-th message before it had caught up."""
    trigger = fleet.arm(victim, step)
    await fleet.programs[victim].spawn()
    deadline = time.monotonic() + _SECONDS
    while not trigger.fired and not await _has_caught_up(fleet):
        assert time.monotonic() < deadline, await work_left(fleet)
        await asyncio.sleep(0.01)
    fleet.disarm()
    return trigger.fired


async def _has_caught_up(fleet: Fleet) -> bool:
    (purged,) = await fleet.fetch("tasks", _PURGED)
    return purged[0] and not await work_left(fleet)

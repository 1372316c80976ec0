"""A crash at every single step: `kill -9` before each message that a service sends, and all is whole again after."""

import asyncio
from dataclasses import dataclass

import pytest

from tests.faults.fleet import Fleet
from tests.faults.operations import OPERATIONS, Operation
from tests.faults.peace import settle, violations
from tests.faults.stage import Person, Stage, set_stage
from tests.faults.undoing import UNDOING

People = tuple[Person, Person, Person]
# More than any operation has: a loop that does not end is a failure.
_MOST_STEPS = 150
_MOST_REFUSED, _PAUSE_SECONDS = 20, 0.2


@dataclass
class Run:
    """What came of an operation whose service was killed before its `step`-th message."""

    step: int
    stage: Stage
    acknowledged: bool


_CASES = [
    (operation, victim) for operation in (*OPERATIONS, *UNDOING) for victim in sorted({operation.service, "keys"})
]


@pytest.mark.parametrize(("operation", "victim"), _CASES, ids=[f"{each.name}, {victim}" for each, victim in _CASES])
async def test_a_crash_at_any_step_leaves_it_done_or_undone(
    fleet: Fleet, people: People, operation: Operation, victim: str
) -> None:
    runs = await crash_at_each_step(fleet, people, operation, victim)
    await settle(fleet)
    assert not await violations(fleet)
    for run in runs:
        board = await operation.look(run.stage)
        done = operation.after(run.stage)
        assert board == done or (not run.acknowledged and board == operation.before(run.stage)), (run, board)
    acknowledged = sum(run.acknowledged for run in runs)
    print(f"{operation.name}: {victim} killed at {len(runs) - 1} steps, {acknowledged} acknowledged")


async def crash_at_each_step(fleet: Fleet, people: People, operation: Operation, victim: str) -> list[Run]:
    """Does the operation again and again, each time in a new room, until it comes through without a crash."""
    runs: list[Run] = []
    step, refused = 1, 0
    while step < _MOST_STEPS:
        stage = await set_stage(fleet, *people)
        if operation.prepare:
            stage = await operation.prepare(stage)
        trigger = fleet.arm(victim, step)
        reply = await operation.act(stage)
        fleet.disarm()
        # 500 would be a crash that nobody thought of.
        assert reply is None or reply.status < 300 or reply.status in {503, 504}, (step, fleet.log(operation.service))
        runs.append(Run(step, stage, reply is not None and reply.status < 300))
        if trigger.fired:
            await fleet.programs[victim].start()
            step += 1
        elif runs[-1].acknowledged:
            return runs
        else:
            # Whoever calls the victim may still hold it for away, for a second after the last kill.
            refused += 1
            assert refused < _MOST_REFUSED, reply
            await asyncio.sleep(_PAUSE_SECONDS)
    raise AssertionError("it never came through")

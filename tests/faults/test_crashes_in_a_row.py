"""A crash while somebody makes one task right after the other, some of them by claims that were made ahead."""

import pytest

from tests.faults.fleet import Fleet
from tests.faults.peace import settle, violations
from tests.faults.stage import Person, Stage, set_stage

_ROUNDS = 12
_TASKS = 30
# Among the messages of a round there is one for each round to stop at, some of them amid claims that were made ahead.
_STEPS = 17


async def make_in_a_row(stage: Stage) -> set[str]:
    """The titles of those that were answered."""
    made = set()
    for number in range(_TASKS):
        title = f"Row {number}"
        reply = await stage.ask(stage.mate, "tasks", "POST", f"/v1/rooms/{stage.room}/tasks", json={"title": title})
        assert reply is None or reply.status in {201, 503, 504}, reply.body
        if reply is not None and reply.status == 201:
            made.add(title)
    return made


@pytest.mark.parametrize("victim", ["tasks", "keys"])
async def test_what_was_answered_is_there_and_nothing_dangles(
    fleet: Fleet, people: tuple[Person, Person, Person], victim: str
) -> None:
    ahead, made = 0, []
    for number in range(_ROUNDS):
        stage = await set_stage(fleet, *people)
        fleet.arm(victim, 3 + _STEPS * number)
        answered = await make_in_a_row(stage)
        fleet.disarm()
        (row,) = await fleet.fetch("keys", "SELECT count(*) FROM claims WHERE promised IS NOT NULL")
        ahead += row["count"]
        await fleet.start()
        made.append((stage, answered))
    assert ahead
    await settle(fleet)
    assert not await violations(fleet)
    for stage, answered in made:
        board = await stage.board()
        assert board is not None
        shown = board.tasks.keys() - {"One"}
        assert answered <= shown
        assert shown <= {f"Row {number}" for number in range(_TASKS)}

"""What a screen costs is a number, and it does not grow with its rows."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from keys.client import ahead
from tests.gateway.counting import Costs, count_costs
from tests.gateway.people import Person, fill_room, sign_up
from tests.system import System

# Of each view: whom it asks, and how many statements all of them execute.
ROOM = (["keys", "rooms", "tasks", "users"], 5)
TASK = (["keys", "rooms", "tasks", "tasks", "users", "users"], 8)
HOME = (["keys", "rooms", "tasks"], 5)
ROOMS = (["keys", "rooms"], 2)
MEMBERS = (["keys", "users"], 3)
ACTIVITY = (["keys", "tasks", "users"], 3)
HISTORY = (["keys", "tasks", "users"], 4)


@dataclass
class Board:
    owner: Person
    room: str
    task: str


async def make_board(system: System, *, tasks: int, members: int) -> Board:
    owner = await sign_up(system)
    room = await owner.room()
    await fill_room(owner, room, tasks=tasks, members=members)
    page = await owner.get(f"/v1/rooms/{room}/tasks?limit=1")
    return Board(owner, room, page["items"][0]["id"])


@pytest.fixture(scope="module")
async def boards(system: System) -> list[Board]:
    """The same screens with hardly a row, as people have them, and large."""
    return [
        await make_board(system, tasks=1, members=1),
        await make_board(system, tasks=50, members=10),
        await make_board(system, tasks=200, members=100),
    ]


@pytest.fixture
def costs() -> Iterator[Costs]:
    with pytest.MonkeyPatch.context() as patch:
        yield count_costs(patch)


async def test_a_room_with_50_tasks_and_10_members_is_one_call(boards: list[Board], costs: Costs) -> None:
    board = boards[1]
    view = await board.owner.get(f"/v1/rooms/{board.room}")
    assert (len(view["tasks"]["items"]), len(view["members"]["items"])) == (50, 10)
    assert await costs.of(board.owner, f"/v1/rooms/{board.room}") == ROOM


async def test_a_room_that_is_remembered_costs_one_question_for_the_right(boards: list[Board], costs: Costs) -> None:
    for board in boards:
        await board.owner.get(f"/v1/rooms/{board.room}")
        for path in (f"/v1/rooms/{board.room}", f"/v1/rooms/{board.room}?include=tasks"):
            assert await costs.again(board.owner, path) == (["keys"], 1)


@pytest.mark.parametrize(
    ("path", "cost"),
    [
        ("/v1/rooms/{room}", ROOM),
        ("/v1/rooms/{room}?include=", (["keys", "rooms"], 2)),
        ("/v1/rooms/{room}?include=counts", (["keys", "keys", "rooms", "tasks"], 5)),
        ("/v1/rooms/{room}/members", MEMBERS),
        ("/v1/rooms/{room}/activity?limit=200", ACTIVITY),
        ("/v1/tasks/{task}", TASK),
        ("/v1/tasks/{task}/history", HISTORY),
        ("/v1/me/home", HOME),
        ("/v1/rooms", ROOMS),
    ],
)
async def test_a_view_costs_the_same_however_many_rows(
    boards: list[Board], costs: Costs, path: str, cost: Any
) -> None:
    for board in boards:
        assert await costs.of(board.owner, path.format(room=board.room, task=board.task)) == cost


@pytest.mark.parametrize(("remembered", "statements"), [(-1.0, 3), (600.0, 2)])
async def test_a_new_task_costs_two_statements_and_one_for_a_right_that_is_not_remembered(
    boards: list[Board], costs: Costs, monkeypatch: pytest.MonkeyPatch, remembered: float, statements: int
) -> None:
    """The right, its claim, and the row with all that belongs to it; no BEGIN and no COMMIT."""
    path = f"/v1/rooms/{boards[1].room}/tasks"
    monkeypatch.setattr("keys.footings._KEPT_SECONDS", remembered)
    monkeypatch.setattr(ahead, "_GAP_SECONDS", -1.0)
    async with asyncio.timeout(60):
        # What others remembered before lasts for a while.
        while (cost := await costs.of_making(boards[1].owner, path, title="Boil")) != (["keys", "tasks"], statements):
            assert cost in ((["keys", "tasks"], 2), (["keys", "tasks"], 3))


async def test_a_new_task_right_after_others_costs_one_call_and_one_statement(
    boards: list[Board], costs: Costs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Keys is asked for the next ones, beside the answer, may be counted with one."""
    monkeypatch.setattr(ahead, "_GAP_SECONDS", 60.0)
    path = f"/v1/rooms/{boards[1].room}/tasks"
    async with asyncio.timeout(60):
        while await costs.of_making(boards[1].owner, path, title="Boil") != (["tasks"], 1):
            pass


async def test_a_home_costs_the_same_however_many_rooms(ada: Person, costs: Costs) -> None:
    assert await costs.of(ada, "/v1/me/home") == HOME
    for number in range(12):
        room = await ada.room(f"Room {number}")
        await ada.make(f"/v1/rooms/{room}/tasks", title="Boil", assignees=[ada.id])
    assert len((await ada.get("/v1/me/home"))["rooms"]["items"]) == 12
    assert await costs.of(ada, "/v1/me/home") == HOME

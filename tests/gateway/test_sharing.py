"""Gateways hold a limit together: what one lets through, the others refuse a moment later."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from chassis.ids import new_id
from chassis.peers import CallError
from chassis.problems import Problem
from gateway.doorway import EXTENSION as DOORWAY
from gateway.policies import limits
from gateway.policies.limits import Limits
from gateway.policies.sharing import Sharing
from gateway.services import EXTENSION as SERVICES
from tests.gateway.faulty import gone
from tests.gateway.people import GENEROUS, Person, sign_up
from tests.postgres import Postgres
from tests.system import System, run_replica, run_system, until_ready

_QUOTA = 600
# What a gateway may let through of whom another has let through the whole quota: see docs/gateway.md.
_UNHEARD = _QUOTA // 20
# A quota that comes back far more slowly than even a busy machine asks; a second at this pace, and as much again.
_FEW, _PACE_SECONDS = 120, 0.05
_SOON = _FEW // 20 + 2 / _PACE_SECONDS


class Door:
    """The limits of one gateway, which shares when it is told to."""

    def __init__(self, system: System) -> None:
        self.limits = Limits({"read": _QUOTA})
        self.share = Sharing(self.limits, system.apps["gateway"].extensions[SERVICES].users).share

    def let_through(self, caller: str, most: int = 2 * _QUOTA) -> int:
        """How many requests of so many."""
        for number in range(most):
            if self.refuses(caller):
                return number
        return most

    def refuses(self, caller: str) -> Problem | None:
        try:
            self.limits.spend("read", caller)
        except Problem as problem:
            return problem
        return None


def somebody() -> str:
    return str(new_id())


def came_back(began: float) -> float:
    """How many requests of a quota have come back since it was spent, and one in the making."""
    return (time.monotonic() - began) * _QUOTA / 60 + 1


async def test_a_spent_quota_is_spent_at_the_other_door_too(system: System) -> None:
    here, there, ada, began = Door(system), Door(system), somebody(), time.monotonic()
    let_through = here.let_through(ada)
    assert _QUOTA <= let_through <= _QUOTA + came_back(began)
    await here.share()
    assert there.let_through(ada, most=_UNHEARD) == _UNHEARD
    await there.share()
    assert there.let_through(ada) <= came_back(began)


async def test_two_doors_used_in_turn_let_one_quota_through(system: System) -> None:
    doors, ada, total, began = [Door(system), Door(system)], somebody(), 0, time.monotonic()
    for number in range(100):
        total += doors[number % 2].let_through(ada, most=40)
        await doors[number % 2].share()
    assert _QUOTA <= total <= _QUOTA + came_back(began) + 40


async def test_without_telling_each_door_lets_a_whole_quota_through(system: System) -> None:
    here, there, ada = Door(system), Door(system), somebody()
    assert here.let_through(ada) + there.let_through(ada) >= 2 * _QUOTA


async def test_who_spends_little_costs_nothing(system: System) -> None:
    door, ada = Door(system), somebody()
    door.let_through(ada, most=_UNHEARD - 1)
    assert door.limits.due(1) == []
    door.let_through(ada, most=1)
    assert [each.key for each in door.limits.due(1)] == [("read", ada)]
    await door.share()
    assert door.limits.due(1) == []


async def test_who_has_little_left_is_told_of_at_each_request(system: System) -> None:
    door, ada = Door(system), somebody()
    door.let_through(ada, most=_QUOTA * 4 // 5)
    await door.share()
    door.let_through(ada, most=1)
    assert [each.requests for each in door.limits.due(1)] == [1]


async def test_what_is_spent_while_it_is_told_is_told_next(system: System) -> None:
    here, there, ada, began = Door(system), Door(system), somebody(), time.monotonic()
    here.let_through(ada, most=400)
    telling = asyncio.create_task(here.share())
    await asyncio.sleep(0)
    assert here.let_through(ada, most=150) == 150
    await telling
    await here.share()
    assert there.let_through(ada, most=_UNHEARD) == _UNHEARD
    await there.share()
    assert there.let_through(ada) <= _QUOTA - 400 - 150 - _UNHEARD + came_back(began)


async def test_what_was_too_much_is_waited_for_but_never_longer_than_a_minute(system: System) -> None:
    doors, ada = [Door(system) for _ in range(4)], somebody()
    for door in doors:
        door.let_through(ada)
    for door in doors:
        await door.share()
    refusal = doors[-1].refuses(ada)
    assert refusal
    assert 50 < int(refusal.headers["Retry-After"]) <= 61


async def test_while_users_is_away_each_counts_alone_and_tells_it_later(system: System) -> None:
    here, there, ada, began = Door(system), Door(system), somebody(), time.monotonic()
    async with gone(system, "users"):
        here.let_through(ada, most=300)
        with pytest.raises(CallError):
            await here.share()
        here.let_through(ada)
    await here.share()
    there.let_through(ada, most=_UNHEARD)
    await there.share()
    assert there.let_through(ada) <= came_back(began)


async def test_who_is_refused_stays_so_when_the_database_forgot_everything(system: System) -> None:
    door, ada, began = Door(system), somebody(), time.monotonic()
    door.let_through(ada, most=_QUOTA // 2)
    await door.share()
    await system.fetch_value("users", "TRUNCATE buckets")
    door.let_through(ada)
    await door.share()
    assert door.let_through(ada) <= came_back(began) + 10


async def test_who_is_forgotten_is_not_told_of(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor kept, for however long `users` is away."""
    monkeypatch.setattr(limits, "_CALLERS", 3)
    door = Door(system)
    for _ in range(9):
        told = somebody()
        door.let_through(told, most=_UNHEARD)
    assert len(door.limits.due(9)) == 3
    spending = door.limits.due(9)[-1]
    for _ in range(3):
        door.let_through(somebody(), most=1)
    door.limits.settle(spending, 120)
    assert not door.refuses(told)


@pytest.fixture(scope="module")
async def doors(postgres: Postgres) -> AsyncIterator[tuple[System, System]]:
    """Two gateways before the same services."""
    async with run_system(postgres, TASKSYNC_GATEWAY_READ_PER_MINUTE=str(_FEW), **GENEROUS) as first:
        async with run_replica(first, "gateway") as second:
            yield await until_ready(first), await until_ready(second)


async def test_a_caller_who_spent_all_at_one_gateway_is_soon_refused_at_the_other(
    doors: tuple[System, System],
) -> None:
    here, there = doors
    ada = await sign_up(here)
    spend_all(here, ada)
    assert await let_through(ada) <= _SOON / 2
    assert await let_through(ada.through(there)) <= _SOON


async def test_gateways_go_on_without_users_and_share_again_when_it_is_back(doors: tuple[System, System]) -> None:
    here, there = doors
    ada = await sign_up(here)
    async with AsyncExitStack() as stack:
        for each in doors:
            await stack.enter_async_context(gone(each, "users"))
        spend_all(here, ada)
        for _ in range(_FEW // 10):
            assert (await ada.through(there).call("GET", "/v1/rooms")).status == 200
    assert await let_through(ada.through(there)) <= _SOON


def spend_all(system: System, person: Person) -> None:
    """As so many requests would."""
    counted: Limits = system.apps["gateway"].extensions[DOORWAY].limits
    for _ in range(_FEW):
        counted.spend("read", person.id)


async def let_through(person: Person) -> int:
    """How many of one request after the other, until one is refused or they are too many: its own quota is more."""
    assert _SOON < _FEW / 2
    count = 0
    while count < _FEW / 2 and (reply := await person.call("GET", "/v1/rooms")).status != 429:
        assert reply.status == 200, reply.body
        count += 1
        await asyncio.sleep(_PACE_SECONDS)
    return count

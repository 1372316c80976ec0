"""What gateways report is added up exactly, whoever reports at the same time, and forgotten when it has come back."""

import asyncio
import random
from uuid import UUID

import pytest

from chassis.database import Connection
from chassis.ids import new_id
from tests.system import Reply, System, run_replica

_PATH = "/internal/limits/spent"
Item = tuple[str, str, float]


async def report(system: System, items: object, sender: str = "gateway", user: UUID | None = None) -> Reply:
    return await system.call("users", "POST", _PATH, json={"items": items}, sender=sender, user=user)


async def owed(system: System, *items: Item) -> list[float]:
    reply = await report(system, items)
    assert reply.status == 200, reply.body
    seconds: list[float] = reply.json()["items"]
    return seconds


def somebody() -> str:
    return str(new_id())


async def test_each_class_and_caller_is_counted_apart_and_answered_in_turn(system: System) -> None:
    ada, bob = somebody(), somebody()
    await owed(system, ("read", ada, 10), ("write", bob, 20))
    again = await owed(system, ("write", bob, 1), ("read", bob, 2), ("read", ada, 3), ("read", ada, 4))
    assert again == pytest.approx([21, 2, 17, 17], abs=5)


async def test_reports_at_the_same_time_neither_wait_in_a_circle_nor_lose_anything(system: System) -> None:
    callers = [somebody() for _ in range(60)]
    async with run_replica(system, "users") as other:
        reports = []
        for number in range(40):
            items = [("read", each, 0.5) for each in random.sample(callers, len(callers))]
            reports.append(owed(other if number % 2 else system, *items))
        async with asyncio.timeout(30):
            began = asyncio.get_running_loop().time()
            await asyncio.gather(*reports)
            seconds = await owed(system, *(("read", each, 0) for each in callers))
            took = asyncio.get_running_loop().time() - began
    assert len(seconds) == len(callers)
    # Of the twenty seconds of each, what has come back meanwhile.
    assert 20 - took - 0.1 <= min(seconds) <= max(seconds) <= 20


async def test_nobody_owes_more_than_two_minutes(system: System) -> None:
    """And so waits for one at most."""
    ada = somebody()
    for _ in range(5):
        (seconds,) = await owed(system, ("read", ada, 60))
    assert 119 < seconds <= 120
    assert max(await owed(system, *[("read", somebody(), 60)] * 5)) <= 120


async def test_what_was_spent_comes_back_with_time(system: System, database: Connection) -> None:
    ada = somebody()
    assert await owed(system, ("read", ada, 30)) == pytest.approx([30], abs=1)
    await database.execute("UPDATE buckets SET full_at = full_at - interval '20 seconds'")
    assert await owed(system, ("read", ada, 1)) == pytest.approx([11], abs=5)
    await database.execute("UPDATE buckets SET full_at = full_at - interval '20 minutes'")
    assert await owed(system, ("read", ada, 1)) == pytest.approx([1], abs=0.5)


async def test_callers_are_stored_as_hashes(system: System, database: Connection) -> None:
    name = "203.0.113.77"
    await owed(system, ("read", name, 1))
    assert (
        await database.fetchval("SELECT count(*) FROM buckets WHERE subject = sha256($1::bytea)", name.encode()) == 1
    )


async def test_another_service_or_somebody_through_a_gateway_reports_nothing(system: System) -> None:
    items = [("read", somebody(), 1)]
    for reply in (await report(system, items, sender="tasks"), await report(system, items, user=new_id())):
        assert (reply.status, reply.code) == (403, "forbidden")
    assert (await system.request("users", "POST", _PATH, json={"items": []})).status == 401


@pytest.mark.parametrize(
    "items",
    [
        [("read", "x", 1)] * 1001,
        [("read", "x", 61)],
        [("read", "x", -1)],
        [("read", "x" * 101, 1)],
        [("read", "x")],
        [("read", "x", 1, "more")],
        "all",
    ],
)
async def test_a_report_that_is_none_is_refused(system: System, items: object) -> None:
    reply = await report(system, items)
    assert (reply.status, reply.code) == (422, "invalid")

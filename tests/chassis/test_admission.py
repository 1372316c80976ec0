"""A service takes on what it can, refuses the rest early, and goes on answering under any load."""

import asyncio
import random
import time
from contextlib import AsyncExitStack

import pytest
from prometheus_client import CollectorRegistry

from chassis import deadlines
from chassis.admission import Admission, _work_of
from chassis.passport import HEADER as PASSPORT
from chassis.problems import Problem
from tests.chassis.laboratory import OFFICE, Lab, run_lab
from tests.launch.polling import until
from tests.quick import quickest
from tests.system import Reply

SMALL = {"TASKSYNC_REQUESTS_AT_ONCE": "2", "TASKSYNC_REQUESTS_WAITING": "4"}
_REFUSED = 'requests_refused_total{work="read"}'
READ, BEGUN = {deadlines.HEADER: "3000 read"}, {deadlines.HEADER: "3000 begun"}


def door(at_once: int = 1, waiting: int = 4) -> Admission:
    return Admission(at_once, waiting, CollectorRegistry())


async def enter(keeper: Admission, work: str, order: list[str]) -> None:
    await keeper.enter(work)
    order.append(work)


async def a_moment() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_waits_gets_the_place_that_becomes_free_and_writes_go_first() -> None:
    keeper, order = door(), list[str]()
    await keeper.enter("read")
    waiting = []
    for work in ("read", "read", "write"):
        waiting.append(asyncio.create_task(enter(keeper, work, order)))
        await a_moment()
    for _ in waiting:
        keeper.leave()
        await a_moment()
    assert order == ["write", "read", "read"]


async def test_reads_leave_room_to_wait_for_writes() -> None:
    keeper = door(waiting=4)
    await keeper.enter("read")
    waiting = [asyncio.create_task(keeper.enter("read")) for _ in range(2)]
    await a_moment()
    with pytest.raises(Problem, match="503 busy"):
        await keeper.enter("read")
    write = asyncio.create_task(keeper.enter("write"))
    await a_moment()
    assert not write.done()
    keeper.leave()
    await write
    for each in waiting:
        each.cancel()


async def test_nobody_waits_long() -> None:
    keeper = door()
    await keeper.enter("read")
    started = time.monotonic()
    with pytest.raises(Problem, match="503 busy"):
        await asyncio.wait_for(keeper.enter("write"), 60)
    assert 0.3 < time.monotonic() - started < 20
    keeper.leave()
    await asyncio.wait_for(keeper.enter("read"), 20)


async def test_no_place_is_lost_whoever_is_cancelled_at_any_moment() -> None:
    keeper, seeded = door(at_once=3, waiting=50), random.Random(7)

    async def visit() -> None:
        await keeper.enter(seeded.choice(["read", "write"]))
        try:
            await asyncio.sleep(seeded.random() / 500)
        finally:
            keeper.leave()

    for _ in range(40):
        visits = [asyncio.create_task(visit()) for _ in range(12)]
        await asyncio.sleep(seeded.random() / 200)
        for each in seeded.sample(visits, 6):
            each.cancel()
        await asyncio.gather(*visits, return_exceptions=True)
    assert (keeper._free, keeper._count_waiting()) == (3, 0)


def test_a_client_of_the_public_door_cannot_go_before_others() -> None:
    scope = {"method": "GET", "headers": [(b"tasksync-deadline", b"3000 begun")]}
    assert (_work_of(scope, True), _work_of(scope, False)) == ("begun", "read")
    assert _work_of({"method": "POST", "headers": []}, False) == "write"


async def metric(lab: Lab, name: str) -> float:
    lines = (await lab.request("GET", "/metrics")).body.decode().splitlines()
    return float(next(line.removeprefix(f"{name} ") for line in lines if line.startswith(f"{name} ")))


async def fill(lab: Lab) -> list[asyncio.Task[Reply]]:
    """Keeps all places of a small lab busy, for so long that who waits for one is refused before."""
    began = len(lab.logged("sleep.began"))
    busy = [asyncio.create_task(lab.call("GET", "/sleep/2.5", headers=READ)) for _ in range(2)]

    async def are_busy() -> bool:
        return len(lab.logged("sleep.began")) == began + 2

    await until(are_busy)
    return busy


async def refuse_one_too_many(lab: Lab) -> float:
    """How long that takes, and what goes by beside it, while others wait for places."""
    waiting = [asyncio.create_task(lab.call("GET", "/who", headers=READ)) for _ in range(2)]

    async def are_waiting() -> bool:
        return await metric(lab, "requests_waiting") == 2

    await until(are_waiting)
    started = time.monotonic()
    refused = await lab.call("GET", "/who", headers=READ)
    assert (refused.status, refused.code, refused.headers["Retry-After"]) == (503, "busy", "1")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert (await lab.call("GET", "/who", headers=BEGUN)).status == 200
    assert (await lab.request("GET", "/livez")).status == 200
    seconds = time.monotonic() - started
    assert [reply.status for reply in await asyncio.gather(*waiting)] == [503, 503]
    return seconds


async def test_beyond_what_waits_it_refuses_early_and_lets_in_what_has_begun() -> None:
    async with run_lab(**SMALL) as lab:

        async def refuse() -> float:
            before, busy = await metric(lab, _REFUSED), await fill(lab)
            seconds = await refuse_one_too_many(lab)
            assert await metric(lab, _REFUSED) == before + 3
            assert [reply.status for reply in await asyncio.gather(*busy)] == [204, 204]
            return seconds

        assert await quickest(refuse, 0.3) < 0.3
        assert (await lab.call("GET", "/who", headers=READ)).status == 200


async def test_a_stream_holds_no_place() -> None:
    async with run_lab(**{**SMALL, "TASKSYNC_REQUESTS_AT_ONCE": "1"}) as lab, AsyncExitStack() as stack:
        headers = {PASSPORT: OFFICE.issue()}
        for _ in range(2):
            asked = lab.session.get(f"{lab.url}/stream/event-stream", headers=headers)
            response = await stack.enter_async_context(asked)
            assert await response.content.readline() == b"tick\n"
        assert (await lab.call("GET", "/who")).status == 200


CAPACITY = 20  # two connections, each with a statement of 100 ms
SECONDS = 2.0


async def goodput(lab: Lab, rate: float) -> float:
    """Answers a second that came in time, of so many requests a second, whatever becomes of the others."""
    headers, asking = {deadlines.HEADER: "500 read"}, []
    for _ in range(int(rate * SECONDS)):
        asking.append(asyncio.create_task(lab.call("GET", "/query/0.1", headers=headers)))
        await asyncio.sleep(1 / rate)
    replies = await asyncio.gather(*asking)
    return sum(reply.status == 204 for reply in replies) / SECONDS


@pytest.mark.parametrize(("at_once", "holds"), [("4", True), ("10000", False)])
async def test_at_three_times_the_load_it_does_as_much_as_it_can(lab_url: str, at_once: str, holds: bool) -> None:
    """Without the door all wait for a connection for so long that the time for the statement is over."""
    settings = {"TASKSYNC_DATABASE_POOL": "2", "TASKSYNC_REQUESTS_AT_ONCE": at_once, "TASKSYNC_REQUESTS_WAITING": "4"}
    async with run_lab(lab_url, **settings) as lab:
        await goodput(lab, 5)
        most = max([await goodput(lab, CAPACITY * 0.8) for _ in range(2)])
        # A stall takes from what is done in time, and adds nothing.
        assert (max([await goodput(lab, CAPACITY * 3) for _ in range(3)]) > most * 0.6) is holds

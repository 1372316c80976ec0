"""A request has one deadline: every hop of it spends it, down to the statement, and a write that was done is told."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis import deadlines
from chassis.passport import HEADER
from tests.chassis.laboratory import OFFICE, Lab, count_things, lab_database, run_lab, until_backends
from tests.launch.polling import until
from tests.postgres import Postgres
from tests.system import Reply

# What nothing ends but a deadline.
LONG = 60.0
ENDLESS = {"TASKSYNC_DATABASE_SECONDS": "90", "TASKSYNC_CALL_SECONDS": "90"}


async def call(lab: Lab, method: str, path: str, milliseconds: int | None) -> tuple[Reply, float]:
    """The answer within a deadline of so many milliseconds, and the seconds that it took."""
    headers = {} if milliseconds is None else {deadlines.HEADER: str(milliseconds)}
    started = time.monotonic()
    return await lab.call(method, path, headers=headers), time.monotonic() - started


def assert_overdue(reply: Reply) -> None:
    assert (reply.status, reply.code, reply.headers["Retry-After"]) == (504, "timeout", "1")


async def test_with_no_time_left_nothing_is_done(lab: Lab, lab_url: str) -> None:
    before = await count_things(lab_url)
    reply, _ = await call(lab, "POST", "/finish/0.0", 0)
    assert_overdue(reply)
    assert await count_things(lab_url) == before


async def test_a_statement_ends_at_the_server_with_the_request(lab_url: str) -> None:
    """Without the deadline one that takes longer than that goes on to its end."""
    async with run_lab(lab_url, **ENDLESS) as lab:
        reply, seconds = await call(lab, "GET", "/query/0.8", None)
        assert (reply.status, seconds > 0.8) == (204, True)
        reply, seconds = await call(lab, "GET", f"/query/{LONG}", 250)
        assert_overdue(reply)
        assert seconds < LONG / 2
        await until_backends(lab_url, "active", 0)
        assert (await lab.call("GET", "/things")).status == 200


async def test_waiting_for_a_connection_spends_the_deadline(lab_url: str) -> None:
    async with run_lab(lab_url, **ENDLESS, TASKSYNC_DATABASE_POOL="1") as lab:
        holding = asyncio.create_task(lab.call("GET", "/hold/4.0"))
        await until_backends(lab_url, "idle in transaction", 1)
        reply, _ = await call(lab, "GET", "/things", 200)
        assert_overdue(reply)
        assert not holding.done()
        assert (await holding).status == 204


@asynccontextmanager
async def two_labs(url: str) -> AsyncIterator[Lab]:
    """The first hops to the second, which has the database."""
    async with run_lab(url, **ENDLESS) as far, run_lab(**ENDLESS, TASKSYNC_PEER_URL=far.url) as near:
        yield near


async def test_the_deadline_goes_through_all_hops_into_the_statement(lab_url: str) -> None:
    async with two_labs(lab_url) as lab:
        asking = asyncio.create_task(call(lab, "GET", f"/hop/query/{LONG}", 1500))
        await until_backends(lab_url, "active", 1)
        reply, seconds = await asking
        assert_overdue(reply)
        assert seconds < LONG / 2
        await until_backends(lab_url, "active", 0)


async def test_what_follows_a_commit_has_time_of_its_own(postgres: Postgres) -> None:
    async with lab_database(postgres) as url, run_lab(url) as lab:
        reply, seconds = await call(lab, "POST", "/finish/1.2", 1000)
        assert (reply.status, seconds > 1.2) == (204, True)
        assert await count_things(url) == 2


async def test_a_transaction_is_cut_before_its_commit_and_leaves_nothing(postgres: Postgres) -> None:
    async with lab_database(postgres) as url, run_lab(url, **ENDLESS) as lab:
        reply, seconds = await call(lab, "GET", f"/hold/{LONG}", 250)
        assert_overdue(reply)
        assert seconds < LONG / 2
        assert await count_things(url) == 0


async def test_a_write_of_one_statement_that_has_begun_has_the_time_of_a_commit(postgres: Postgres) -> None:
    """Half a second at least, whatever is left; beyond that it is cut, and leaves nothing."""
    async with lab_database(postgres) as url, run_lab(url, **ENDLESS) as lab:
        # A stall takes from that time, and adds nothing.
        replies = [(await call(lab, "POST", "/single/0.25", 100))[0] for _ in range(5)]
        done = [reply.status for reply in replies].count(204)
        assert (done > 0, await count_things(url)) == (True, done)
        reply, _ = await call(lab, "POST", f"/single/{LONG}", 100)
        assert_overdue(reply)
        await until_backends(url, "active", 0)
        assert await count_things(url) == done


async def test_a_stream_has_no_deadline(lab: Lab) -> None:
    headers = {deadlines.HEADER: "1000", **lab_passport()}
    started = time.monotonic()
    async with lab.session.get(f"{lab.url}/stream", headers=headers) as response:
        while time.monotonic() - started < 1.5:
            assert await response.content.readline() == b"tick\n"


def lab_passport() -> dict[str, str]:
    return {HEADER: OFFICE.issue()}


def test_a_write_is_given_less_than_it_is_waited_for() -> None:
    """What is between is for what follows its commit."""
    assert deadlines.passed_on(3.0, "GET") == "3000 write"
    assert deadlines.passed_on(3.0, "POST") == "2500 write"
    assert deadlines.passed_on(1.0, "PATCH") == "800 write"


async def test_tasks_of_one_request_share_its_clock() -> None:
    async def commit() -> None:
        deadlines.extend()

    async def work() -> None:
        deadlines.start(0.01)
        await asyncio.create_task(commit())
        left = deadlines.left()
        assert left is not None
        assert left > 0.1

    await asyncio.create_task(work())
    assert deadlines.left() is None


async def test_a_commit_takes_no_time_from_what_follows_it() -> None:
    async def work() -> float:
        deadlines.start(60.0)
        deadlines.extend()
        return deadlines.left() or 0.0

    assert await asyncio.create_task(work()) > 10


async def test_what_follows_a_commit_goes_on_as_what_has_begun() -> None:
    """Where there is too much to do, what a write needs to end comes first."""

    async def work() -> str:
        return deadlines.passed_on(1.0, "POST").partition(" ")[2]

    assert (await work(), await deadlines.finish(work()), await work()) == ("write", "begun", "write")


async def test_a_client_that_leaves_ends_the_statement_behind_two_hops(lab_url: str) -> None:
    async with two_labs(lab_url) as lab:
        asking = asyncio.create_task(lab.call("GET", f"/hop/query/{LONG}"))
        await until_backends(lab_url, "active", 1)
        asking.cancel()
        await until_backends(lab_url, "active", 0)


async def test_what_follows_a_commit_is_done_though_the_client_left(postgres: Postgres) -> None:
    async with lab_database(postgres) as url, run_lab(url) as lab:
        asking = asyncio.create_task(lab.call("POST", "/finish/1.2"))
        await until_things(url, 1)
        asking.cancel()
        await until_things(url, 2)


async def until_things(url: str, count: int) -> None:
    async def are_there() -> bool:
        return await count_things(url) >= count

    await until(are_there)

"""No hot call of Keys reads a whole table, or all members of a room, however many there are."""

from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest

from bench.links_fill import fill
from bench.million_links import CALLS, look_as_somebody_busy, measure, refer_to_somebody_busy
from chassis.database import Connection
from tests.postgres import Postgres

# The largest page is that of the feed, 500; BIG has 3,500 members here.
_MOST_ROWS = 1_500


@pytest.fixture(scope="module")
async def filled(postgres: Postgres) -> AsyncIterator[Connection]:
    async with postgres.clone("keys") as url:
        connection = await asyncpg.connect(url)
        await fill(connection, 50_000)
        yield connection
        await connection.close()


@pytest.mark.parametrize("mode", ["custom", "generic"])
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)
async def test_a_hot_call_reads_a_page_by_index(
    filled: Connection, call: Callable[[Connection], Awaitable[None]], mode: str
) -> None:
    plans = (await measure(filled, call, mode)).plans
    # A claim lasts for moments, so their table is about empty; that of the feed has one row.
    whole = {scan for plan in plans for scan in plan.scans if scan.startswith("Seq Scan")}
    assert whole <= {"Seq Scan claims", "Seq Scan feed"}
    assert max(plan.touched for plan in plans) <= _MOST_ROWS


@pytest.mark.parametrize("call", [look_as_somebody_busy, refer_to_somebody_busy], ids=lambda call: call.__name__)
@pytest.mark.parametrize("mode", ["custom", "generic"])
async def test_who_is_in_many_rooms_and_wrote_many_tasks_is_found_as_fast(
    filled: Connection, call: Callable[[Connection], Awaitable[None]], mode: str
) -> None:
    plans = (await measure(filled, call, mode)).plans
    assert max(plan.touched for plan in plans) < 20

"""A page costs the same in a room of 100,000 tasks as in a small one: by index, few rows read, no room sorted."""

from collections.abc import AsyncIterator
from typing import cast

import pytest

from bench.plans.cases import CASES
from bench.plans.explain import Explainer
from bench.plans.fill import BIG, ME, fill
from chassis.database import Connection, Database
from chassis.settings import DatabaseSettings
from tasks import listing
from tasks.queries import home
from tests.postgres import Postgres

# Three ranges of DEPTH rows, what a probe of each filter finds, and the assignees of a page.
MOST_ROWS = 3 * listing.DEPTH + 4 * (listing.FEW + 1) + 300


@pytest.fixture(scope="module")
async def filled(postgres: Postgres) -> AsyncIterator[Connection]:
    async with postgres.clone("tasks") as url:
        settings = DatabaseSettings(bind="", passport_secret="", database_url=url, database_seconds=120)
        database = Database(settings, "tests")
        await database.connect()
        async with database.connection() as connection:
            await fill(connection, tasks=100_000, rooms=2_000)
            yield connection
        await database.disconnect()


def check(explainer: Explainer, most_rows: int) -> None:
    for plan in explainer.plans:
        assert not [scan for scan in plan.scans if scan.startswith("Seq Scan")]
        assert plan.sorted_rows <= 3 * listing.DEPTH
    assert sum(plan.touched for plan in explainer.plans) <= most_rows


@pytest.mark.parametrize("mode", ["custom", "generic"])
@pytest.mark.parametrize("name", CASES)
async def test_a_page_of_a_room_of_100000_tasks_reads_few_rows_by_index(
    filled: Connection, name: str, mode: str
) -> None:
    explainer = Explainer(filled, mode)
    page = await listing.list_tasks(cast("Connection", explainer), CASES[name], BIG, ME)
    if name == "words: none":
        assert page.items == []
    else:
        assert page.items
    bare = name.startswith(("sort", "status"))
    assert len(explainer.plans) == (1 if bare else 2)
    check(explainer, 400 if bare else MOST_ROWS)


@pytest.mark.parametrize("mode", ["custom", "generic"])
async def test_one_s_own_open_tasks_are_a_range_of_an_index(filled: Connection, mode: str) -> None:
    explainer = Explainer(filled, mode)
    mine, _ = await home.assigned(cast("Connection", explainer), ME, [BIG], None, 50)
    assert len(mine) == 50
    check(explainer, 400)


@pytest.mark.parametrize("mode", ["custom", "generic"])
async def test_counts_stop_at_a_bound(filled: Connection, mode: str) -> None:
    explainer = Explainer(filled, mode)
    counts = await home.counts(cast("Connection", explainer), BIG)
    assert max(counts.todo, counts.doing, counts.done) == 1000
    check(explainer, 3_100)


async def test_the_check_sees_a_room_that_is_sorted_whole(filled: Connection) -> None:
    explainer = Explainer(filled, "custom")
    await explainer.fetch("SELECT id FROM tasks WHERE room_id = $1 ORDER BY md5(title) LIMIT $2", BIG, 50)
    with pytest.raises(AssertionError):
        check(explainer, MOST_ROWS)

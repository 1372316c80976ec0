"""Prints, for each kind of list in a room of 100,000 tasks, what its statements read and how long they take."""

import asyncio
import sys

from bench.plans.cases import CASES
from bench.plans.explain import Explainer
from bench.plans.fill import BIG, ME, fill
from chassis.database import Connection, Database
from chassis.settings import DatabaseSettings
from tasks import listing
from tests.postgres import run_postgres


async def show(connection: Connection, name: str) -> None:
    explainer = Explainer(connection, "custom")
    page = await listing.list_tasks(explainer, CASES[name], BIG, ME)  # type: ignore[arg-type]
    touched = sum(plan.touched for plan in explainer.plans)
    milliseconds = sum(plan.milliseconds for plan in explainer.plans)
    scans = sorted({scan for plan in explainer.plans for scan in plan.scans})
    print(f"{name:20} {len(page.items):3} tasks {touched:6} rows {milliseconds:7.2f} ms  {'; '.join(scans)}")


async def main(url: str, tasks: int) -> None:
    database = Database(
        DatabaseSettings(bind="", passport_secret="", database_url=url, database_seconds=600), "bench"
    )
    await database.connect()
    async with database.connection() as connection:
        await fill(connection, tasks=tasks, rooms=tasks // 50)
        for name in CASES:
            await show(connection, name)
    await database.disconnect()


async def run(tasks: int) -> None:
    with run_postgres() as postgres:
        async with postgres.clone("tasks") as url:
            await main(url, tasks)


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))

"""Runs the lab as a process of its own, on a real socket, and reads what it logs."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import msgspec
import structlog

from chassis.ids import new_id
from chassis.passport import HEADER, PassportOffice
from tests.chassis.lab.routes import TABLE
from tests.forks import fork
from tests.launch.polling import until
from tests.postgres import Postgres, connected
from tests.system import PATIENT, SECRETS, Reply, free_port

# Nothing answers here.
NO_DATABASE = "postgresql://nobody@127.0.0.1:9/none"
OFFICE = PassportOffice("gateway", SECRETS["TASKSYNC_PASSPORT_SECRET"])


@dataclass
class Lab:
    """A running lab. `log` is what it prints; `said` is what was there in the end."""

    port: int
    process: ForkServerProcess
    session: aiohttp.ClientSession
    log: Path
    said: str | None = None

    @property
    def lines(self) -> list[str]:
        text = self.log.read_text() if self.said is None else self.said
        return text.splitlines()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        """As anybody could send it; `path` is sent as it stands."""
        async with self.session.request(method, self.url + path, **options) as response:
            return Reply(response.status, response.headers, await response.read())

    async def call(
        self, method: str, path: str, *, user: UUID | None = None, request_id: str = "", **options: Any
    ) -> Reply:
        """As a peer would, with a passport."""
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            headers = {HEADER: OFFICE.issue(user), **options.pop("headers", {})}
        return await self.request(method, path, headers=headers, **options)

    async def stop(self, seconds: float) -> float:
        """Sends SIGTERM; how long the process took to end. Fails after `seconds`."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        self.process.terminate()
        await until(self.has_ended, seconds)
        return loop.time() - started

    async def has_ended(self) -> bool:
        return self.process.exitcode is not None

    def logged(self, event: str, **fields: Any) -> list[dict[str, Any]]:
        """The lines of `event` that have these fields."""
        lines = [msgspec.json.decode(line) for line in self.lines if f'"{event}"' in line]
        return [line for line in lines if line["event"] == event and fields.items() <= line.items()]


@asynccontextmanager
async def run_lab(database: str = NO_DATABASE, **settings: str) -> AsyncIterator[Lab]:
    """A lab on the database at the URL `database`, with `settings` by their variable names."""
    port = free_port()
    where = {"TASKSYNC_BIND": f"127.0.0.1:{port}", "TASKSYNC_DATABASE_URL": database}
    with tempfile.TemporaryDirectory(prefix="tasksync-test-") as folder:
        log = Path(folder) / "lab.log"
        log.touch()
        process = await asyncio.to_thread(fork, "tests.chassis.lab", {**SECRETS, **PATIENT, **where, **settings}, log)
        async with aiohttp.ClientSession() as session:
            lab = Lab(port, process, session, log)
            try:
                await _until_live(lab)
                yield lab
            finally:
                process.kill()
                await until(lab.has_ended)
                lab.said = log.read_text()


async def _until_live(lab: Lab) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                await lab.request("GET", "/livez")
            except aiohttp.ClientConnectionError:
                if await lab.has_ended():
                    raise RuntimeError("\n".join(lab.lines)) from None
                await asyncio.sleep(0.02)
            else:
                return


async def until_logged(lab: Lab, event: str, **fields: Any) -> None:
    async def is_logged() -> bool:
        return bool(lab.logged(event, **fields))

    await until(is_logged)


@asynccontextmanager
async def lab_database(postgres: Postgres) -> AsyncIterator[str]:
    """The URL of a database with the lab's table."""
    name = f"lab_{new_id().hex}"
    await postgres.run(f"CREATE DATABASE {name}")
    try:
        async with connected(postgres.url(name)) as connection:
            await connection.execute(TABLE)
        yield postgres.url(name)
    finally:
        await postgres.run(f"DROP DATABASE {name} WITH (FORCE)")


async def ask_database(url: str, query: str) -> Any:
    """One value, over a connection of its own."""
    async with connected(url) as connection:
        return await connection.fetchval(query)


async def count_things(url: str) -> int:
    return int(await ask_database(url, "SELECT count(*) FROM things"))


async def until_backends(url: str, state: str, count: int) -> None:
    """Until so many connections of labs to this database are in `state`."""

    async def are_there() -> bool:
        return int(await ask_database(url, _BACKENDS.format(state=state))) == count

    await until(are_there)


_BACKENDS = """
    SELECT count(*)
    FROM pg_stat_activity
    WHERE application_name = 'tasksync-lab' AND datname = current_database() AND state = '{state}'
"""

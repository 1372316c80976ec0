"""Four databases that nobody has written to, and the migrations of a release, and of now, on them."""

import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from chassis.ids import new_id
from launch.programs import Program, run_to_end
from tests.postgres import Postgres
from tests.upgrades.next import migrating, next_migration
from tests.upgrades.replicas import Code

DATABASES = ("users", "rooms", "tasks", "keys")
# Made up, so that there is always something to migrate: each expands the table that its service writes most.
_TABLES = {"users": "accounts", "rooms": "rooms", "tasks": "tasks", "keys": "links"}


@asynccontextmanager
async def empty(postgres: Postgres) -> AsyncIterator[dict[str, str]]:
    """The URLs of four new databases, by service."""
    names = {service: f"rolling_{service}_{new_id().hex}" for service in DATABASES}
    for name in names.values():
        await postgres.run(f"CREATE DATABASE {name}")
    try:
        yield {service: postgres.url(name) for service, name in names.items()}
    finally:
        for name in names.values():
            await postgres.run(f"DROP DATABASE {name} WITH (FORCE)")


def database_environ(urls: Mapping[str, str]) -> dict[str, str]:
    return {f"TASKSYNC_{service.upper()}_DATABASE_URL": url for service, url in urls.items()}


def bare_environ() -> dict[str, str]:
    """The environment without what would bring in settings, or code from another folder than the one at hand."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("TASKSYNC_", "PYTHON"))}


async def migrate(code: Code, urls: Mapping[str, str], folder: Path) -> None:
    """All databases, by the command of this code."""
    log = folder / "migrate.log"
    program = Program(
        name="migrate",
        command=[sys.executable, "-m", "chassis.migrate", *urls],
        environ={**bare_environ(), **database_environ(urls)},
        folder=code.folder,
        log=log,
        pid_file=folder / "migrate.pid",
    )
    assert await run_to_end(program) == 0, log.read_text()


async def migrate_further(urls: Mapping[str, str]) -> None:
    """All databases, by the migrations of now and a made-up one on top of each."""
    with ExitStack() as stack:
        folders = {name: stack.enter_context(next_migration(name, *_expanding(_TABLES[name]))) for name in urls}
        async with migrating(*((name, url, folders[name]) for name, url in urls.items())) as migration:
            assert await migration == 0


def _expanding(table: str) -> list[str]:
    return [
        f'op.execute("ALTER TABLE {table} ADD COLUMN colour text")',
        f'op.execute("ALTER TABLE {table} ADD COLUMN size integer NOT NULL DEFAULT 1")',
        f'create_index("{table}_colour", "ON {table} (colour)")',
    ]

"""The services of a version keep serving while the migration of the next one runs over their tables."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg
import pytest

from tests.postgres import Postgres
from tests.seeds import add_room, add_user, grant
from tests.system import System, run_system
from tests.upgrades.next import migrating, next_migration

_ROWS = 20_000
_PACE_SECONDS = 0.02
# A lock is waited for a second. Who waits behind one that is not given up waits as long as a statement may take.
_SLOWEST_SECONDS = 5.0
_STATEMENT_SECONDS = "15"

_FILL = """
    INSERT INTO tasks (id, room_id, number, title, description, status, priority, position)
    SELECT gen_random_uuid(), gen_random_uuid(), 1, 'Task ' || n, '', 'todo', 'none', 'a0'
    FROM generate_series(1, $1::int) AS n
"""

_WAITING = """
    SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock' AND locktype = 'relation')
"""

EXPANDING = (
    'op.execute("ALTER TABLE tasks ADD COLUMN colour text")',
    'op.execute("ALTER TABLE tasks ADD COLUMN size integer NOT NULL DEFAULT 1")',
    'op.execute("ALTER TABLE tasks ADD CONSTRAINT tasks_size CHECK (size > 0) NOT VALID")',
    'create_index("tasks_colour", "ON tasks (room_id, colour)")',
    "backfill(\"UPDATE tasks SET colour = '' WHERE id IN (SELECT id FROM tasks WHERE colour IS NULL LIMIT 1000)\")",
    'op.execute("ALTER TABLE tasks VALIDATE CONSTRAINT tasks_size")',
)


@dataclass
class Users:
    """Somebody who writes and somebody who reads, all the time."""

    system: System
    user: UUID
    room: UUID
    made: int = 0
    slowest: float = 0.0
    failed: list[str] = field(default_factory=list)

    async def write(self) -> None:
        path = f"/v1/rooms/{self.room}/tasks"
        while True:
            await self._send("POST", path, 201, json={"title": "A task"})
            self.made += 1

    async def read(self) -> None:
        path = f"/v1/rooms/{self.room}/tasks"
        while True:
            await self._send("GET", path, 200, headers=grant(self.user, self.room))

    async def _send(self, method: str, path: str, expected: int, **options: object) -> None:
        await asyncio.sleep(_PACE_SECONDS)
        began = time.monotonic()
        reply = await self.system.call("tasks", method, path, user=self.user, **options)  # type: ignore[arg-type]
        self.slowest = max(self.slowest, time.monotonic() - began)
        if reply.status != expected:
            self.failed.append(f"{method} {reply.status} {reply.body[:200]!r}")


@pytest.fixture
async def users(postgres: Postgres) -> AsyncIterator[Users]:
    async with run_system(postgres, "keys", "tasks", TASKSYNC_DATABASE_SECONDS=_STATEMENT_SECONDS) as system:
        user = await add_user(system)
        users = Users(system, user, await add_room(system, user))
        connection = await asyncpg.connect(system.databases["tasks"])
        await connection.execute(_FILL, _ROWS)
        await connection.close()
        tasks = [asyncio.create_task(users.write()), asyncio.create_task(users.read())]
        yield users
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_an_expanding_migration_stands_in_nobodys_way(users: Users) -> None:
    url = users.system.databases["tasks"]
    with next_migration("tasks", *EXPANDING) as folder:
        async with migrating(("tasks", url, folder)) as migration, asyncio.timeout(60):
            assert await migration == 0
    await more(users)
    assert (users.failed, users.slowest < _SLOWEST_SECONDS) == ([], True), users.slowest
    connection = await asyncpg.connect(url)
    valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'tasks_colour'::regclass"
    assert await connection.fetchval(valid)
    left = await connection.fetchval("SELECT count(*) FROM tasks WHERE colour IS NULL AND room_id <> $1", users.room)
    assert left == 0
    await connection.close()


async def test_a_migration_that_waits_for_a_long_transaction_lets_the_others_pass(users: Users) -> None:
    """Its lock waits behind a reader, and whoever comes later would wait behind it as long as the reader reads."""
    url = users.system.databases["tasks"]
    reader = await asyncpg.connect(url)
    with next_migration("tasks", EXPANDING[0]) as folder:
        async with reader.transaction():
            await reader.fetchval("SELECT count(*) FROM tasks")
            async with migrating(("tasks", url, folder)) as migration, asyncio.timeout(60):
                made = users.made
                for _ in range(3):
                    await until_waiting(url, waiting=True)
                    await until_waiting(url, waiting=False)
                assert not migration.done()
                await reader.execute("COMMIT; BEGIN")
                assert await migration == 0
    await reader.close()
    assert users.made > made
    assert (users.failed, users.slowest < _SLOWEST_SECONDS) == ([], True), users.slowest


async def until_waiting(url: str, *, waiting: bool) -> None:
    """Until the migration waits for its lock on the table, or has given it up again."""
    connection = await asyncpg.connect(url)
    while await connection.fetchval(_WAITING) is not waiting:
        await asyncio.sleep(0.02)
    await connection.close()


async def more(users: Users) -> None:
    """Until a few more were written."""
    goal = users.made + 5
    while users.made < goal:
        await asyncio.sleep(0.02)

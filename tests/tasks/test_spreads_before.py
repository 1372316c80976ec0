"""What the log held before shortened keys were marked in it is told apart when the mark comes."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
from alembic import command

from chassis.ids import new_id
from chassis.migrate import configure
from tests.postgres import Postgres

_WRITE = """
    INSERT INTO changes (room_id, actor, kind, entity_id, op, version, before, after)
    VALUES ($1, $1, 'task', $2, $3, $4, $5::text::jsonb, jsonb_build_object('updated_at', $6::text))
"""
_FORGET = "UPDATE changes SET actor = NULL WHERE version > 1 AND version <> 5"
_POSITION, _BOTH = '{"position": "a"}', '{"status": "todo", "position": "a"}'


async def migrate(url: str, to: str) -> None:
    await asyncio.to_thread(command.upgrade, configure("tasks", url), to)


async def write(connection: Any, task: UUID, *versions: tuple[str, str | None, str]) -> None:
    """The log of a task as the version before wrote it: of each version op, before, and the time of its update."""
    for version, (op, before, updated) in enumerate(versions, 1):
        await connection.execute(_WRITE, UUID(int=1), task, op, version, before, updated)


async def test_old_entries_of_shortened_keys_are_marked_and_those_of_the_forgotten_are_not(
    postgres: Postgres,
) -> None:
    name = f"test_{new_id().hex}"
    await postgres.run(f"CREATE DATABASE {name}")
    url = postgres.url(name)
    await migrate(url, "0010")
    connection = await asyncpg.connect(url)
    created, moved, shortened, dragged = (
        ("create", None, "12:00"),
        ("update", _POSITION, "12:01"),
        ("update", _POSITION, "12:01"),
        ("update", _BOTH, "12:02"),
    )
    task, other = new_id(), new_id()
    await write(connection, task, created, moved, shortened, dragged, ("update", _POSITION, "12:02"))
    await write(connection, other, created, ("update", '{"created_by": null}', "12:00"), ("update", "{}", "12:00"))
    await connection.execute(_FORGET)
    await migrate(url, "head")
    marked = await connection.fetch("SELECT entity_id, version FROM changes WHERE is_spread")
    assert [tuple(row) for row in marked] == [(task, 3)]
    await connection.close()
    await postgres.run(f"DROP DATABASE {name} WITH (FORCE)")

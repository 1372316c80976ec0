"""Two gateways on one system, and what each of them remembers."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from gateway.views.memory import EXTENSION, Memory
from tests.gateway.people import Person
from tests.system import System

_CHANGE = """
    INSERT INTO changes (room_id, kind, entity_id, op, version, after)
    SELECT room_id, 'task', id, 'update', version, '{}'
    FROM tasks
    WHERE id::text = $1
"""


@dataclass
class Two:
    """Two gateways on one system."""

    first: System
    second: System


def memory(system: System) -> Memory:
    found: Memory = system.apps["gateway"].extensions[EXTENSION]
    return found


async def until_remembered(person: Person, room: str) -> None:
    """Changes that come by the feed just now have a view forgotten that was read before them."""
    async with asyncio.timeout(20):
        while (UUID(room), True) not in memory(person.system)._views:
            await person.get(f"/v1/rooms/{room}")


async def commit_unanswered(two: Two, task: str, title: str) -> None:
    """As a service does that dies before it answers: the row and its change, and nothing after that."""
    connection = await asyncpg.connect(two.first.databases["tasks"])
    try:
        async with connection.transaction():
            await connection.execute("UPDATE tasks SET title = $2 WHERE id::text = $1", task, title)
            await connection.execute(_CHANGE, task)
    finally:
        await connection.close()


async def titles(person: Person, room: str) -> list[str]:
    view = await person.get(f"/v1/rooms/{room}")
    return [task["title"] for task in view["tasks"]["items"]]

"""Two gateways on one system, and what each of them remembers."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from gateway.views.memory import EXTENSION, Memory
from tests.gateway.people import Person
from tests.system import System


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


async def titles(person: Person, room: str) -> list[str]:
    view = await person.get(f"/v1/rooms/{room}")
    return [task["title"] for task in view["tasks"]["items"]]

"""A client that goes away stops the work that was done for it, over all hops; a write stays whole."""

import asyncio
import random
from contextlib import suppress
from uuid import UUID

import pytest

from tests.gateway.faulty import ENDLESS, away, serving
from tests.gateway.people import Person
from tests.postgres import connected
from tests.system import Reply, System


class Silent:
    """A service that never answers. `gone` is set when a request to it was given up by who sent it."""

    def __init__(self) -> None:
        self.asked, self.gone = asyncio.Event(), asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked.set()
        with suppress(ConnectionError):
            while await reader.read(65536):
                pass
        writer.close()
        self.gone.set()


async def leave(request: "asyncio.Task[Reply]") -> None:
    request.cancel()
    with suppress(asyncio.CancelledError):
        await request


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("path", ["/v1/rooms/{room}", "/v1/rooms/{room}/tasks"])
async def test_a_client_that_leaves_ends_the_calls_made_for_it(ada: Person, system: System, path: str) -> None:
    path, silent = path.format(room=await ada.room()), Silent()
    async with serving(silent) as port, away(system, "tasks", port, seconds=ENDLESS):
        request = asyncio.create_task(ada.call("GET", path))
        await asyncio.wait_for(silent.asked.wait(), 20)
        await leave(request)
        # The call itself would wait for far longer.
        await asyncio.wait_for(silent.gone.wait(), ENDLESS / 3)


async def test_one_who_leaves_does_not_end_what_others_wait_for(ada: Person, system: System) -> None:
    path, silent = f"/v1/rooms/{await ada.room()}", Silent()
    async with serving(silent) as port, away(system, "tasks", port, seconds=1.0):
        both = [asyncio.create_task(ada.call("GET", path)) for _ in range(2)]
        await asyncio.wait_for(silent.asked.wait(), 20)
        await leave(both[0])
        assert (await both[1]).json()["parts"]["tasks"] == "timeout"


_ROWS = "SELECT id FROM tasks WHERE room_id = $1"
_LINKS = """
    SELECT source_id
    FROM links
    WHERE relation = 'in_room' AND target_id = $1 AND claim IS NULL AND dropped_at IS NULL
"""


async def ids(url: str, statement: str, room: str) -> set[UUID]:
    async with connected(url) as connection:
        return {row[0] for row in await connection.fetch(statement, UUID(room))}


async def shown(person: Person, room: str) -> set[UUID]:
    return {UUID(each["id"]) for each in (await person.get(f"/v1/rooms/{room}/tasks?limit=200"))["items"]}


async def until_whole(person: Person, room: str) -> set[UUID]:
    """The tasks of a room when its writes have ended: what is there, referred to, and shown is the same."""
    databases = person.system.databases
    async with asyncio.timeout(20):
        while True:
            rows = await ids(databases["tasks"], _ROWS, room)
            if rows == await ids(databases["keys"], _LINKS, room) == await shown(person, room):
                return rows
            await asyncio.sleep(0.1)


async def test_a_write_whose_client_leaves_is_done_whole_or_not_at_all(ada: Person) -> None:
    """At any moment: a row has its references, and is seen by all; or there is neither."""
    room, seeded = await ada.room(), random.Random(11)

    async def post_and_leave(number: int) -> None:
        request = asyncio.create_task(ada.call("POST", f"/v1/rooms/{room}/tasks", json={"title": f"Task {number}"}))
        await asyncio.sleep(seeded.uniform(0, 0.06))
        await leave(request)

    for start in range(0, 40, 4):
        await asyncio.gather(*(post_and_leave(start + each) for each in range(4)))
    kept = await ada.make(f"/v1/rooms/{room}/tasks", title="The last")
    assert UUID(kept["id"]) in await until_whole(ada, room)

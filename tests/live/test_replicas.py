"""Two gateways and two of each service on one set of databases behave as one."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from tests.gateway.people import Person
from tests.live.following import following
from tests.system import SERVICES, System, run_replica, until_ready


@pytest.fixture(scope="module")
async def others(system: System) -> AsyncIterator[System]:
    """One more of each, which know each other alone."""
    async with AsyncExitStack() as stack:
        replica = system
        for name in SERVICES:
            replica = await stack.enter_async_context(run_replica(replica, name))
            replica.environ[f"TASKSYNC_{name.upper()}_URL"] = replica.url(name)
        yield await until_ready(replica)


async def test_a_write_through_one_appears_on_a_stream_of_the_other(ada: Person, ben: Person, others: System) -> None:
    room = await ada.room()
    there = ben.through(others)
    await ada.bring(ben, room, "editor")
    path = f"/v1/rooms/{room}/events"
    async with following(there, path) as over_there, following(ada, path) as here:
        task = await ada.make(f"/v1/rooms/{room}/tasks", title="Tea")
        assert (await over_there.until_change(kind="task"))["record"] == task
        await there.call("PATCH", f"/v1/tasks/{task['id']}", json={"title": "Green tea"})
        assert (await here.until_change(title="Green tea"))["actor"] == ben.id
        await here.until_change(kind="task")
        await ada.call("DELETE", f"/v1/rooms/{room}/members/{ben.id}")
        assert (await over_there.until_over())[-1] == "revoked"


async def test_a_cursor_of_one_is_good_at_the_other(ada: Person, others: System) -> None:
    room = await ada.room()
    there = ada.through(others)
    for one, other in ((ada, there), (there, ada)):
        cursor = (await one.call("POST", f"/v1/rooms/{room}/tasks", json={"title": "Tea"})).headers["TaskSync-Cursor"]
        async with following(other, f"/v1/rooms/{room}/events", after=cursor) as stream:
            await stream.until_change(title="Tea")
            last = await one.make(f"/v1/rooms/{room}/tasks", title="Cake")
            await stream.until_change(id=last["id"])
            cursor = stream.last_id
        await other.make(f"/v1/rooms/{room}/tasks", title="Milk")
        async with following(one, f"/v1/rooms/{room}/events", last_id=cursor) as stream:
            await stream.until_change(title="Milk")
            assert last["id"] not in {change["id"] for change in stream.changes}

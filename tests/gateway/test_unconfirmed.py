"""What only new nodes refer with shows before it is confirmed: whoever reads after an answer sees the write."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from keys.client import confirming, sweeper
from keys.client.keys import EXTENSION as KEYS
from keys.queries import stamps
from tests.gateway.people import GENEROUS, Person, sign_up
from tests.gateway.test_memory import Two, titles, until_remembered
from tests.postgres import Postgres
from tests.system import run_replica, run_system, until_ready

_ROUNDS = 5
_OPEN = "SELECT count(*) FROM claims WHERE owner = 'tasks'"


@pytest.fixture(scope="module")
async def two(postgres: Postgres) -> AsyncIterator[Two]:
    async with run_system(postgres, **GENEROUS) as first:
        await until_ready(first)
        async with run_replica(first, "gateway") as second:
            yield Two(first, await until_ready(second))


@pytest.fixture
async def person(two: Two) -> Person:
    return await sign_up(two.first)


@pytest.fixture
def unconfirmed(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """No confirmation comes to Keys by itself, nor anything by the feed to the second gateway."""

    async def lose(*_: object, **__: object) -> None:
        """As if the owner had died here."""

    monkeypatch.setattr(confirming.Confirmations, "_send", lose)
    monkeypatch.setattr(sweeper, "sweep", lose)
    monkeypatch.setattr(two.second.apps["gateway"].extensions["tasksync.hub"], "on_change", lambda _: None)


async def open_claims(two: Two) -> int:
    connection = await asyncpg.connect(two.first.databases["keys"])
    try:
        return int(await connection.fetchval(_OPEN))
    finally:
        await connection.close()


async def stale_reads(two: Two, person: Person) -> int:
    """How often a new task is not in the view that another gateway is asked for next, which remembers one."""
    stale = 0
    for number in range(_ROUNDS):
        room = await person.room()
        reader = person.through(two.second)
        await until_remembered(reader, room)
        await person.make(f"/v1/rooms/{room}/tasks", title=str(number))
        stale += await titles(reader, room) != [str(number)]
    assert await open_claims(two) >= _ROUNDS
    return stale


@pytest.mark.usefixtures("unconfirmed")
async def test_who_reads_before_the_confirmation_sees_the_write(two: Two, person: Person) -> None:
    assert await stale_reads(two, person) == 0


@pytest.mark.usefixtures("unconfirmed")
async def test_without_the_mark_of_the_room_it_is_not_seen(
    two: Two, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = stamps._WRITING.format(of="asked.room_id")
    assert mark in stamps._STANDINGS
    monkeypatch.setattr(stamps, "_STANDINGS", stamps._STANDINGS.replace(mark, "SELECT NULL"))
    assert await stale_reads(two, person) > 0


@pytest.mark.usefixtures("unconfirmed")
async def test_a_view_of_before_the_write_holds_no_more_when_a_sweeper_has_confirmed_it(
    two: Two, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, reader = await person.room(), person.through(two.second)
    await until_remembered(reader, room)
    await person.make(f"/v1/rooms/{room}/tasks", title="new")
    monkeypatch.undo()
    keys = two.first.apps["tasks"].extensions[KEYS]
    monkeypatch.setattr(two.second.apps["gateway"].extensions["tasksync.hub"], "on_change", lambda _: None)
    await keys.catch_up()
    assert await open_claims(two) == 0
    assert await titles(reader, room) == ["new"]


@pytest.mark.usefixtures("unconfirmed")
async def test_what_was_made_can_be_used_at_once(two: Two, person: Person) -> None:
    other = await sign_up(two.first, "Ben")
    room = await person.room()
    await person.bring(other, room, "contributor")
    reader = person.through(two.second)
    task = (await person.make(f"/v1/rooms/{room}/tasks", title="new", assignees=[other.id]))["id"]
    said = (await person.make(f"/v1/tasks/{task}/comments", body="said"))["id"]
    view = await reader.get(f"/v1/tasks/{task}")
    assert (view["task"]["title"], view["comments"]["items"][0]["body"]) == ("new", "said")
    assert [each["id"] for each in view["assignees"]] == [other.id]
    # The right of who has it assigned, and of who wrote it.
    assert (await other.call("POST", f"/v1/tasks/{task}/move", json={"status": "doing"})).status == 200
    assert (await person.call("PATCH", f"/v1/comments/{said}", json={"body": "else"})).status == 200
    assert (await person.call("DELETE", f"/v1/tasks/{task}/assignees/{other.id}")).json()["assignees"] == []
    assert (await person.call("PUT", f"/v1/tasks/{task}/assignees/{person.id}")).status == 200
    assert (await other.call("POST", f"/v1/tasks/{task}/move", json={"status": "done"})).status == 403
    assert (await person.call("DELETE", f"/v1/comments/{said}")).status == 204
    assert (await person.call("DELETE", f"/v1/tasks/{task}")).status == 204
    assert await open_claims(two) >= 2


@pytest.mark.usefixtures("unconfirmed")
async def test_an_account_can_be_deleted_at_once(two: Two, person: Person) -> None:
    assert (await person.call("DELETE", "/v1/me", json={"password": "seven green kettles"})).status == 204
    assert (await person.call("GET", "/v1/me")).status == 401

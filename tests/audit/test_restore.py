"""Databases that are restored to different times are made to agree again, and clients of those are told."""

import asyncio
from collections.abc import AsyncIterator
from itertools import chain, combinations
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest

from audit.__main__ import run
from tests.audit.house import House
from tests.postgres import Postgres, connected
from tests.standing import Standing, copies
from tests.system import Reply, System, run_system

SERVICES = ("users", "rooms", "tasks", "keys")
MIXES = list(chain.from_iterable(combinations(SERVICES, size) for size in range(1, len(SERVICES) + 1)))
# Longer than a cascade takes from Keys to the rows, several systems being at it.
_PATIENCE = 2.0
_AT_ONCE = asyncio.Semaphore(5)


class History(NamedTuple):
    """The databases as they were left, and a backup of all of them from before the last writes.

    Of each row, the databases that know of it as they were left, and not as they were backed up: none of what stood
    in both; of what came later, in a room that somebody of before was brought into, not that of its owner's account.
    """

    databases: dict[str, str]
    backup: Path
    rows: dict[UUID, frozenset[str]]


class Outcome(NamedTuple):
    """Whether the audit found anything, its exit code when it has repaired that, and what is left of the history."""

    found: bool
    code: int
    left: frozenset[UUID]


async def write_more(house: House) -> dict[UUID, frozenset[str]]:
    """What a backup from before knows nothing of: people, rooms, tasks that came, and what went."""
    other = House(house.system)
    await other.build()
    await other.bring_in(house.user, "editor")
    shared = await house.post("tasks", f"/v1/rooms/{other.room}/tasks", {"title": "By who was here before"})
    path = f"/v1/rooms/{house.room}"
    task = await house.post("tasks", f"{path}/tasks", {"title": "Later", "assignees": [str(house.user)]})
    await house.post("tasks", f"/v1/tasks/{task['id']}/comments", {"body": "Later"})
    second = await house.post("rooms", "/v1/rooms", {"name": "A room that goes"})
    await house.post("tasks", f"/v1/rooms/{second['id']}/tasks", {"title": "It goes with its room"})
    for service, gone in [("rooms", f"/v1/rooms/{second['id']}"), ("tasks", f"/v1/comments/{house.comment}")]:
        reply = await house.system.call(service, "DELETE", gone, user=house.user)
        assert reply.status == 204, reply.body
    places = frozenset({"rooms", "keys"})
    return {other.room: places, **dict.fromkeys((other.task, UUID(shared["id"])), places | {"tasks"})}


async def feed(system: System, service: str, after: str | None = None) -> Reply:
    """A page of the changes of `service`, as the gateway reads it, when it knows whose history it has."""
    async with asyncio.timeout(30):
        while True:
            params = {"after": after} if after else {}
            reply = await system.call(service, "GET", "/internal/feed", params=params)
            if reply.status != 503:
                return reply
            await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
async def history(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[History]:
    folder = tmp_path_factory.mktemp("backups")
    templates = {service: await postgres.template(service) for service in SERVICES}
    async with copies(postgres, templates) as names:
        standing = Standing(names, postgres)
        async with run_system(standing, *SERVICES) as system:
            house = House(system)
            await house.build()
            backup = await standing.script("deploy/backup.sh", str(folder))
            later = await write_more(house)
            assert await run(standing.urls, repair=False, patience=5) == 0
        rows = dict.fromkeys((house.room, house.task), frozenset[str]()) | later
        yield History(names, Path(backup.strip()), rows)


async def outcome(postgres: Postgres, history: History, restored: tuple[str, ...]) -> Outcome:
    """What the audit makes of it when these were restored."""
    async with _AT_ONCE, copies(postgres, history.databases) as names:
        standing = Standing(names, postgres)
        await standing.script("deploy/restore.sh", str(history.backup), *restored)
        async with run_system(standing, *SERVICES):
            found = await run(standing.urls, repair=False, patience=_PATIENCE)
            await run(standing.urls, repair=True, patience=_PATIENCE)
            code = await run(standing.urls, repair=False, patience=_PATIENCE)
            left = await rows_of(standing)
        return Outcome(found != 0, code, left & history.rows.keys())


async def rows_of(standing: Standing) -> frozenset[UUID]:
    """The rooms and tasks that are there."""
    found: set[UUID] = set()
    for service in ("rooms", "tasks"):
        async with connected(standing.urls[service]) as connection:
            found |= {row["id"] for row in await connection.fetch(f"SELECT id FROM {service}")}
    return frozenset(found)


def expected(history: History, restored: tuple[str, ...]) -> Outcome:
    """What came later goes where it is restored away, and not with the account of who owned its room."""
    left = frozenset(row for row, databases in history.rows.items() if databases.isdisjoint(restored))
    return Outcome(len(restored) < len(SERVICES), 0, left)


async def test_any_mix_of_times_is_made_to_agree_and_keeps_what_it_can(postgres: Postgres, history: History) -> None:
    results = await asyncio.gather(*(outcome(postgres, history, mix) for mix in MIXES))
    expectations = [expected(history, mix) for mix in MIXES]
    assert dict(zip(MIXES, results, strict=True)) == dict(zip(MIXES, expectations, strict=True))


async def test_who_read_the_changes_of_a_restored_database_has_to_load_anew(
    postgres: Postgres, history: History
) -> None:
    async with copies(postgres, history.databases) as names:
        standing = Standing(names, postgres)
        async with run_system(standing, *SERVICES) as system:
            seen = {service: (await feed(system, service)).json()["position"] for service in SERVICES}
        await standing.script("deploy/restore.sh", str(history.backup), "rooms")
        async with run_system(standing, *SERVICES) as system:
            answers = {service: await feed(system, service, seen[service]) for service in SERVICES}
    assert {service: answer.status for service, answer in answers.items()} == {
        "users": 200,
        "rooms": 410,
        "tasks": 200,
        "keys": 200,
    }
    assert answers["rooms"].json()["code"] == "resync"

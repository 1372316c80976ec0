"""A database that the release before has filled is migrated, and its services are replaced, while people work.

The release before is code of its own, in processes of its own: what `make release` has kept of it.
"""

import asyncio
import random
import re
import time
import tomllib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import aiohttp
import asyncpg

from audit.__main__ import run
from launch.settings import ROOT
from tests.faults.fleet import GATEWAYS, Fleet
from tests.faults.peace import settle, violations
from tests.faults.test_followers import missed
from tests.faults.test_random import compare
from tests.faults.wires import Switchboard
from tests.faults.workload import add_writer
from tests.postgres import Postgres
from tests.upgrades.colleagues import Change, Colleague, Reader, Watched, Witness
from tests.upgrades.databases import migrate_further
from tests.upgrades.replicas import previous
from tests.upgrades.rollout import ORDER, Rollout, deployed
from tests.upgrades.team import Team, assemble

_SECONDS, _PHASE_SECONDS = 400.0, 100.0
_WRITERS = 3
# Of some thousands of requests: what may be answered with a 5xx. Such a request is sent again, and so is one whose
# connection ends with its process before an answer came.
_HANDFUL = 5
_BROKEN = 10
# Changes in one room.
_LEAST = 50
# Refusals that come of what the colleagues do to each other's tasks and members.
_REFUSED = {"404 not_found", "409 already_member", "422 not_a_member", "409 conflict"}
_CHANGES = "SELECT kind, entity_id, op, version FROM changes WHERE room_id = $1"


@dataclass
class Work:
    """All that goes on, and what stops it."""

    rollout: Rollout
    system: Watched
    fleet: Fleet
    writers: list[Colleague]
    witness: Witness
    reader: Reader
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def acknowledged(self) -> int:
        return sum(writer.acknowledged for writer in self.writers)

    async def goes_on(self, writes: int) -> None:
        """Until so many more were acknowledged, and all services have spoken with the other version that can."""
        goal, deadline = self.acknowledged + writes, time.monotonic() + _PHASE_SECONDS
        while self.acknowledged < goal or self.rollout.untried():
            assert time.monotonic() < deadline, (goal - self.acknowledged, self.rollout.untried(), self.system.told)
            await asyncio.sleep(0.01)

    async def changes(self) -> set[Change]:
        """All that the log of tasks has of the witness's room."""
        rows = await self.fleet.fetch("tasks", _CHANGES, UUID(self.witness.room))
        return {(row["kind"], str(row["entity_id"]), row["op"], row["version"]) for row in rows}


@asynccontextmanager
async def watched(rollout: Rollout) -> AsyncIterator[tuple[Watched, Fleet]]:
    """The system as people reach it: by kept connections, or by a new one for each request; and as others know it."""
    async with AsyncExitStack() as stack:
        system = Watched({}, dict.fromkeys(GATEWAYS, rollout.entrance.port), rollout.urls)
        system.session = await stack.enter_async_context(aiohttp.ClientSession())
        # It would send some requests again by itself.
        system.session._retry_connection = False
        fleet = Fleet(system, {}, Switchboard())
        for name, url in rollout.urls.items():
            fleet.databases[name] = await asyncpg.connect(url)
            stack.push_async_callback(fleet.databases[name].close)
        yield system, fleet


@asynccontextmanager
async def working(rollout: Rollout, system: Watched, fleet: Fleet, team: Team) -> AsyncIterator[Work]:
    writers = [Colleague(**vars(await add_writer(fleet, number))) for number in range(_WRITERS)]
    witness = Witness(fleet, random.Random(0), writers[0].owner, writers[0].room)
    work = Work(rollout, system, fleet, writers, witness, Reader(system, team.token, team.rooms[0]))
    async with asyncio.TaskGroup() as group:
        following = group.create_task(witness.follow())
        while not witness.boards:
            await asyncio.sleep(0.01)
        at_work = [group.create_task(each.write_until(work.stop)) for each in writers]
        at_work.append(group.create_task(work.reader.read_until(work.stop)))
        yield work
        work.stop.set()
        await asyncio.wait(at_work)
        assert not await missed([witness])
        following.cancel()


async def roll(work: Work) -> None:
    """Migrates, puts the services of now beside the old ones, and takes these away, while the work goes on."""
    await work.goes_on(40)
    work.system.phase = "migrating"
    await migrate_further(work.rollout.urls)
    await work.goes_on(20)
    work.system.phase = "starting"
    await work.rollout.add_new()
    work.system.phase = "mixed"
    await work.goes_on(100)
    for name in ORDER:
        work.system.phase = f"without the old {name}"
        await work.rollout.retire_old(name)
        await work.goes_on(20)
    work.system.phase = "new"
    await work.goes_on(40)


async def test_the_release_before_is_replaced_while_it_serves(postgres: Postgres) -> None:
    async with asyncio.timeout(_SECONDS), deployed(postgres) as rollout, watched(rollout) as (system, fleet):
        assert await version_of(system) == rollout.old.version
        team = await assemble(system)
        async with working(rollout, system, fleet, team) as work:
            await roll(work)
        show(work)
        assert await version_of(system) == version()
        await settle(fleet)
        wrong = [line for each in work.writers for line in (*await compare(fleet, each), *await each.different())]
        assert (wrong, [each.unanswered for each in work.writers]) == ([], [[]] * _WRITERS)
        made = await work.changes()
        assert (len(made) > _LEAST, made - work.witness.heard) == (True, set())
        assert (work.witness.counts["resync"], work.witness.counts["loads"]) == (0, 1)
        assert work.witness.counts["connections"] > 0
        await team.assert_there()
        await team.go_on()
        assert (await violations(fleet), await run(rollout.urls, repair=False)) == ([], 0)
        assert_good_ends(work)


def assert_good_ends(work: Work) -> None:
    assert work.system.count("5") <= _HANDFUL, work.system.told
    assert work.system.count("broken") <= _BROKEN, work.system.told
    assert {end for _, end in work.system.ends if end.startswith("4")} <= _REFUSED
    assert work.reader.wrong == []
    assert [line for replica in work.rollout.started for line in replica.errors()] == []


def show(work: Work) -> None:
    print(f"{work.acknowledged} writes acknowledged, {work.reader.reads} reads, slowest {work.system.slowest:.2f} s")
    print(f"{len(work.witness.heard)} changes heard, {work.witness.counts['connections']} resumes")
    print(*(f"{phase:24} {end:24} {count}" for (phase, end), count in work.system.ends.items()), sep="\n")
    print(*work.system.told, sep="\n")
    for (caller, near, far), way in work.rollout.calls.items():
        print(f"{near} {caller} to {far}: {dict(way.used)}")


async def version_of(system: Watched) -> str:
    found: str = (await system.request("gateway", "GET", "/openapi.json")).json()["info"]["version"]
    return found


def version() -> str:
    found: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    return found


def test_the_kept_release_is_the_one_before_this_version() -> None:
    released = re.findall(r"^## \[(\d\S*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    with previous() as kept:
        assert kept.version == next(each for each in released if each != version())

"""Two replicas of each service under Docker Swarm: an update of all of them under load, and the death of replicas."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.compose.conftest import free_port
from tests.compose.engine import Compose, beside, docker
from tests.compose.job import Work, begin, until
from tests.compose.load import Load, under_load
from tests.compose.swarm import SERVICES, STACK, Swarm, swarming

# Of some hundreds of requests during an update of all ten replicas: what may be answered with a 5xx, or not at all.
HANDFUL = 5


@pytest.fixture(scope="module")
async def swarm(secrets: Path) -> AsyncIterator[Swarm]:
    images = Compose("tasksync-test", 0, secrets)
    await images("build", *SERVICES, seconds=900)
    for service in SERVICES:
        await docker("tag", f"tasksync/{service}:0.2.0", f"tasksync/{service}:next")
    async with swarming(free_port(), secrets) as swarm:
        yield swarm


@pytest.fixture(scope="module")
async def work(swarm: Swarm, http: aiohttp.ClientSession) -> Work:
    async def is_open() -> bool:
        async with http.get(f"{swarm.base}/readyz") as answer:
            return answer.status == 200

    await until(is_open, 120)
    begun: list[Work] = []

    async def has_begun() -> bool:
        begun.append(await begin(http, swarm.base))
        return True

    await until(has_begun, 120)
    return begun[0]


async def test_an_update_of_all_services_under_load_loses_no_acknowledged_write(swarm: Swarm, work: Work) -> None:
    async with under_load(work) as load:
        await until(lambda: _reaches(load.acknowledged, 20))
        await swarm.migrate()
        await swarm.roll("next")
        await swarm.until_running("next")
        done = len(load.acknowledged)
        await until(lambda: _reaches(load.acknowledged, done + 20))
    await assert_nothing_lost(load)
    assert sum(load.wrong.values()) <= HANDFUL, load.wrong


async def test_the_death_of_a_replica_of_each_service_loses_no_acknowledged_write(swarm: Swarm, work: Work) -> None:
    async with under_load(work) as load:
        for service in SERVICES:
            before = await swarm.replicas(service)
            found = await docker("ps", "-q", "--filter", f"label=com.docker.swarm.service.name={STACK}_{service}")
            process = await docker("inspect", "-f", "{{.State.Pid}}", found.split()[0])
            assert (await beside("sh", "-c", f"kill -9 {process}", options=("--pid=host",)))[0] == 0
            await until(lambda service=service, before=before: _replaced(swarm, service, before), 120)  # type: ignore[misc]
    await assert_nothing_lost(load)


async def assert_nothing_lost(load: Load) -> None:
    """What was acknowledged is there, and once."""
    stored = await load.stored()
    print(f"{len(load.acknowledged)} writes, {load.reads} reads, slowest {load.slowest:.2f} s, wrong: {load.wrong}")
    assert set(load.acknowledged) <= set(stored)
    assert len(stored) == len(set(stored))


async def _replaced(swarm: Swarm, service: str, before: dict[str, str]) -> bool:
    now = await swarm.replicas(service)
    return len(now) == 2 and set(now) != set(before)


async def _reaches(acknowledged: list[str], goal: int) -> bool:
    return len(acknowledged) >= goal

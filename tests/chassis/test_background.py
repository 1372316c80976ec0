"""A periodic job never ends before its service, and never after it."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import suppress

import pytest
import structlog
from structlog.testing import capture_logs

from chassis.background import beside, periodically
from chassis.peers import ShutOut, TimedOut

TICK = 0.005


async def until(*events: asyncio.Event) -> None:
    async with asyncio.timeout(20):
        for event in events:
            await event.wait()


async def test_a_job_runs_again_and_again() -> None:
    thrice, runs = asyncio.Event(), 0

    async def job() -> None:
        nonlocal runs
        runs += 1
        if runs == 3:
            thrice.set()

    async with periodically("job", TICK, job)():
        await until(thrice)


@pytest.fixture
def every_level() -> Iterator[None]:
    """Whatever level the service of an earlier test has set."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.NOTSET))
    yield
    structlog.configure(**before)


@pytest.mark.usefixtures("every_level")
async def test_a_run_that_fails_is_logged_once_and_the_next_one_comes() -> None:
    healed, runs = asyncio.Event(), 0

    async def job() -> None:
        nonlocal runs
        runs += 1
        if runs <= 5:
            raise ValueError("down" if runs < 4 else "odd")
        if runs == 7:
            healed.set()

    with capture_logs() as logs:
        async with periodically("job", TICK, job)():
            await until(healed)
    told = [(line["event"], str(line.get("exc_info", ""))) for line in logs]
    assert told == [("job.failed", "down"), ("job.failed", "odd"), ("job.recovered", "")]


@pytest.mark.usefixtures("every_level")
async def test_a_peer_that_is_away_is_told_of_once_however_it_fails() -> None:
    """What is asked again and again times out, and is then not asked for a moment, in turns."""
    healed, runs = asyncio.Event(), 0

    async def job() -> None:
        nonlocal runs
        runs += 1
        if runs <= 6:
            raise ShutOut("users") if runs % 2 else TimedOut("users", "took too long", sent=True)
        if runs == 8:
            healed.set()

    with capture_logs() as logs:
        async with periodically("job", TICK, job)():
            await until(healed)
    assert [line["event"] for line in logs] == ["job.waits", "job.recovered"]


async def test_a_run_under_way_ends_with_the_service() -> None:
    started, cancelled = asyncio.Event(), asyncio.Event()

    async def job() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async with periodically("job", TICK, job)():
        await until(started)
    assert cancelled.is_set()


async def test_a_job_that_is_woken_does_not_wait_for_its_time() -> None:
    ran, wake = asyncio.Event(), asyncio.Event()

    async def job() -> None:
        ran.set()

    async with periodically("job", 3600, job, wake)():
        for _ in range(2):
            wake.set()
            await until(ran)
            ran.clear()


async def test_replicas_do_not_start_at_the_same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    asleep = asyncio.Event()

    async def wait(_wake: asyncio.Event, seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 8:
            asleep.set()
        await asyncio.Event().wait()

    async def job() -> None: ...

    monkeypatch.setattr("chassis.background._wait", wait)
    lifespans = [periodically("job", 60, job)() for _ in range(8)]
    for lifespan in lifespans:
        await lifespan.__aenter__()
    await until(asleep)
    for lifespan in lifespans:
        await lifespan.__aexit__(None, None, None)
    assert len(set(waits)) == 8
    assert all(0 <= wait <= 60 for wait in waits)


@pytest.mark.usefixtures("every_level")
async def test_work_that_ends_before_its_service_is_told_of_at_once() -> None:
    async def work() -> None:
        raise ValueError("odd")

    with capture_logs() as logs, suppress(ValueError):
        async with beside(work(), "feed.bell"):
            async with asyncio.timeout(20):
                while not logs:
                    await asyncio.sleep(0)
    assert [(line["event"], line["job"]) for line in logs] == [("job.ended", "feed.bell")]

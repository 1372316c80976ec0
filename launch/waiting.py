"""Waiting for what has been started: under a deadline, with a word now and then, and not for what keeps ending."""

import asyncio
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import aiohttp
import psutil

from launch.postgres import Postgres
from launch.programs import MANY, Kept
from launch.screen import LaunchError, progress, tail
from launch.settings import SERVICES, Settings

_READY_SECONDS = 120.0
# PostgreSQL after a crash first reads its log; on a large database that takes its time.
_POSTGRES_SECONDS = 300.0
_REMIND_SECONDS = 5.0


async def until_ready(settings: Settings, kept: Mapping[str, Kept]) -> None:
    """Until `/readyz` of each service says so. Raises LaunchError at the deadline, or if one keeps ending."""
    awaited, waiting = set(SERVICES), Waiting(_READY_SECONDS)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
        while awaited:
            names = sorted(awaited)
            answers = await asyncio.gather(*(_is_ready(session, settings.url(name)) for name in names))
            ready = [name for name, answer in zip(names, answers, strict=True) if answer]
            awaited -= {name for name in ready if _listens(kept[name].pid, settings.url(name))}
            for name in awaited:
                check_runs(kept[name], f"{name} does not start")
            if awaited:
                await waiting.pause(", ".join(sorted(awaited)))


async def until_postgres_answers(postgres: Postgres, kept: Kept) -> None:
    """Raises LaunchError at the deadline, or if it keeps ending."""
    waiting = Waiting(_POSTGRES_SECONDS)
    while not await postgres.answers():
        check_runs(kept, f"PostgreSQL does not start on the database in {kept.program.folder}")
        await waiting.pause("PostgreSQL")


async def _is_ready(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(f"{url}/readyz") as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


def _listens(pid: int | None, url: str) -> bool:
    """Whether it is this process that answers: two launchers that begin at the same time both find the ports free."""
    try:
        sockets = [] if pid is None else psutil.Process(pid).net_connections("tcp4")
    except psutil.NoSuchProcess:
        return False
    except (OSError, psutil.Error):
        # Not every machine tells it.
        return True
    return any(each.status == psutil.CONN_LISTEN and each.laddr.port == urlsplit(url).port for each in sockets)


def check_runs(kept: Kept, sentence: str) -> None:
    """While starting: a program that ends again and again is not waited for."""
    if kept.ends >= MANY:
        log = kept.program.log
        raise LaunchError(f"{sentence}. {log} ends so:{tail(log)}")


class Waiting:
    """Waits in small steps, tells now and then for whom, and ends at a deadline."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._since = seconds, time.monotonic()
        self._told = self._since

    async def pause(self, whom: str) -> None:
        """Raises LaunchError at the deadline."""
        now = time.monotonic()
        if now - self._since > self._seconds:
            raise LaunchError(f"Still waiting for {whom} after {self._seconds:.0f} s; the logs tell more.")
        if now - self._told > _REMIND_SECONDS:
            progress(f"waiting for {whom}")
            self._told = now
        await asyncio.sleep(0.1)

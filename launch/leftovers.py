"""Ends what a launcher left running that was killed itself.

On Linux the kernel ends its programs with it, and this only waits for them; elsewhere it is what ends them.
"""

import asyncio
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from launch.folder import DataFolder
from launch.screen import progress
from launch.settings import SERVICES

_SECONDS = 10.0
# A process that started later than its file was written has only got the number of one that is gone.
_SLACK_SECONDS = 1.0


async def end_leftovers(folder: DataFolder) -> None:
    """Ends the services, then PostgreSQL, of an earlier launcher of this folder."""
    services = [found for name in SERVICES if (found := find(folder.pid_file(name), ["chassis", name]))]
    await _end(services, signal.SIGTERM)
    postmaster = folder.postgres / "postmaster.pid"
    server = find(postmaster, ["-D", str(folder.postgres)])
    if server:
        await _end([server], signal.SIGINT)
    else:
        # Their number may be another program's by now, and PostgreSQL would take that for its own server.
        for lock in (postmaster, *folder.postgres.glob(".s.PGSQL.*.lock")):
            lock.unlink(missing_ok=True)
    for file in _stale(folder):
        file.unlink(missing_ok=True)


def find(file: Path, words: list[str]) -> psutil.Process | None:
    """The process that `file` names, if it still runs and is the one meant: `words` stand in its command line."""
    with suppress(OSError, ValueError, psutil.Error):
        process = psutil.Process(int(file.read_text().split("\n", 1)[0]))
        is_meant = all(word in process.cmdline() for word in words)
        if is_meant and process.create_time() <= file.stat().st_mtime + _SLACK_SECONDS:
            return process
    return None


def _stale(folder: DataFolder) -> Iterator[Path]:
    return (folder.pid_file(name) for name in (*SERVICES, "postgres"))


async def _end(processes: list[psutil.Process], ending: signal.Signals) -> None:
    if processes:
        progress(f"ending {len(processes)} left over from a launcher that was killed")
    for number in (ending, signal.SIGKILL):
        for process in processes:
            with suppress(psutil.Error):
                process.send_signal(number)
        if await _are_gone(processes):
            return


async def _are_gone(processes: list[psutil.Process]) -> bool:
    """Waits for the end of all, and returns False if it does not come in time."""
    deadline = time.monotonic() + _SECONDS
    while any(_runs(process) for process in processes):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.05)
    return True


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False

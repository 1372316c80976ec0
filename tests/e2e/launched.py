"""A whole system as a person starts it: `python -m launch up`, in processes of its own."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from launch.settings import ROOT, SERVICES
from tests.launch.ports import free_ports

PROGRAMS = (*SERVICES, "postgres")


@dataclass
class Launched:
    """A data folder and ports for a launcher, which `start` starts. `output` is what its terminal shows."""

    data: Path
    port: int = field(default_factory=free_ports)
    output: str = ""
    process: Process | None = None

    @property
    def base(self) -> str:
        """The URL of the gateway."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> int | None:
        """Starts it, and returns when all are ready; or its exit status, if it ended instead."""
        self.output = ""
        environ = {**os.environ, "TASKSYNC_DATA": str(self.data), "TASKSYNC_PORT": str(self.port)}
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "launch", "up", cwd=ROOT, env=environ, stdout=PIPE, stderr=STDOUT
        )
        async with asyncio.timeout(90):
            while line := await self._line():
                if line.startswith("Ctrl-C"):
                    return None
            return await self.process.wait()

    async def end(self, number: signal.Signals) -> int:
        """Sends the signal, reads what is still shown, and returns the exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        async with asyncio.timeout(30):
            while await self._line():
                pass
            return await self.process.wait()

    def pid(self, name: str) -> int:
        """The process id that the launcher wrote for `name`; 0 if there is none."""
        file = self.data / "run" / f"{name}.pid"
        return int(file.read_text()) if file.exists() else 0

    def pids(self) -> dict[str, int]:
        return {name: self.pid(name) for name in PROGRAMS}

    async def _line(self) -> str:
        assert self.process is not None
        assert self.process.stdout is not None
        line = (await self.process.stdout.readline()).decode()
        self.output += line
        return line


def running(pids: dict[str, int]) -> set[str]:
    """Which of them still run."""
    return {name for name, pid in pids.items() if psutil.pid_exists(pid) and not _is_zombie(pid)}


def _is_zombie(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


@asynccontextmanager
async def launched(data: Path) -> AsyncIterator[Launched]:
    """A system that is started, and ended at last however the test ends."""
    system = Launched(data)
    try:
        assert await system.start() is None, system.output
        yield system
    finally:
        if system.process is not None and system.process.returncode is None:
            pids = system.pids()
            await system.end(signal.SIGTERM)
            assert running(pids) == set()

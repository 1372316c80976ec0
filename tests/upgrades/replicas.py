"""One process of a service, of the code in a folder: of the release before, or of now."""

import asyncio
import signal
import subprocess
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import msgspec

from launch.programs import Program, spawn
from launch.settings import ROOT

_RELEASES = Path(__file__).parent / "releases"
# What `shutdown_seconds` allows, what the end itself takes, and what a busy machine adds.
_STOP_SECONDS = 60.0


@dataclass(frozen=True)
class Code:
    """The code in `folder`; `version` is its number, or `present` for the one at hand."""

    version: str
    folder: Path


@contextmanager
def previous() -> Iterator[Code]:
    """The release before this version, as `make release` has kept it."""
    (archive,) = _RELEASES.glob("*.tar.gz")
    with tempfile.TemporaryDirectory(prefix="tasksync-test-") as folder:
        subprocess.run(["tar", "-xzf", archive, "-C", folder], check=True)
        yield Code(archive.name.removesuffix(".tar.gz"), Path(folder))


PRESENT = Code("present", ROOT)


@dataclass
class Replica:
    """A process that serves `name` at the Unix socket `address`. `environ` is all of its environment but the bind."""

    name: str
    code: Code
    environ: dict[str, str]
    folder: Path
    _process: Process | None = field(default=None, init=False)

    @property
    def version(self) -> str:
        return self.code.version

    @property
    def address(self) -> Path:
        return self.folder / f"{self.name}-{self.version}.sock"

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}-{self.version}.log"

    async def start(self) -> None:
        """Starts it, and does not wait."""
        bind = {f"TASKSYNC_{self.name.upper()}_BIND": f"unix:{self.address}"}
        self._process = await spawn(
            Program(
                name=self.name,
                command=[sys.executable, "-m", "chassis", self.name],
                environ={**self.environ, **bind},
                folder=self.code.folder,
                log=self.log,
                pid_file=self.log.with_suffix(".pid"),
            )
        )

    async def until_ready(self) -> None:
        connector = aiohttp.UnixConnector(str(self.address))
        async with aiohttp.ClientSession("http://replica", connector=connector) as session:
            while not await self._is_ready(session):
                assert self.runs, self.log.read_text()
                await asyncio.sleep(0.03)

    async def _is_ready(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get("/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def stop(self) -> int:
        """Its exit status, after a SIGTERM."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(_STOP_SECONDS):
            return await self._process.wait()

    async def kill(self) -> None:
        if self._process is not None and self.runs:
            self._process.kill()
            await self._process.wait()

    def errors(self) -> list[str]:
        """The lines of its log that report a fault, and those that are no lines of a log."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in lines if not line.startswith("{") or _level(line) in {"error", "critical"}]


def _level(line: str) -> str:
    level: str = msgspec.json.decode(line)["level"]
    return level

"""Services as processes of their own, which can be killed."""

import asyncio
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.forks import fork

_START_SECONDS = 60.0


@dataclass
class Program:
    """The service `name`, listening at the Unix socket `address` while it runs. `kills` counts its `kill -9`."""

    name: str
    environ: dict[str, str]
    folder: Path
    kills: int = 0
    _process: ForkServerProcess | None = field(default=None, init=False)

    @property
    def address(self) -> Path:
        return self.folder / f"{self.name}.sock"

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.is_alive()

    async def start(self) -> None:
        """Returns when it serves."""
        await self.spawn()
        async with asyncio.timeout(_START_SECONDS):
            while not await self._serves():
                assert self.runs, self.log.read_text()
                await asyncio.sleep(0.005)

    async def spawn(self) -> None:
        """Starts it, and does not wait."""
        self.address.unlink(missing_ok=True)
        environ = {**self.environ, f"TASKSYNC_{self.name.upper()}_BIND": f"unix:{self.address}"}
        self._process = await asyncio.to_thread(fork, self.name, environ, self.log)

    async def _serves(self) -> bool:
        try:
            _, writer = await asyncio.open_unix_connection(self.address)
        except OSError:
            return False
        writer.close()
        return True

    def kill(self) -> None:
        """`kill -9`: it does nothing more from here on."""
        if self.runs and self._process is not None:
            self._process.kill()
            self._process.join()
            self.kills += 1

    async def restart(self) -> None:
        self.kill()
        await self.start()

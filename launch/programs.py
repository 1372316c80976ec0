"""A program that is kept running: started again whenever it ends, until it is told to stop."""

import asyncio
import ctypes
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from launch.folder import write_whole
from launch.screen import progress, tail

# A program that ran for so long had started well.
_STEADY_SECONDS = 10.0
_LONGEST_PAUSE = 30.0
# At so many ends in a row, each soon after its start, the person is told why.
MANY = 3


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """What to run. `user` is the system user to run it as, None for the launcher's own; `ending` asks it to end."""

    name: str
    command: list[str]
    environ: dict[str, str]
    folder: Path
    log: Path
    pid_file: Path
    user: str | None = None
    ending: signal.Signals = signal.SIGTERM


async def spawn(program: Program) -> Process:
    """Starts it once, in a session of its own, so that a Ctrl-C in the terminal reaches the launcher alone."""
    with program.log.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *program.command,
            stdin=DEVNULL,
            stdout=log,
            stderr=STDOUT,
            env=program.environ,
            cwd=program.folder,
            start_new_session=True,
            user=program.user,
            extra_groups=None if program.user is None else [],
            preexec_fn=_tether(program.ending),
        )
    _write_number(program.pid_file, process.pid)
    return process


def _write_number(file: Path, number: int) -> None:
    """On a full disk that fails: who was started is kept all the same, or it would hold its port for ever."""
    try:
        write_whole(file, f"{number}\n")
    except OSError:
        with suppress(OSError):
            file.unlink(missing_ok=True)


async def run_to_end(program: Program) -> int:
    """Runs it once, and returns its exit status. It ends with the task that waits for it."""
    process = await spawn(program)
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        program.pid_file.unlink(missing_ok=True)


def _tether(ending: signal.Signals) -> Callable[[], None] | None:
    """On Linux, what makes the kernel send `ending` to the child when the launcher dies, even of a SIGKILL."""
    if sys.platform != "linux":
        return None
    set_by_prctl = ctypes.CDLL(None).prctl
    launcher, parent_death_signal = os.getpid(), 1

    def in_child() -> None:
        set_by_prctl(parent_death_signal, int(ending), 0, 0, 0)
        if os.getppid() != launcher:
            os.kill(os.getpid(), ending)

    return in_child


class Kept:
    """A running program. `ends` counts those in a row that came soon after a start; while `quiet`, none is told."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.ends = 0
        self.quiet = True
        self._process: Process | None = None
        self._stop = asyncio.Event()
        self.task = asyncio.create_task(self._keep(), name=program.name)

    @property
    def pid(self) -> int | None:
        """None while it is between an end and the next start."""
        return None if self._process is None or self._process.returncode is not None else self._process.pid

    async def stop(self, seconds: float) -> None:
        """Asks it to end, and kills it and all it started after `seconds`."""
        self._stop.set()
        self._signal(self.program.ending)
        _, late = await asyncio.wait({self.task}, timeout=seconds)
        if late:
            self._signal(signal.SIGKILL)
            await asyncio.wait({self.task})

    async def _keep(self) -> None:
        while not self._stop.is_set():
            started = time.monotonic()
            how = await self._run_once()
            if not self._stop.is_set():
                self.ends = 1 if time.monotonic() - started > _STEADY_SECONDS else self.ends + 1
                self._tell(how)
                await self._pause()
        self.program.pid_file.unlink(missing_ok=True)

    async def _pause(self) -> None:
        if seconds := pause(self.ends):
            self.program.pid_file.unlink(missing_ok=True)
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._stop.wait()

    async def _run_once(self) -> str:
        """Starts it, waits for its end, and returns how it ended."""
        try:
            self._process = await spawn(self.program)
        except OSError as error:
            return f"cannot be started ({error.strerror})"
        if self._stop.is_set():
            self._signal(self.program.ending)
        code = await self._process.wait()
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"

    def _tell(self, how: str) -> None:
        program = self.program
        if self.quiet:
            return
        if self.ends < MANY:
            progress(f"{program.name} {how}; starting it again")
        elif self.ends == MANY:
            progress(
                f"{program.name} {how}, as often as it was started; it is tried ever more slowly. "
                f"{program.log} ends so:{tail(program.log)}"
            )

    def _signal(self, number: signal.Signals) -> None:
        if self.pid is not None:
            with suppress(ProcessLookupError):
                # To the group only when killing: a program ends its own children when it is asked.
                (os.killpg if number is signal.SIGKILL else os.kill)(self.pid, number)


def pause(ends: int) -> float:
    """Seconds to wait before the next start: none after a first end, then ever more."""
    return 0.0 if ends <= 1 else min(0.5 * 2.0 ** (ends - 2), _LONGEST_PAUSE)

"""A system that runs for a year keeps short logs: each of its processes writes some of its own all the time."""

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest

from launch import folder as folders
from launch import system as systems
from launch.folder import DataFolder
from launch.programs import Kept
from launch.settings import Settings
from launch.system import System
from tests.launch.conftest import Make
from tests.launch.polling import until

_TALK = """
import itertools, time
for number in itertools.count():
    print(number, "x" * 100, flush=True)
    time.sleep(0.0001)
"""


async def test_a_log_is_shortened_while_its_program_writes_on(
    make: Make, folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "_LOG_BYTES", 10_000)
    monkeypatch.setattr(systems, "_ROTATE_SECONDS", 0.01)
    system, log = System(Settings(folder.path, 1, {}), folder), folder.log("talker")
    before = log.with_suffix(".log.1")

    async def start() -> None:
        system._kept["talker"] = Kept(make(_TALK, "talker"))

    monkeypatch.setattr(system, "_start", start)
    monkeypatch.setattr(system, "_show", lambda: None)
    running = asyncio.create_task(system.run())
    try:
        await until(lambda: numbers(before) and max(numbers(before)) > 1000)
        # And what came while it was put aside.
        assert before.stat().st_size <= 20_000
        latest = max(numbers(before))
        await until(lambda: numbers(log) and max(numbers(log)) > latest)
        assert b"\0" not in log.read_bytes()
    finally:
        running.cancel()
        await asyncio.wait({running})


class Busy(io.BufferedRandom):
    """A log to which its program writes a line at the moment in which it has been read."""

    def __init__(self, log: Path) -> None:
        super().__init__(io.FileIO(log, "r+"))
        self.late = [b"the line that came meanwhile\n"]

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        if self.late:
            with io.FileIO(self.name, "a") as program:
                program.write(self.late.pop())
        return found


def test_what_is_written_while_a_log_is_put_aside_goes_along(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "_LOG_BYTES", 10_000)
    log, opened = folder.log("talker"), Path.open
    log.write_bytes(b"a line\n" * 2000)

    def busy(path: Path, mode: str = "r", *rest: Any) -> Any:
        return Busy(path) if (path, mode) == (log, "r+b") else opened(path, mode, *rest)

    monkeypatch.setattr(Path, "open", busy)
    folder.rotate_logs()
    aside = log.with_suffix(".log.1").read_bytes()
    assert (log.stat().st_size, aside[-36:]) == (0, b"a line\nthe line that came meanwhile\n")


def test_a_log_that_cannot_be_put_aside_stays(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "_LOG_BYTES", 10_000)
    log = folder.log("talker")
    log.with_suffix(".log.1").mkdir(parents=True)
    log.write_bytes(b"a line\n" * 2000)
    folder.rotate_logs()
    assert log.stat().st_size == 14_000


def numbers(log: Path) -> list[int]:
    """Of the whole lines."""
    lines = log.read_text().split("\n")[1:-1] if log.exists() else []
    return [int(line.split()[0]) for line in lines if line.endswith("x" * 100)]

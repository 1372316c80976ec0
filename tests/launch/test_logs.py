"""A system that runs for a year keeps short logs: each of its processes writes some of its own all the time."""

import asyncio
from pathlib import Path

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
        assert before.stat().st_size <= 10_000
        latest = max(numbers(before))
        await until(lambda: numbers(log) and max(numbers(log)) > latest)
        assert b"\0" not in log.read_bytes()
    finally:
        running.cancel()
        await asyncio.wait({running})


def numbers(log: Path) -> list[int]:
    """Of the whole lines."""
    lines = log.read_text().split("\n")[1:-1] if log.exists() else []
    return [int(line.split()[0]) for line in lines if line.endswith("x" * 100)]

"""What an operator does to the system of a data folder: look it over, back it up, and put it back."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from launch.settings import ROOT
from tests.e2e.launched import Launched, launched


async def run(system: Launched, *arguments: str) -> tuple[int, str]:
    """`python -m launch ...` on its folder: the exit status, and all that it said."""
    environ = {**os.environ, "TASKSYNC_DATA": str(system.data), "TASKSYNC_PORT": str(system.port)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "launch",
        *arguments,
        cwd=ROOT,
        env=environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def test_nothing_is_wrong_with_a_system_that_runs(system: Launched) -> None:
    status, said = await run(system, "doctor")
    assert (status, said.splitlines()[-1]) == (0, "Nothing is wrong."), said


async def test_a_backup_of_a_running_system_is_restored_when_it_has_ended(folder: Path, place: Path) -> None:
    async with launched(folder) as system:
        status, said = await run(system, "backup", str(place / "backups"))
        assert status == 0, said
        backup = said.splitlines()[-1]
        manifest = json.loads((Path(backup) / "manifest.json").read_text())
        assert {each["service"] for each in manifest["databases"]} == {"users", "rooms", "tasks", "keys"}
        status, said = await run(system, "restore", backup)
        assert (status, "end it first" in said) == (1, True), said
        await system.end(signal.SIGINT)
        status, said = await run(system, "restore", backup, "rooms", "keys")
        assert (status, "restored rooms\nrestored keys\n" in said, "0 violations" in said) == (0, True, True), said
        status, said = await run(system, "doctor")
        assert (status, "start it with make up" in said) == (1, True), said

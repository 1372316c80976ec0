"""A program is kept running, and ends when it is told."""

import asyncio
import os
import signal

import psutil
import pytest

from launch.folder import DataFolder
from launch.programs import MANY, Kept, pause, run_to_end
from tests.launch.conftest import Make
from tests.launch.polling import until

_SLEEP = "import time; time.sleep(60)"


async def test_a_program_that_is_killed_is_back_at_once_with_a_new_pid(make: Make, folder: DataFolder) -> None:
    kept = Kept(make(_SLEEP))
    await until(lambda: kept.pid)
    first = kept.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: kept.pid not in (None, first), seconds=20)
    await until(lambda: folder.pid_file("program").read_text() == f"{kept.pid}\n")
    await kept.stop(5)
    assert kept.pid is None
    assert not folder.pid_file("program").exists()


async def test_a_program_has_a_session_of_its_own_so_that_ctrl_c_passes_it_by(make: Make) -> None:
    kept = Kept(make(_SLEEP))
    await until(lambda: kept.pid)
    assert os.getsid(kept.pid or 0) == kept.pid
    await kept.stop(5)


async def test_one_that_will_not_end_is_killed_with_all_that_it_started(make: Make, folder: DataFolder) -> None:
    stubborn = (
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = os.fork()\n"
        "if child: print(child, flush=True)\n"
        "time.sleep(60)"
    )
    kept = Kept(make(stubborn))
    await until(lambda: folder.log("program").exists() and folder.log("program").read_text().endswith("\n"))
    child = int(folder.log("program").read_text())
    await kept.stop(0.2)
    assert kept.pid is None
    await until(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE)


async def test_one_that_ends_over_and_over_is_told_once_with_the_end_of_its_log(
    make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = Kept(make("import sys; sys.exit('no such setting')"))
    kept.quiet = False
    await until(lambda: kept.ends > MANY)
    await kept.stop(5)
    told = capsys.readouterr().out
    assert told.count("program ended with status 1; starting it again") == MANY - 1
    assert told.count("tried ever more slowly") == 1
    assert "no such setting" in told


async def test_one_that_cannot_be_started_is_no_end_of_the_launcher(
    make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    program = make("")
    program.command[0] = "/no/such/program"
    kept = Kept(program)
    kept.quiet = False
    await until(lambda: kept.ends)
    await kept.stop(5)
    assert "program cannot be started (No such file or directory)" in capsys.readouterr().out


async def test_one_whose_number_cannot_be_written_is_kept_and_ended_all_the_same(make: Make) -> None:
    """As on a full disk: left to itself, it would hold its port against each that is started after it."""
    program = make(_SLEEP)
    program.pid_file.parent.rmdir()
    kept = Kept(program)
    await until(lambda: kept.pid or kept.ends)
    assert (kept.pid is not None, kept.ends) == (True, 0)
    await kept.stop(5)
    assert kept.pid is None


def test_the_pauses_between_starts_grow_and_are_bounded() -> None:
    assert [pause(ends) for ends in (0, 1, 2, 3, 4)] == [0.0, 0.0, 0.5, 1.0, 2.0]
    assert pause(100) == 30.0


async def test_a_program_that_is_run_to_its_end_ends_with_the_task_that_waits(make: Make, folder: DataFolder) -> None:
    assert await run_to_end(make("import sys; sys.exit(3)")) == 3
    waiting = asyncio.create_task(run_to_end(make(_SLEEP)))
    await until(folder.pid_file("program").exists)
    pid = int(folder.pid_file("program").read_text())
    waiting.cancel()
    await asyncio.wait({waiting})
    assert not psutil.pid_exists(pid)

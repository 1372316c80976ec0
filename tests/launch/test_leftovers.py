"""What a killed launcher left is ended; what only has its number is left alone."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launch.folder import DataFolder
from launch.leftovers import end_leftovers, find

# Stands in for a service: the words of its command line are what it is known by.
_SERVICE = [sys.executable, "-S", "-c", "import time; print(flush=True); time.sleep(60)", "chassis", "rooms"]


@contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        # Just born, it has no command line yet.
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


async def test_a_service_left_running_is_ended_and_its_file_removed(folder: DataFolder) -> None:
    with running(_SERVICE) as process:
        folder.pid_file("rooms").write_text(f"{process.pid}\n")
        await end_leftovers(folder)
        assert process.wait(1) < 0
    assert not folder.pid_file("rooms").exists()


async def test_a_number_that_another_program_got_since_is_not_ended(folder: DataFolder) -> None:
    file = folder.pid_file("rooms")
    with running(_SERVICE) as process:
        file.write_text(f"{process.pid}\n")
        os.utime(file, (0, 0))
        await end_leftovers(folder)
        assert process.poll() is None


def test_a_process_with_other_words_is_not_the_one_meant(tmp_path: Path) -> None:
    file = tmp_path / "rooms.pid"
    file.write_text(f"{os.getpid()}\n")
    assert find(file, ["chassis", "rooms"]) is None


def test_a_file_that_names_nothing_finds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "rooms.pid"
    assert find(file, []) is None
    for text in ("", "nonsense", "-1", "999999999"):
        file.write_text(text)
        assert find(file, []) is None


async def test_locks_of_postgres_that_name_another_program_are_removed(folder: DataFolder) -> None:
    folder.postgres.mkdir()
    locks = [folder.postgres / name for name in ("postmaster.pid", ".s.PGSQL.5432.lock")]
    for lock in locks:
        lock.write_text(f"{os.getpid()}\n{folder.postgres}\n")
    await end_leftovers(folder)
    assert not [lock for lock in locks if lock.exists()]

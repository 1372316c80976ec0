"""Small programs to be kept running."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from launch.folder import DataFolder
from launch.programs import Program

Make = Callable[..., Program]


@pytest.fixture
def folder(place: Path) -> DataFolder:
    for part in ("run", "log"):
        (place / part).mkdir()
    return DataFolder(place)


@pytest.fixture
def make(folder: DataFolder) -> Make:
    """`make(code)` is a Python program that runs `code`."""

    def make(code: str, name: str = "program") -> Program:
        return Program(
            name=name,
            command=[sys.executable, "-S", "-c", code],
            environ={},
            folder=folder.path,
            log=folder.log(name),
            pid_file=folder.pid_file(name),
        )

    return make

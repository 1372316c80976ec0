"""What is done to a whole data folder is not done to one that is none."""

import asyncio
from pathlib import Path

import pytest

from launch.maintenance import backup
from launch.screen import LaunchError
from launch.settings import load


def test_a_folder_without_a_database_is_not_backed_up(tmp_path: Path) -> None:
    found = load({"TASKSYNC_DATA": str(tmp_path / "mistyped")}, tmp_path / "none")
    with pytest.raises(LaunchError, match="mistyped holds no database"):
        asyncio.run(backup(found, tmp_path / "backups"))
    assert list(tmp_path.iterdir()) == []

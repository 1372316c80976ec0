"""The data folder: whose it is, and what it keeps."""

import os
import stat
from pathlib import Path

import pytest

from launch.folder import DataFolder, write_whole
from launch.screen import LaunchError


def test_a_second_launcher_is_kept_out_and_told_of_the_first(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    with folder.held():
        assert folder.pid_file("launcher").read_text() == f"{os.getpid()}\n"
        with pytest.raises(LaunchError, match=rf"already runs on .* \(process {os.getpid()}\)"), folder.held():
            pass
    with folder.held():
        pass
    assert not folder.pid_file("launcher").exists()


def test_a_file_in_place_of_the_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with (
        pytest.raises(LaunchError, match=r"The data folder .* cannot be written \(.*\); set TASKSYNC_DATA"),
        DataFolder(tmp_path / "data").held(),
    ):
        pass


def test_a_number_that_cannot_be_written_is_one_sentence_too(tmp_path: Path) -> None:
    """As on a full disk, where folders and empty files can still be made."""
    (tmp_path / "run" / ".launcher.pid").mkdir(parents=True)
    with pytest.raises(LaunchError, match=r"cannot be written \(.*\); set TASKSYNC"), DataFolder(tmp_path).held():
        pass


def test_secrets_are_made_once_and_for_their_owner_only(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    made = folder.secrets()
    assert len(set(made.values())) == len(made) > 1
    assert all(len(secret) >= 48 for secret in made.values())
    assert folder.secrets() == made
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_a_secret_that_is_new_to_an_old_folder_is_added(tmp_path: Path) -> None:
    write_whole(tmp_path / "secrets.json", '{"TASKSYNC_PASSPORT_SECRET": "kept"}', 0o600)
    found = DataFolder(tmp_path).secrets()
    assert found["TASKSYNC_PASSPORT_SECRET"] == "kept"
    assert len(found["TASKSYNC_GRANT_SECRET"]) >= 48


def test_damaged_secrets_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{")
    with pytest.raises(LaunchError, match=r"secrets.json is damaged"):
        DataFolder(tmp_path).secrets()


def test_only_a_log_that_has_grown_large_is_put_aside(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.log("rooms").parent.mkdir()
    folder.log("rooms").write_bytes(b"x" * (10 * 1024 * 1024 + 1))
    folder.log("tasks").write_text("short")
    folder.rotate_logs()
    sizes = {path.name: path.stat().st_size for path in (tmp_path / "log").iterdir()}
    assert sizes == {"rooms.log": 0, "rooms.log.1": 10 * 1024 * 1024, "tasks.log": 5}

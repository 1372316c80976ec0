"""`make secrets` makes them where compose.yml looks for them."""

import os
import subprocess
from pathlib import Path

import pytest

from launch.settings import ROOT


@pytest.mark.parametrize(
    ("line", "environ", "folder"),
    [
        ("", {}, "secrets"),
        ("TASKSYNC_SECRETS=./elsewhere\n", {}, "elsewhere"),
        ("# TASKSYNC_SECRETS=./secrets\n", {"TASKSYNC_SECRETS": "given"}, "given"),
        ("TASKSYNC_SECRETS=./elsewhere\n", {"TASKSYNC_SECRETS": "given"}, "given"),
    ],
)
def test_secrets_are_made_in_the_folder_that_is_named(
    line: str, environ: dict[str, str], folder: str, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(f"TASKSYNC_PORT=9000\n{line}")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TASKSYNC_")}
    subprocess.run(["sh", ROOT / "deploy" / "secrets.sh"], cwd=tmp_path, env=clean | environ, check=True)
    assert {each.name for each in tmp_path.iterdir()} == {".env", folder}
    assert len((tmp_path / folder / "passport_secret").read_text()) == 64

"""What `make demo` tells to type."""

import subprocess
import sys
from pathlib import Path

import pytest

from launch import demo
from launch.team import PEOPLE

# In place of the one that asks a server.
_CURL = """curl() { echo '{"access_token": "abc"}'; }\n"""


def test_the_call_can_be_typed_where_a_folder_has_spaces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    python = tmp_path / "my work" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(python))
    demo._show_sign_in("http://127.0.0.1:8000", next(iter(PEOPLE)), "ROOM")
    typed = capsys.readouterr().out.partition("  TOKEN=")[2]
    done = subprocess.run(
        ["sh", "-c", f"{_CURL}TOKEN={typed}\necho $TOKEN"], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "abc", done.stderr

"""The environment is made anew where what is there is no good."""

import shutil
import subprocess
import sys
from pathlib import Path

from launch.settings import ROOT

# A Python that says so when it is to make an environment, and makes none.
_PYTHON = f"""#!/bin/sh
case "$*" in "-m venv --clear .venv") exit 3 ;; esac
exec {sys.executable} "$@"
"""


def test_one_that_was_cut_short_before_it_had_pip_is_made_anew(tmp_path: Path) -> None:
    """Seen before: after a Ctrl-C in the first seconds of all, `make up` failed until .venv was removed by hand."""
    (tmp_path / "launch").mkdir()
    script = shutil.copy(ROOT / "launch" / "environment.sh", tmp_path / "launch")
    python = tmp_path / "python"
    python.write_text(_PYTHON)
    python.chmod(0o755)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / ".venv"], check=True)
    ended = subprocess.run(
        ["/bin/sh", script], env={"PYTHON": str(python), "PATH": "/usr/bin:/bin"}, capture_output=True, check=False
    )
    assert (ended.returncode, ended.stdout.startswith(b"Making .venv with Python")) == (3, True), ended

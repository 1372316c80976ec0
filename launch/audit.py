"""`python -m launch audit`: the operator's audit over the databases of the data folder."""

import os
import subprocess
import sys
from pathlib import Path

from launch.folder import DataFolder
from launch.screen import LaunchError
from launch.settings import OWNERS, ROOT, Settings


def audit(found: Settings, options: list[str]) -> int:
    """Runs `python -m audit`, and returns its exit code. Raises LaunchError if the system does not run."""
    sockets = socket_folder(DataFolder(found.data).postgres)
    environ = os.environ | {
        f"TASKSYNC_{name.upper()}_DATABASE_URL": f"postgresql://postgres@/tasksync_{name}?host={sockets}"
        for name in OWNERS
    }
    command = [sys.executable, "-m", "audit", *options]
    return subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode  # noqa: S603


def socket_folder(data: Path) -> str:
    """Where the running PostgreSQL listens, as its own pid file says in its fifth line."""
    try:
        return (data / "postmaster.pid").read_text().splitlines()[4]
    except (OSError, IndexError):
        raise LaunchError(f"No system runs on {data.parent}: start it with make up.") from None

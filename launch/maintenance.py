"""`python -m launch backup|restore`: what is done to the databases of the data folder as a whole."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from launch.audit import socket_folder
from launch.folder import DataFolder
from launch.leftovers import end_leftovers
from launch.postgres import Postgres, programs_folder
from launch.programs import Kept
from launch.screen import LaunchError, say
from launch.settings import OWNERS, ROOT, Settings
from launch.waiting import until_postgres_answers

_STOP_SECONDS = 10.0


async def backup(found: Settings, to: Path) -> int:
    """Dumps all databases into a new folder in `to`, an absolute path; the system may run. Raises LaunchError."""
    command = ["sh", "deploy/backup.sh", str(to)]
    if DataFolder(found.data).is_held():
        sockets = socket_folder(DataFolder(found.data).postgres)
        return _run(command, _urls(sockets))
    async with _postgres_alone(found) as urls:
        return _run(command, urls)


async def restore(found: Settings, source: Path, services: Sequence[str]) -> int:
    """Puts `services` (none: all) back to the backup in `source`, then repairs. Raises LaunchError."""
    if DataFolder(found.data).is_held():
        raise LaunchError(f"TaskSync runs on {found.data}: end it first, with Ctrl-C where make up runs.")
    async with _postgres_alone(found) as urls:
        for command in (
            ["sh", "deploy/restore.sh", str(source), *services],
            [sys.executable, "-m", "chassis.migrate", *OWNERS],
            [sys.executable, "-m", "audit", "--repair"],
        ):
            if code := _run(command, urls):
                return code
    say("Restored. What make up finds to finish, it finishes by itself.")
    return 0


@asynccontextmanager
async def _postgres_alone(found: Settings) -> AsyncIterator[dict[str, str]]:
    """The server without the services, for as long as the block runs; the variables that name its databases."""
    folder = DataFolder(found.data)
    with folder.held():
        await end_leftovers(folder)
        postgres = Postgres(folder)
        kept = Kept(await postgres.prepare())
        try:
            await until_postgres_answers(postgres, kept)
            await postgres.ensure_databases([f"tasksync_{name}" for name in OWNERS])
            yield _urls(postgres.sockets)
        finally:
            await kept.stop(_STOP_SECONDS)
            postgres.clean_up()


def _urls(sockets: str | Path) -> dict[str, str]:
    return {
        f"TASKSYNC_{name.upper()}_DATABASE_URL": f"postgresql://postgres@/tasksync_{name}?host={sockets}"
        for name in OWNERS
    }


def _run(command: Sequence[str], environ: Mapping[str, str]) -> int:
    path = f"{programs_folder()}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environ = {**os.environ, **environ, "PATH": path}
    return subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode  # noqa: S603

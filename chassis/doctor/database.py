"""A service's database: whether it can be reached, is of a known version, up to date, in time, and has room."""

import time

import asyncpg
from alembic.script import ScriptDirectory

from chassis.database import Connection
from chassis.doctor import Finding
from chassis.migrate import configure
from chassis.settings import PREFIX, DatabaseSettings

_OLDEST, _NEWEST = 15, 18
_CLOCK_SECONDS = 2.0
# What asyncpg itself says of a server, as that it is none of those that the URL asks for.
_CLIENT = (asyncpg.InterfaceError, asyncpg.InternalClientError)
_CONNECT_SECONDS = 5.0

_CONNECTIONS = """
    SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')
"""


async def look_at_database(service: str, settings: DatabaseSettings) -> list[Finding]:
    try:
        connection = await asyncpg.connect(settings.database_url, timeout=_CONNECT_SECONDS)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, *_CLIENT) as error:
        remedy = f"Start it, or correct {PREFIX}_{service.upper()}_DATABASE_URL."
        return [Finding(f"{service}: database", f"it cannot be reached ({_reason(error)})", remedy)]
    try:
        return [
            _look_at_version(service, connection),
            await _look_at_clock(service, connection),
            await _look_at_migrations(service, connection),
            await _look_at_connections(service, connection, settings.database_pool),
        ]
    finally:
        await connection.close()


def _reason(error: Exception) -> str:
    """Without the URL, which holds a password."""
    return type(error).__name__ if isinstance(error, ValueError) else str(error) or type(error).__name__


def _look_at_version(service: str, connection: Connection) -> Finding:
    version = connection.get_server_version().major
    if not _OLDEST <= version <= _NEWEST:
        return Finding(f"{service}: database", f"it is PostgreSQL {version}", f"Use {_OLDEST} to {_NEWEST}.")
    return Finding(f"{service}: database is PostgreSQL {version}")


async def _look_at_clock(service: str, connection: Connection) -> Finding:
    before = time.time()
    there = float(await connection.fetchval("SELECT extract(epoch FROM clock_timestamp())"))
    ahead = there - (before + time.time()) / 2
    if abs(ahead) > _CLOCK_SECONDS:
        remedy = "Run a time service (NTP) on both machines."
        return Finding(f"{service}: clock", f"that of the database is {ahead:+.1f} s off", remedy)
    return Finding(f"{service}: clock and that of the database are within {abs(ahead):.2f} s")


async def _look_at_migrations(service: str, connection: Connection) -> Finding:
    script = ScriptDirectory.from_config(configure(service, ""))
    head = script.get_current_head()
    subject = f"{service}: migrations"
    if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
        return Finding(subject, "there are none in the database", f"Run python -m chassis.migrate {service}.")
    there = await connection.fetchval("SELECT version_num FROM alembic_version")
    if there == head:
        return Finding(f"{subject} are at {head}")
    if there in {each.revision for each in script.walk_revisions()}:
        remedy = f"Run python -m chassis.migrate {service}."
        return Finding(subject, f"the database is at {there}, the code at {head}", remedy)
    return Finding(subject, f"the database is at {there}, which this code does not know", "Run the newer code.")


async def _look_at_connections(service: str, connection: Connection, pool: int) -> Finding:
    free = int(await connection.fetchval(_CONNECTIONS))
    if free < pool:
        remedy = f"Raise max_connections, or lower {PREFIX}_{service.upper()}_DATABASE_POOL."
        return Finding(f"{service}: connections", f"the server has {free} left, a process may take {pool}", remedy)
    return Finding(f"{service}: connections, {free} are left")

"""The one alembic environment: each service brings its folder of versions, and its database's URL."""

import asyncio
import time
from typing import Any

import asyncpg
from alembic import context
from alembic.ddl.postgresql import PostgresqlImpl
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from chassis.online import LOCK_MILLISECONDS

# Held by the session while it migrates, for each migration is a transaction of its own: so two replicas that start at
# once migrate one after the other.
_LOCK = 7_214_003
_LOCK_NOT_AVAILABLE = "55P03"
_PAUSE_SECONDS = 0.5
_ATTEMPTS = 200


class Scripts(PostgresqlImpl):
    """Lets one `op.execute` hold several statements: the driver prepares one at a time, and a block is one."""

    __dialect__ = "postgresql"

    def execute(self, sql: Any, execution_options: dict[str, Any] | None = None) -> None:
        if isinstance(sql, str):
            sql = f"DO $migration$ BEGIN\n{sql.strip().rstrip(';')};\nEND $migration$"
        super().execute(sql, execution_options)


def migrate(connection: Connection) -> None:
    """Runs what is missing, a transaction each.

    Whoever waits for a lock on a table makes all who come after it wait too. So a migration waits only briefly, lets
    go of everything, and begins again: between two attempts the services get on.
    """
    _hold_lock(connection)
    for attempt in range(_ATTEMPTS):
        try:
            _run(connection)
            return
        except DBAPIError as error:
            connection.rollback()
            if getattr(error.orig, "sqlstate", "") != _LOCK_NOT_AVAILABLE or attempt == _ATTEMPTS - 1:
                raise
            time.sleep(_PAUSE_SECONDS)


def _hold_lock(connection: Connection) -> None:
    """Asks again and again: a statement that waits would hold up a CREATE INDEX CONCURRENTLY, and that this one."""
    while not connection.execute(text(f"SELECT pg_try_advisory_lock({_LOCK})")).scalar():
        connection.commit()
        time.sleep(_PAUSE_SECONDS)
    connection.execute(text(f"SET lock_timeout = {LOCK_MILLISECONDS}"))
    connection.commit()


def _run(connection: Connection) -> None:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


async def run() -> None:
    url = context.config.attributes["url"]
    # Connected by asyncpg itself, which reads URLs for the services too: what they understand, this does.
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=NullPool
    )
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(run())

"""The one alembic environment: each service brings its folder of versions, and its database's URL."""

import asyncio
from typing import Any

from alembic import context
from alembic.ddl.postgresql import PostgresqlImpl
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

# Held by the session while it migrates, for each migration is a transaction of its own: so two replicas that start at
# once migrate one after the other.
_LOCK = 7_214_003


class Scripts(PostgresqlImpl):
    """Lets one `op.execute` hold several statements: the driver prepares one at a time, and a block is one."""

    __dialect__ = "postgresql"

    def execute(self, sql: Any, execution_options: dict[str, Any] | None = None) -> None:
        if isinstance(sql, str):
            sql = f"DO $migration$ BEGIN\n{sql.strip().rstrip(';')};\nEND $migration$"
        super().execute(sql, execution_options)


def migrate(connection: Connection) -> None:
    connection.execute(text(f"SELECT pg_advisory_lock({_LOCK})"))
    connection.commit()
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


async def run() -> None:
    url = context.config.attributes["url"]
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(run())

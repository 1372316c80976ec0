"""The database pool. `databases` is imported here and nowhere else, so that a later swap stays local.

It opens and closes the pool; connections are asyncpg's own, straight from the pool under it. Those of `databases`
compile the text anew at each call, wrap each row, and are kept for a task when they are lost. SQL is PostgreSQL's,
with $1 parameters.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, TypeAlias

import asyncpg
import msgspec
from databases import Database as Pool
from quart import current_app

from chassis import deadlines
from chassis.logs import get_log
from chassis.problems import Problem, unavailable, uncertain
from chassis.settings import DatabaseSettings

# Only the stubs know it as generic, so its name stands in quotes.
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Row = asyncpg.Record

EXTENSION = "tasksync.database"
_log = get_log(__name__)
# The third: none of several hosts is what the URL asks for, as in a switchover.
_UNREACHABLE = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    # What it says to a statement that begins in the moment in which the server ends the connection.
    asyncpg.InternalClientError,
    ConnectionError,
)
# Of these, those that may come after the last statement was done.
_BROKEN = (asyncpg.PostgresConnectionError, ConnectionError)
_SLOW = (asyncpg.QueryCanceledError, asyncpg.IdleInTransactionSessionTimeoutError, TimeoutError)
# The server ends a slow statement; this is for a server that does not even do that.
_GRACE_SECONDS = 0.5
_PLANNING = {
    # Else what takes an array is planned anew each time, which costs more than to run it.
    "plan_cache_mode": "force_generic_plan",
    # What is planned once, while its tables are about empty, would read them whole when they have grown.
    "enable_seqscan": "off",
    "jit": "off",
}
# The connections over which something is being written that others follow.
_changed: set[int] = set()
# The backends whose user came no further, maybe between the messages that prepare a statement and run it.
_cut_off: set[int] = set()


class Database:
    """One service's database.

    Raises a 503 problem when it cannot be reached, 504 when a statement takes too long, 422 for a value that no
    column of that type can hold. Leave no session state on a connection (SET, LISTEN, session locks): it goes back
    to the pool as it is, which saves a round trip at each use.
    """

    def __init__(self, settings: DatabaseSettings, name: str) -> None:
        self._seconds = settings.database_seconds
        self._connections: Any
        # Called after each commit of what was marked with `mark_changed`.
        self.on_change: Callable[[], None] = _nobody
        milliseconds = str(int(settings.database_seconds * 1000))
        self._pool = Pool(
            # Its own reading of a URL knows nothing of sslmode, or of a second host: asyncpg reads all of it.
            "postgresql://",
            dsn=settings.database_url,
            database=None,
            # No connection is made at start: a service starts without its database, and readyz says so.
            min_size=0,
            max_size=settings.database_pool,
            init=set_codecs,
            reset=_settle,
            command_timeout=settings.database_seconds + _GRACE_SECONDS,
            server_settings={
                "application_name": f"tasksync-{name}",
                "statement_timeout": milliseconds,
                **_PLANNING,
                "idle_in_transaction_session_timeout": milliseconds,
            },
        )

    async def connect(self) -> None:
        await self._pool.connect()
        self._connections = self._pool._backend._pool

    async def disconnect(self) -> None:
        await self._pool.disconnect()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection for reads: each statement is its own transaction."""
        async with self._held() as (connection, _):
            yield connection

    @asynccontextmanager
    async def _held(self) -> AsyncIterator[tuple[Connection, asyncio.Timeout]]:
        """A connection until the request's deadline: the statement under way then is cancelled at the server too."""
        connection = await self._acquire()
        backend = connection.get_server_pid()
        try:
            with _translated():
                async with asyncio.timeout(deadlines.left()) as limit:
                    try:
                        yield connection, limit
                    except (asyncio.CancelledError, asyncpg.DataError):
                        _cut_off.add(backend)
                        raise
            if id(connection) in _changed:
                self.on_change()
        finally:
            _changed.discard(id(connection))
            await self._release(connection)
            _cut_off.discard(backend)

    async def _acquire(self) -> Connection:
        seconds = deadlines.bounded(self._seconds)
        if seconds <= 0:
            raise deadlines.overdue()
        try:
            async with asyncio.timeout(seconds):
                connection: Connection = await self._connections.acquire()
                return connection
        except _UNREACHABLE as error:
            if isinstance(error, TimeoutError) and seconds < self._seconds:
                raise deadlines.overdue() from error
            _log.warning("database.unreachable", error=repr(error))
            raise unavailable("database") from error

    async def _release(self, connection: Connection) -> None:
        """Gives it back. One that is lost in just this moment is back already, and the pool says so."""
        try:
            await self._connections.release(connection)
        except _LOST as error:
            _log.warning("database.lost", error=repr(error))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A connection inside a transaction: committed at the end, rolled back by any exception."""
        is_ending = False
        async with self._held() as (connection, limit):
            try:
                async with connection.transaction():
                    yield connection
                    # A commit is not cut off: whether it was done could not be told.
                    deadlines.extend()
                    limit.reschedule(None)
                    is_ending = True
            except _BROKEN as error:
                if not is_ending:
                    raise
                raise uncertain() from error

    @asynccontextmanager
    async def single(self) -> AsyncIterator[Connection]:
        """A connection for one statement that writes: its own transaction, with the time that a commit has."""
        async with self._held() as (connection, limit):
            deadlines.extend()
            seconds = deadlines.left()
            limit.reschedule(None if seconds is None else asyncio.get_running_loop().time() + seconds)
            try:
                yield connection
            except _BROKEN as error:
                raise uncertain() from error

    async def is_ready(self) -> bool:
        try:
            async with self.connection() as connection:
                return await connection.fetchval("SELECT true") is True
        except Problem:
            return False


def mark_changed(connection: Connection) -> None:
    """Says that what is being written is followed by others: they are woken when it has been committed."""
    _changed.add(id(connection))


def _nobody() -> None:
    """Nobody follows."""


@contextmanager
def _translated() -> Iterator[None]:
    """Turns what a statement raises into problems."""
    try:
        yield
    except _SLOW as error:
        raise Problem(504, "timeout", "The database took too long.", headers={"Retry-After": "1"}) from error
    except asyncpg.DeadlockDetectedError as error:
        _log.warning("database.deadlock")
        raise Problem(503, "busy", "Two writes stood in each other's way.", headers={"Retry-After": "1"}) from error
    except asyncpg.ReadOnlySQLTransactionError as error:
        # A standby, or a disk that is full: what reads goes on.
        _log.warning("database.read_only")
        raise unavailable("database") from error
    except asyncpg.InsufficientResourcesError as error:
        # So it says of its disk, when it is the first to meet the end of it, and of its memory.
        _log.error("database.full", error=repr(error))
        raise unavailable("database") from error
    except asyncpg.DataError as error:
        _log.warning("database.refused_value", sqlstate=error.sqlstate)
        raise Problem(422, "invalid", "A value is outside of what can be stored.") from None
    except _LOST as error:
        _log.warning("database.lost", error=repr(error))
        raise unavailable("database") from error
    except asyncpg.PostgresError as error:
        # The detail holds the row's values, and this goes to the log.
        error.detail = None
        raise


async def _settle(connection: Connection) -> None:
    """Ends what was prepared and not run: its time would run on, and end the next statement as soon as it comes.

    Nothing else is left: an open transaction was rolled back before this."""
    if connection.get_server_pid() in _cut_off:
        with suppress(asyncpg.QueryCanceledError):
            await connection.execute("SELECT")


async def set_codecs(connection: Connection) -> None:
    """Makes a connection read and write `jsonb` as Python values."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: msgspec.json.encode(value).decode(),
        decoder=msgspec.json.decode,
    )


def current_database() -> Database:
    """The database of the service whose request this is."""
    database: Database = current_app.extensions[EXTENSION]
    return database


def affected(status: str) -> int:
    """The number of rows in a command's status, as `UPDATE 3`."""
    return int(status.rpartition(" ")[2])

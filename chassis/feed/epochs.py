"""The epoch of a feed: names the history of its database, and another one begins when that is a copy."""

from chassis.database import Connection

# Each service's migration runs this, beside its table of changes.
FEED_TABLE = """
CREATE TABLE feed (
    single  boolean PRIMARY KEY DEFAULT true CHECK (single),
    epoch   text    NOT NULL,
    origin  text    NOT NULL DEFAULT '',
    pruned  xid8    NOT NULL DEFAULT '0'
);
INSERT INTO feed (epoch) VALUES ('new');
"""

# What tells a database from its copy: another server or database, a promoted server (its timeline), or a table that
# was made anew, as when a dump is loaded into the same database.
_ORIGIN = """
    SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
                          left(pg_walfile_name(pg_current_wal_lsn()), 8),
                          (SELECT oid FROM pg_database WHERE datname = current_database()),
                          'feed'::regclass::oid)
"""

# To renumber a large log takes longer; another replica that is at it is asked again.
_ASK_SECONDS = 3.0
_HOLD = "SELECT origin FROM feed FOR UPDATE"

_BEGIN_EPOCH = (
    "UPDATE feed SET origin = $1, epoch = substr(md5(random()::text || clock_timestamp()), 1, 8), pruned = '0'"
)

# The numbers of transactions begin anew in a copy, and those of the old history would never be reached.
_FORGET_ORDER = "UPDATE changes SET xid = '0' WHERE xid > '0'"


async def begin_epoch(connection: Connection) -> bool:
    """Begins a new history if this database is a copy of the one that wrote its log. Returns whether it did."""
    held = await connection.fetchval(_HOLD, timeout=_ASK_SECONDS)
    origin = await connection.fetchval(_ORIGIN, timeout=_ASK_SECONDS)
    if held == origin:
        return False
    await connection.execute(_FORGET_ORDER)
    await connection.execute(_BEGIN_EPOCH, origin)
    return True

"""What runs beside the requests: expired rows go, and keys rotate."""

from chassis.background import periodically
from chassis.database import Database
from chassis.service import Lifespan
from users.queries.housekeeping import TABLES, prune
from users.signing_keys import KeyRing

_SECONDS = 60.0


def housekeeping(database: Database, ring: KeyRing) -> list[Lifespan]:
    return [
        periodically("signing_keys.maintain", _SECONDS, ring.maintain),
        periodically("users.prune", _SECONDS, lambda: prune_all(database)),
    ]


async def prune_all(database: Database) -> None:
    """Removes what has expired, in short transactions."""
    for table in TABLES:
        async with database.connection() as connection:
            while await prune(connection, table):
                pass

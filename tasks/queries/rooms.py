"""The counters of a room. Whoever creates, orders, opens or closes its tasks holds this row, and before any task.

So does whoever holds more than one task or comment, or takes a task away or brings it back. Others who change one
hold the room together (`TOGETHER`), and wait for those alone.

It is held before anything is written in a transaction, also before a key is taken and a claim lands. The feed tells
changes in the order of their transactions' numbers, and a transaction has its number from its first write on: who
wrote and waited then would be told before the one that it waited for, and a deletion before the last update.
"""

from uuid import UUID

from chassis.database import Connection

# These write nothing, as a lock of a row does, so a transaction that waits here has no number yet.
_ALONE = "(SELECT true FROM pg_advisory_xact_lock(hashtextextended({room}::uuid::text, 0)))"
# For the statement that holds the one task or comment: it stands in its WHERE, and comes before the row.
TOGETHER = "(SELECT true FROM pg_advisory_xact_lock_shared(hashtextextended({room}::uuid::text, 0)))"

_HOLD = f"""
    SELECT room_id
    FROM room_counters
    WHERE room_id = $1 AND {_ALONE.format(room="$1")}
    FOR UPDATE
"""

_ADD_OPEN = """
    UPDATE room_counters
    SET open_count = open_count + $2
    WHERE room_id = $1
"""

_OPEN_COUNTS = """
    SELECT room_id, open_count
    FROM room_counters
    WHERE room_id = ANY($1::uuid[])
"""

_DELETE = """
    DELETE FROM room_counters
    WHERE room_id = $1
"""


async def hold(connection: Connection, room_id: UUID) -> None:
    """Until the transaction ends. It is the first of its writes (see above)."""
    await connection.execute(_HOLD, room_id)


async def add_open(connection: Connection, room_id: UUID, by: int) -> None:
    await connection.execute(_ADD_OPEN, room_id, by)


async def open_counts(connection: Connection, room_ids: list[UUID]) -> dict[UUID, int]:
    return {row["room_id"]: row["open_count"] for row in await connection.fetch(_OPEN_COUNTS, room_ids)}


async def delete(connection: Connection, room_id: UUID) -> None:
    await connection.execute(_DELETE, room_id)

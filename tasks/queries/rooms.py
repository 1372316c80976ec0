"""The counters of a room. Whoever creates, orders, opens or closes its tasks holds this row, and before any task.

So does whoever holds more than one task or comment.
"""

from uuid import UUID

from chassis.database import Connection

_HOLD = """
    SELECT room_id
    FROM room_counters
    WHERE room_id = $1
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
    await connection.execute(_HOLD, room_id)


async def add_open(connection: Connection, room_id: UUID, by: int) -> None:
    await connection.execute(_ADD_OPEN, room_id, by)


async def open_counts(connection: Connection, room_ids: list[UUID]) -> dict[UUID, int]:
    return {row["room_id"]: row["open_count"] for row in await connection.fetch(_OPEN_COUNTS, room_ids)}


async def delete(connection: Connection, room_id: UUID) -> None:
    await connection.execute(_DELETE, room_id)

"""Stamps: another one after each write in a room, before the write is answered.

Who remembers a view of the room, made when the stamp was the same, knows that no write has been answered since.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from chassis.database import Connection, Row
from keys.client.stamps import NAMES

# In the order of the ids, as everywhere: so two that stamp the same rooms do not wait for each other.
STAMP = """
    INSERT INTO stamps (of, stamp)
    SELECT DISTINCT each, pg_current_xact_id()
    FROM {rooms} AS rooms (each)
    ORDER BY each
    ON CONFLICT (of) DO UPDATE SET stamp = excluded.stamp
"""
_STAMP = STAMP.format(rooms="unnest($1::uuid[])")

# The table is empty after a start, and after the crash of one connection, by which the server does not start anew.
_ERA = """
    extract(epoch FROM pg_postmaster_start_time())::text,
    extract(epoch FROM pg_stat_get_bgwriter_stat_reset_time())::text
"""
_OF = "SELECT stamp FROM stamps WHERE of = {of}"
_WRITING = "SELECT gen_random_uuid() FROM claims WHERE room = {of} LIMIT 1"


def stamp_of(room: str) -> str:
    """The SQL of the stamp of a room. The names that stand in its view are stamped for all rooms together.

    While a claim is open that shows there already, it is one that the room never has again.
    """
    parts = [f"coalesce(({_OF.format(of=of)})::text, '-')" for of in (room, f"'{NAMES}'")]
    parts.append(f"({_WRITING.format(of=room)})::text")
    return f"concat_ws('.', {_ERA}, {', '.join(parts)})"


# The membership is found as in keys.queries.standings.
_STANDINGS = f"""
    SELECT m.role, {stamp_of("asked.room_id")} AS stamp
    FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS asked (room_id, user_id, place)
    LEFT JOIN LATERAL (
        SELECT l.role
        FROM links l
        JOIN nodes r ON r.type = 'room' AND r.id = l.target_id AND r.buried_at IS NULL AND r.claim IS NULL
        JOIN nodes u ON u.type = 'user' AND u.id = l.source_id AND u.buried_at IS NULL
                    AND (u.claim IS NULL OR u.shown)
        WHERE l.relation = 'member'
          AND l.source_type = 'user' AND l.source_id = asked.user_id
          AND l.target_id = asked.room_id
          AND l.dropped_at IS NULL AND l.claim IS NULL
    ) AS m ON true
    ORDER BY asked.place
"""


async def stamp(connection: Connection, rooms: Iterable[UUID]) -> None:
    """What was remembered of these rooms holds no more."""
    await connection.execute(_STAMP, list(rooms))


async def standings(connection: Connection, rooms: Sequence[UUID], users: Sequence[UUID]) -> list[Row]:
    """For each pair in turn: `role`, None for no member, and the room's `stamp`."""
    return await connection.fetch(_STANDINGS, rooms, users)

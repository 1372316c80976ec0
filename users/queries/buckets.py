"""Buckets that refill. Of each the moment is kept at which it is full again; one that is full needs no row."""

from collections.abc import Sequence

from chassis.database import Connection

# Rows are locked in one order by all, and so never in a circle. Nobody owes more than twice what a bucket holds.
_SPEND = """
    INSERT INTO buckets AS held (policy, subject, full_at)
    SELECT policy, subject, now() + least(sum(seconds), 2 * $4::float8) * interval '1 second'
    FROM unnest($1::text[], $2::bytea[], $3::float8[]) AS spent (policy, subject, seconds)
    GROUP BY policy, subject
    ORDER BY policy, subject
    ON CONFLICT (policy, subject) DO UPDATE
    SET full_at = least(
        greatest(held.full_at, now()) + (excluded.full_at - now()),
        now() + 2 * $4::float8 * interval '1 second'
    )
    RETURNING policy, subject, extract(epoch FROM full_at - now())::float8 AS seconds
"""


async def spend(
    connection: Connection, policies: Sequence[str], subjects: Sequence[bytes], seconds: Sequence[float], whole: float
) -> dict[tuple[str, bytes], float]:
    """Takes out of each bucket what comes back in so many `seconds`, of which a full one holds `whole`.

    Returns in how many seconds each is full again: more than `whole` if more was taken than was in it.
    """
    rows = await connection.fetch(_SPEND, policies, subjects, seconds, whole)
    return {(row["policy"], row["subject"]): row["seconds"] for row in rows}

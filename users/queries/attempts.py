"""Attempts counted: one row a policy and subject, in one statement, so that a limit holds over all processes."""

from collections.abc import Sequence
from typing import NamedTuple

from chassis.database import Connection

# Rows are locked in one order by all, and so never in a circle.
_COUNT = """
    INSERT INTO attempts (policy, subject, hits, resets_at)
    SELECT policy, subject, 1, now() + seconds * interval '1 second'
    FROM unnest($1::text[], $2::bytea[], $3::integer[]) AS asked (policy, subject, seconds)
    ORDER BY policy, subject
    ON CONFLICT (policy, subject) DO UPDATE
    SET hits      = CASE WHEN attempts.resets_at <= now() THEN 1 ELSE attempts.hits + 1 END,
        resets_at = CASE WHEN attempts.resets_at <= now() THEN excluded.resets_at ELSE attempts.resets_at END
    RETURNING policy, hits, ceil(extract(epoch FROM resets_at - now()))::integer AS seconds_left
"""

# What came past the quota was refused, and is no attempt.
_FORGIVE = """
    UPDATE attempts
    SET hits = least(hits, quota) - 1
    FROM (
        SELECT policy, subject, quota
        FROM attempts
        JOIN unnest($1::text[], $2::bytea[], $3::integer[]) AS given (policy, subject, quota) USING (policy, subject)
        WHERE hits > 0 AND resets_at > now()
        ORDER BY policy, subject
        FOR UPDATE OF attempts
    ) AS locked
    WHERE attempts.policy = locked.policy AND attempts.subject = locked.subject
"""


class Count(NamedTuple):
    """How often within the running window, and how many seconds of it are left."""

    policy: str
    hits: int
    seconds_left: int


async def count_attempt(
    connection: Connection, policies: Sequence[str], subjects: Sequence[bytes], seconds: Sequence[int]
) -> dict[str, Count]:
    """Counts one attempt under each policy and its subject; the counts, by policy."""
    rows = await connection.fetch(_COUNT, policies, subjects, seconds)
    return {row["policy"]: Count(*row) for row in rows}


async def forgive_attempt(
    connection: Connection, policies: Sequence[str], subjects: Sequence[bytes], quotas: Sequence[int]
) -> None:
    """Takes back one attempt under each."""
    await connection.execute(_FORGIVE, policies, subjects, quotas)

"""A page of what an account has, its sessions or its tokens, the newest first."""

from typing import Any
from uuid import UUID

from chassis.database import Connection

# How a statement ends that selects from a table of what accounts have, with an id that tells its age and an end.
PAGE = """
    WHERE account_id = $1 AND expires_at > now() AND ($2::uuid IS NULL OR id < $2)
    ORDER BY id DESC
    LIMIT $3
"""


async def list_owned(
    connection: Connection, statement: str, account_id: UUID, after: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """One more than `limit` tells that there is a next page."""
    return [dict(row) for row in await connection.fetch(statement, account_id, after, limit + 1)]

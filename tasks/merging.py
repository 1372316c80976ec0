"""What was changed since a version that a client has seen, and whether that collides with what it now writes."""

from collections.abc import Iterable

from chassis.database import Connection
from chassis.versions import conflict
from tasks.models import Comment, Task
from tasks.queries import history

# What a deletion means to take away: not the place in the list, which others move all the time, but what was deleted
# before and brought back.
SUBSTANCE = ("title", "description", "status", "priority", "due_at", "assignees", "deleted_at")
SUBSTANCE_OF_COMMENT = ("body", "deleted_at")


async def refuse_collisions(
    connection: Connection,
    current: Task | Comment,
    seen: int | None,
    fields: Iterable[str],
    *,
    spreads: bool = False,
) -> None:
    """Raises a 412 problem if any of `fields` was changed after version `seen` (None: whatever was changed).

    `current` is held, so nothing is changed between this and the write. With `spreads` a key that was only shortened
    counts as a change of `position`: for who writes a key, and not where a task is to go.
    """
    if seen is None:
        return
    if collisions := await find_collisions(connection, current, seen, fields, spreads=spreads):
        raise conflict(collisions, current)


async def find_collisions(
    connection: Connection, current: Task | Comment, seen: int, fields: Iterable[str], *, spreads: bool = False
) -> list[str]:
    """Which of `fields` were changed after version `seen`."""
    if seen == current.version:
        return []
    version, named = current.version, list(fields)
    return await history.changed_since(connection, current.id, seen, version, named, spreads=spreads)

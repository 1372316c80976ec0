"""The order of a room's tasks: one for all statuses, moved by intent, and resolved against the whole list."""

from uuid import UUID

import msgspec

from chassis.database import Connection, Database
from chassis.problems import invalid
from tasks import positions
from tasks.models import Move, Task
from tasks.queries import order, rooms

# A key of this length tells of some hundred moves to one place; its neighbourhood is then spread out again.
LONG = 40
# How far from it a key must be found that is short enough to stay.
_SHORT, _REACH = 12, 500


async def place(connection: Connection, task: Task, move: Move) -> Task:
    """The task as `move` wants it. The room is held, so no two moves find the same gap."""
    moved = task if move.status is msgspec.UNSET else msgspec.structs.replace(task, status=move.status)
    for field, anchor in (("before", move.before), ("after", move.after)):
        if isinstance(anchor, UUID):
            return msgspec.structs.replace(moved, position=await _beside(connection, task, field, anchor))
    return moved


async def _beside(connection: Connection, task: Task, field: str, anchor: UUID) -> str:
    if anchor == task.id:
        raise invalid(field, "is the task itself")
    near = await order.position_of(connection, anchor, task.room_id)
    if near is None:
        raise invalid(field, "is no task of this room")
    far = await order.neighbour(connection, task.room_id, near, task.id, before=field == "before")
    low, high = (far, near) if field == "before" else (near, far)
    if (low is None or low < task.position) and (high is None or task.position < high):
        return task.position
    return positions.between(low, high)


async def free_place(connection: Connection, task: Task, position: str) -> str:
    """`position`, if the task can have it, or directly behind the task that has it now. The room is held."""
    if not await order.is_taken(connection, task.room_id, position, task.id):
        return position
    following = await order.neighbour(connection, task.room_id, position, task.id, before=False)
    return positions.between(position, following)


async def make_room(database: Database, task: Task) -> None:
    """Shortens the keys around a task, in a transaction of its own: nobody waits for it but other moves."""
    async with database.transaction() as connection:
        await spread_out(connection, task.room_id, task.position)


async def spread_out(connection: Connection, room_id: UUID, crowded: str) -> int:
    """Gives the tasks around the key `crowded` shorter keys in the same order; returns how many live ones there were.

    What is in the trash between them goes along, so that it comes back to its place.
    """
    await rooms.hold(connection, room_id)
    before = await order.around(connection, room_id, crowded, _REACH, before=True)
    after = await order.around(connection, room_id, crowded, _REACH, before=False)
    low, left = _until_short(before)
    high, right = _until_short(after)
    live = [*reversed(left), *right]
    if live:
        trashed = await order.trashed(connection, room_id, low, high, _REACH)
        # Sorting is stable: of two with one key, the live one comes first, as it does when the other is restored.
        ids = [task_id for task_id, _ in sorted([*live, *trashed], key=lambda each: each[1])]
        keys = dict(zip(ids, positions.spread(low, high, len(ids)), strict=True))
        rewritten = await order.rewrite(connection, *_columns(keys, live))
        await order.rewrite_trashed(connection, *_columns(keys, trashed))
        await order.log_spread(connection, room_id, rewritten)
    return len(live)


def _columns(keys: dict[UUID, str], rows: list[tuple[UUID, str]]) -> tuple[list[UUID], list[str]]:
    return [task_id for task_id, _ in rows], [keys[task_id] for task_id, _ in rows]


def _until_short(rows: list[tuple[UUID, str]]) -> tuple[str | None, list[tuple[UUID, str]]]:
    """The first short key, which stays, and the tasks on the way to it. None stands for the end of the list."""
    for index, (_, key) in enumerate(rows):
        if len(key) <= _SHORT:
            return key, rows[:index]
    if len(rows) < _REACH:
        return None, rows
    return rows[-1][1], rows[:-1]

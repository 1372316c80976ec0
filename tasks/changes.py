"""The log of changes: one row for each version of a task or comment, in the transaction that made it.

`after` is the whole resource, so that the highest version alone tells how it is now; `before` holds the fields that
changed, as they were. A creation has no `before`; a deletion has no `after`, and the whole resource as `before`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, NamedTuple, Protocol
from uuid import UUID

import msgspec

from chassis import feed
from chassis.database import Connection
from chassis.feed import Change
from tasks.models import Task

Kind = Literal["task", "comment"]
Operation = Literal["create", "update", "delete", "restore"]

LOG = feed.log_of("room_id")

_recorded: ContextVar[list["Recorded"] | None] = ContextVar("recorded", default=None)


class Recorded(NamedTuple):
    """A change: of which task or comment, and which version of it."""

    entity_id: UUID
    version: int


class Resource(Protocol):
    """What has a history: a msgspec struct with these fields."""

    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...


async def record(
    connection: Connection,
    kind: Kind,
    op: Operation,
    *,
    room_id: UUID,
    actor: UUID | None,
    before: Resource | None = None,
    after: Resource | None = None,
) -> None:
    """Logs one write of the resource that was `before` and is `after`."""
    resource = after or before
    if resource is None:
        raise ValueError("a change is of something")
    version = resource.version if after else resource.version + 1
    old: dict[str, Any] | None = msgspec.to_builtins(before)
    new: dict[str, Any] | None = msgspec.to_builtins(after)
    if old and new:
        old = feed.changed(old, new)
    change = Change(kind, resource.id, op, version, actor, old, new)
    await feed.write(connection, "room_id", room_id, change)
    _note(actor, Recorded(resource.id, version))


def note_created(connection: Connection, task: Task) -> None:
    """The statement that made the task has logged it."""
    feed.note_logged(connection, task.room_id)
    _note(task.created_by, Recorded(task.id, task.version))


def _note(actor: UUID | None, change: Recorded) -> None:
    recorded = _recorded.get()
    if recorded is not None and actor is not None:
        recorded.append(change)


@contextmanager
def recording() -> Iterator[list[Recorded]]:
    """Tells what people changed inside this block. One inside another keeps it to itself."""
    recorded: list[Recorded] = []
    token = _recorded.set(recorded)
    try:
        yield recorded
    finally:
        _recorded.reset(token)

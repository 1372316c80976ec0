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

from chassis.database import Connection

Kind = Literal["task", "comment"]
Operation = Literal["create", "update", "delete", "restore"]

# What changes with every write tells nothing of its own.
_BOOKKEEPING = frozenset({"version", "updated_at"})

_recorded: ContextVar[list["Recorded"] | None] = ContextVar("recorded", default=None)

_INSERT = """
    INSERT INTO changes (room_id, actor, kind, entity_id, op, version, before, after)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


class Recorded(NamedTuple):
    """A change: of which task or comment, and which version of it."""

    entity_id: UUID
    version: int


Fields = dict[str, Any]


class Resource(Protocol):
    """What has a history: a msgspec struct with these fields."""

    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...


def changed(before: Fields, after: Fields) -> Fields:
    """The fields that differ, as they were."""
    return {name: value for name, value in before.items() if name not in _BOOKKEEPING and after[name] != value}


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
    old: Fields | None = msgspec.to_builtins(before)
    new: Fields | None = msgspec.to_builtins(after)
    if old and new:
        old = changed(old, new)
    await connection.execute(_INSERT, room_id, actor, kind, resource.id, op, version, old, new)
    recorded = _recorded.get()
    if recorded is not None and actor is not None:
        recorded.append(Recorded(resource.id, version))


@contextmanager
def recording() -> Iterator[list[Recorded]]:
    """Tells what people changed inside this block. One inside another keeps it to itself."""
    recorded: list[Recorded] = []
    token = _recorded.set(recorded)
    try:
        yield recorded
    finally:
        _recorded.reset(token)

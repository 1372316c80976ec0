"""Who changed which field from what to what: the log of changes, as people read it."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from chassis import pages
from chassis.moments import Moment
from chassis.versions import Version
from tasks.changes import Kind, Operation
from tasks.queries import fitting
from tasks.queries.activity import Logged

# What a creation or a deletion is told by; the rest follows from it.
_TOLD: dict[str, tuple[str, ...]] = {
    "task": ("title", "description", "status", "priority", "due_at", "assignees"),
    "comment": ("body",),
}
_Place = Annotated[int, Meta(ge=0, le=2**62)]
_NEWEST = 2**62


class FieldChange(msgspec.Struct, frozen=True, rename={"old": "from", "new": "to"}):
    """A field, as it was and as it became. Of what is created `from` is null, and of what is deleted `to`."""

    field: str
    old: Any
    new: Any


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """One write of a task or comment. `actor` is null for a deleted user, and for what followed from elsewhere.

    `entity_id` is the task's or the comment's own id, `task_id` the task that it is about; `version` the one it made.
    """

    id: int
    at: Moment
    actor: UUID | None
    kind: Kind
    op: Operation
    entity_id: UUID
    task_id: UUID
    version: Version
    fields: list[FieldChange]


class ActivityPage(msgspec.Struct, frozen=True):
    """What happened, the latest first."""

    items: list[Activity]
    next: str | None


def read_place(cursor: str | None, of: UUID) -> int:
    """Where the page that `cursor` asks for begins; raises a 422 problem for what is none."""
    place: int | None = pages.decode(cursor, _Place, of)
    return _NEWEST if place is None else place


def to_page(rows: list[Logged], limit: int, of: UUID) -> ActivityPage:
    """A page of `limit` from one row more, of what happened in the room, or to the task, `of`."""
    page, more = fitting.cut(rows, limit, lambda row: row.fits)
    return ActivityPage([_to_activity(row) for row in page], pages.encode(page[-1].seq, of) if more else None)


def _to_activity(row: Logged) -> Activity:
    return Activity(
        id=row.seq,
        at=row.at,
        actor=row.actor,
        kind=row.kind,
        op=row.op,
        entity_id=row.entity_id,
        task_id=row.task_id,
        version=row.version,
        fields=_fields(row),
    )


def _fields(row: Logged) -> list[FieldChange]:
    """Of a restored resource nothing: it is as it was."""
    before, after = row.before or {}, row.after or {}
    if row.op == "update":
        return [FieldChange(name, old, after[name]) for name, old in before.items()]
    if row.op == "restore":
        return []
    told = [(name, before.get(name), after.get(name)) for name in _TOLD[row.kind]]
    return [FieldChange(name, old, new) for name, old, new in told if old or new]

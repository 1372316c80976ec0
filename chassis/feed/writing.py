"""Writes a change, in the transaction of its row."""

from typing import Any, NamedTuple
from uuid import UUID

from quart import g, has_request_context

from chassis.database import Connection, affected, mark_changed
from chassis.feed.storage import Log
from chassis.logs import current_request_id

_TABLE = """
CREATE TABLE changes (
    seq         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid         xid8        NOT NULL DEFAULT pg_current_xact_id(),
    {topic}     uuid        NOT NULL,
    actor       uuid,
    kind        text        NOT NULL,
    entity_id   uuid        NOT NULL,
    op          text        NOT NULL,
    version     bigint      NOT NULL,
    before      jsonb,
    after       jsonb,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    request_id  text        NOT NULL DEFAULT ''
);
CREATE INDEX changes_order ON changes (xid, seq);
CREATE INDEX changes_topic ON changes ({topic}, xid, seq);
CREATE INDEX changes_actor ON changes (actor) WHERE actor IS NOT NULL;
"""

_INSERT = """
    INSERT INTO changes ({topic}, actor, kind, entity_id, op, version, before, after, request_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""

_FORGET_ACTOR = """
    UPDATE changes
    SET actor = NULL
    WHERE seq IN (SELECT seq FROM changes WHERE actor = $1 LIMIT $2)
"""


class Change(NamedTuple):
    """`after` is the whole resource as it is now, None when it is gone; `before` what of it was otherwise."""

    kind: str
    entity_id: UUID
    op: str
    version: int
    actor: UUID | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


# What changes with every write tells nothing of its own.
_BOOKKEEPING = frozenset({"version", "updated_at"})


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The fields that differ, as they were."""
    return {name: value for name, value in before.items() if name not in _BOOKKEEPING and after[name] != value}


def changes_table(topic: str) -> str:
    """The SQL of a table of changes that is read by the column `topic`."""
    return _TABLE.format(topic=topic)


def log_of(topic: str) -> Log:
    """What a feed shows of that table."""
    columns = f"{topic}, kind, entity_id AS id, op, version, actor, at, request_id, after::text AS record"
    return Log(columns, (topic,))


async def write(connection: Connection, topic: str, about: UUID, change: Change) -> None:
    """Logs a change of what is about `about`. Whoever follows is woken when the transaction has committed."""
    kind, entity_id, op, version, actor, before, after = change
    await connection.execute(
        _INSERT.format(topic=topic), about, actor, kind, entity_id, op, version, before, after, current_request_id()
    )
    note_logged(connection, about)


async def forget_actor(connection: Connection, actor: UUID, limit: int) -> int:
    """Forgets who made at most `limit` of the changes that `actor` made; returns how many there were."""
    return affected(await connection.execute(_FORGET_ACTOR, actor, limit))


def note_logged(connection: Connection, about: UUID) -> None:
    """A statement of its own has logged a change of what is about `about`."""
    mark_changed(connection)
    note_written(about)


def note_written(about: UUID) -> None:
    """The current request writes about this, or finds that it has done so before."""
    if has_request_context():
        g.setdefault("written", set()).add(about)


def written() -> set[UUID]:
    """What the current request has written about so far."""
    return set(g.get("written", ())) if has_request_context() else set()

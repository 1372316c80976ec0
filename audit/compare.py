"""Walks two sorted lists from two databases side by side, in memory that does not grow with them."""

from collections.abc import AsyncIterator
from typing import Literal, NamedTuple
from uuid import UUID

from audit.checks import CHECKS, INNER, Check
from chassis.database import Connection

_PAGE = 1000
Kind = Literal["no reference", "no row", "differs", "inner"]


class Fact(NamedTuple):
    id: UUID
    ends: str
    moving: bool


class Violation(NamedTuple):
    """`no reference`: the row's is missing in Keys; `no row`: what Keys holds has none; `differs`: they disagree."""

    check: str
    kind: Kind
    id: UUID
    row: str
    held: str


class Counted(NamedTuple):
    """How many references a check compared."""

    check: str
    compared: int


class Databases(NamedTuple):
    users: Connection
    rooms: Connection
    tasks: Connection
    keys: Connection

    def named(self, name: str) -> Connection:
        connection: Connection = getattr(self, name)
        return connection


async def survey(databases: Databases) -> tuple[list[Counted], list[Violation]]:
    """Runs every check once, over databases that go on changing: what is just under way may show as violated."""
    counts: list[Counted] = []
    found: list[Violation] = []
    for check in CHECKS:
        compared = 0
        async for violation in _differences(databases, check):
            if violation is None:
                compared += 1
            else:
                found.append(violation)
        counts.append(Counted(check.name, compared))
    for name, statement in INNER.items():
        ids = [row["id"] for row in await databases.keys.fetch(statement)]
        found.extend(Violation(name, "inner", each, "", "") for each in ids)
        counts.append(Counted(name, len(ids)))
    return counts, found


async def _differences(databases: Databases, check: Check) -> AsyncIterator[Violation | None]:
    """None for each pair that agrees."""
    owner, keys = databases.named(check.owner), databases.keys
    async with owner.transaction(readonly=True), keys.transaction(readonly=True):
        rows, held = _stream(owner, check.rows), _stream(keys, check.held)
        row, link = await anext(rows, None), await anext(held, None)
        while row is not None or link is not None:
            if link is None or (row is not None and row.id < link.id):
                if row is not None:
                    yield Violation(check.name, "no reference", row.id, row.ends, "")
                row = await anext(rows, None)
            elif row is None or link.id < row.id:
                if not link.moving:
                    yield Violation(check.name, "no row", link.id, "", link.ends)
                link = await anext(held, None)
            else:
                same = row.ends == link.ends
                yield None if same else Violation(check.name, "differs", row.id, row.ends, link.ends)
                row, link = await anext(rows, None), await anext(held, None)


async def _stream(connection: Connection, statement: str) -> AsyncIterator[Fact]:
    async for record in connection.cursor(statement, prefetch=_PAGE):
        yield Fact(record["id"], record["ends"], record["moving"])

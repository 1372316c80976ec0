"""Sends an operation of the document with a key, once or as a crowd, and counts what came of it."""

import asyncio
from typing import Any

import asyncpg

from chassis.ids import new_id
from tests.meta.examples import BEFORE, BODIES, BY_OTHERS, fill
from tests.meta.operations import Operation
from tests.meta.world import World
from tests.settling import settle
from tests.system import Reply, System

# Rows that a write makes, by the database they are in; what it only changes shows in versions and uses.
_TALLY = {
    "rooms": "SELECT (SELECT count(*) FROM rooms), (SELECT count(*) FROM invites), (SELECT sum(uses) FROM invites)",
    "tasks": "SELECT (SELECT count(*) FROM tasks), (SELECT count(*) FROM comments), (SELECT count(*) FROM changes)",
    "keys": "SELECT (SELECT count(*) FROM nodes), (SELECT count(*) FROM links)",
}
# Others are of the request itself, as its id.
_SAME = ("Content-Type", "ETag", "Location", "TaskSync-Undo")
_AGAIN = {"in_progress", "pending"}


def new_key() -> str:
    return str(new_id())


def whole(reply: Reply) -> tuple[Any, ...]:
    """What must be the same, byte for byte."""
    return reply.status, reply.body, *(reply.headers.get(name) for name in _SAME)


async def prepare(world: World, operation: Operation) -> None:
    if operation.id in BEFORE:
        method, path = BEFORE[operation.id]
        assert (await world.call("owner", method, path.format(**world.ids))).status < 300


async def send(world: World, operation: Operation, key: str, who: str | None = None, **changed: Any) -> Reply:
    """The operation's example, by whoever may; `changed` are fields of another body."""
    who = who or BY_OTHERS.get(operation.id, "owner")
    options: dict[str, Any] = {"headers": {"Idempotency-Key": key}}
    if operation.id in BODIES:
        options["json"] = fill({**BODIES[operation.id], **changed}, world.ids)
    return await world.call(who, operation.method, world.path(operation), **options)


async def send_until_answered(world: World, operation: Operation, key: str) -> Reply:
    """As a client does that is told to come back."""
    async with asyncio.timeout(60):
        while comes_back(reply := await send(world, operation, key)):
            await asyncio.sleep(0.05)
    return reply


def comes_back(reply: Reply) -> bool:
    """Whether this answer says that the request can be sent again."""
    return reply.status in {503, 504} or (reply.status == 409 and reply.code in _AGAIN)


async def tally(system: System) -> dict[str, tuple[int, ...]]:
    await settle(system.databases["keys"])
    counted = {}
    for name, statement in _TALLY.items():
        connection = await asyncpg.connect(system.databases[name])
        (row,) = await connection.fetch(statement)
        counted[name] = tuple(int(each or 0) for each in row.values())
        await connection.close()
    return counted


def grown(before: dict[str, tuple[int, ...]], after: dict[str, tuple[int, ...]]) -> dict[str, list[int]]:
    return {name: [b - a for a, b in zip(before[name], after[name], strict=True)] for name in before}

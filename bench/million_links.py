"""Prints, for each hot call of Keys in a database of a million links, what its statements read and take.

`python -m bench.million_links [LINKS]`
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from bench.links_fill import BIG, BUSY, fill, membership_at, room_at, task_at, user_at
from bench.plans.explain import Explainer
from chassis.database import Connection, Database, Row
from chassis.feed import storage
from chassis.ids import new_id
from chassis.settings import DatabaseSettings
from keys.client import ClaimBody, Link, room, task, user
from keys.feed import LOG
from keys.queries import burials, claims, draining, members, references, stamps, standings
from tests.postgres import run_postgres

_FIRST = UUID(int=0)


@dataclass
class Wire(Explainer):
    """Explains what it runs, undoes that, and runs it: so writes come once."""

    async def fetchrow(self, statement: str, *values: Any) -> Row | None:
        return next(iter(await self.fetch(statement, *values)), None)

    async def fetchval(self, statement: str, *values: Any) -> Any:
        row = await self.fetchrow(statement, *values)
        return row[0] if row else None

    async def execute(self, statement: str, *values: Any) -> None:
        await self.fetch(statement, *values)

    async def _explain(self, statement: str, values: Any) -> None:
        transaction = self.connection.transaction()
        await transaction.start()
        try:
            await super()._explain(statement, values)
        finally:
            await transaction.rollback()


async def look_at_task(connection: Connection) -> None:
    assert await standings.standing(connection, task(task_at(0)), user_at(0), held=True)
    await standings.assignees(connection, task_at(0))


async def look_at_room(connection: Connection) -> None:
    assert await standings.standing(connection, room(BIG), user_at(5))


async def look_as_somebody_busy(connection: Connection) -> None:
    assert await standings.standing(connection, room(room_at(300)), BUSY)
    row = await standings.standing(connection, task(task_at(300)), BUSY)
    assert row
    assert (row["assigned"], row["author"]) == (True, False)
    assert (await stamps.standings(connection, [room_at(300)], [BUSY]))[0]["role"] == "viewer"


async def refer_to_somebody_busy(connection: Connection) -> None:
    """And to a member of BIG."""
    assert await references.memberships(connection, BIG, [user_at(7)])
    assignee = Link(relation="assignee", source=task(task_at(300)), target=user(BUSY))
    assert await references.are_settled(connection, [assignee])


async def first_members(connection: Connection) -> None:
    assert len(await members.page(connection, BIG, _FIRST, 51)) == 51


async def later_members(connection: Connection) -> None:
    assert len(await members.page(connection, BIG, membership_at(2000), 51)) == 51


async def own_memberships(connection: Connection) -> None:
    assert await standings.memberships(connection, user_at(1), None, _FIRST, 51)


async def change_a_member(connection: Connection) -> None:
    await members.hold_rooms(connection, [BIG])
    await members.member(connection, BIG, user_at(7))
    assert await members.has_other_owner(connection, BIG, user_at(7))
    # The one owner: nobody who is looked at ends the search.
    assert not await members.has_other_owner(connection, BIG, user_at(0))
    assert await members.has_other_member(connection, BIG, user_at(7))
    await members.set_role(connection, BIG, user_at(7), "editor", None)


async def claim_a_task(connection: Connection) -> None:
    """As a new task with an assignee does, and its confirmation."""
    claim, made = new_id(), task(new_id())
    ends = [made, room(room_at(1)), user(user_at(1))]
    assert len(await references.live(connection, ends[1:])) == 2
    member = (await references.memberships(connection, room_at(1), [user_at(1)]))[user_at(1)]
    ground = claims.Ground(ends[1:], [(member["id"], member["version"])])
    in_room = Link(relation="in_room", source=made, target=ends[1])
    assignee = Link(relation="assignee", source=made, target=ends[2])
    terms = claims.Terms("tasks", 15, True, room_at(1))
    body = ClaimBody(id=claim, nodes=[made], links=[in_room, assignee], needs=[])
    via = {assignee.id: member["id"]}
    assert await claims.make_claims(connection, terms, [body], via, ground)
    await claims.confirm(connection, [claim], [room_at(1)], None)


async def drop_a_member(connection: Connection) -> None:
    row = await members.member(connection, room_at(2), user_at(14))
    assert row
    await burials.drop(connection, "member", [row["id"]], None)
    link = await draining.next_dropped(connection, [])
    assert link
    await draining.links_via(connection, link, 200)
    await draining.forget_links(connection, [])


async def drain_the_big_room(connection: Connection) -> None:
    """One page of it."""
    await burials.bury(connection, "room", [BIG], None)
    node = await draining.next_buried(connection, [])
    assert node
    found = await draining.links_of(connection, "room", [BIG], 200)
    await burials.drop(connection, "member", [row["id"] for row in found], None)


async def delete_an_account(connection: Connection) -> None:
    owned = await members.owned_rooms(connection, user_at(26))
    await members.owned_standing(connection, user_at(26), owned)
    await burials.bury(connection, "user", [user_at(26)], None)


async def stand_in_rooms(connection: Connection) -> None:
    """What a gateway asks for what it remembers: the roles of several callers, each in another room."""
    rows = await stamps.standings(connection, [BIG, room_at(1)] * 8, [user_at(25), user_at(1)] * 8)
    assert all(row["stamp"] for row in rows)


async def follow(connection: Connection) -> None:
    assert len((await storage.page(connection, LOG, None, 500)).items) == 500


async def sweep(connection: Connection) -> None:
    await claims.open_claims(connection, "tasks", 15.0, 100)


CALLS: tuple[Callable[[Connection], Awaitable[None]], ...] = (
    look_at_task,
    look_at_room,
    look_as_somebody_busy,
    refer_to_somebody_busy,
    first_members,
    later_members,
    own_memberships,
    change_a_member,
    claim_a_task,
    stand_in_rooms,
    follow,
    sweep,
    drop_a_member,
    delete_an_account,
    drain_the_big_room,
)


async def measure(connection: Connection, call: Callable[[Connection], Awaitable[None]], mode: str) -> Wire:
    """Undoes what the call wrote."""
    wire = Wire(connection, mode)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await call(cast("Connection", wire))
    finally:
        await transaction.rollback()
    return wire


async def run(links: int) -> None:
    with run_postgres() as postgres:
        async with postgres.clone("keys") as url:
            settings = DatabaseSettings(bind="", passport_secret="", database_url=url, database_seconds=900)
            database = Database(settings, "bench")
            await database.connect()
            async with database.connection() as connection:
                await fill(connection, links)
                count = await connection.fetchval("SELECT count(*) FROM links")
                print(f"{count} links")
                for call in CALLS:
                    _show(call.__name__.replace("_", " "), await measure(connection, call, "custom"))
            await database.disconnect()


def _show(name: str, wire: Wire) -> None:
    touched = sum(plan.touched for plan in wire.plans)
    milliseconds = sum(plan.milliseconds for plan in wire.plans)
    scans = sorted({scan for plan in wire.plans for scan in plan.scans if scan.startswith("Seq")})
    print(f"{name:20} {len(wire.plans)} statements {touched:6} rows {milliseconds:8.2f} ms  {'; '.join(scans)}")


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))

"""A joining is confirmed before or after what ends the membership, not amid it: else it is told as what came last."""

import asyncio
from contextlib import suppress
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from chassis.database import Connection, Database
from chassis.problems import Problem
from keys import burial, cascade, membership
from keys.client import room, user
from keys.queries import claims, draining, members
from tests.keys import ground
from tests.settling import until_one_waits

pytestmark = pytest.mark.usefixtures("passport")

_TOLD = "SELECT op FROM changes WHERE kind = 'member' AND user_id = $1 ORDER BY xid, seq"


class Joining:
    """Eve's, in a room of Ada's: landed, and not confirmed yet."""

    room: UUID
    ada: UUID
    eve: UUID
    claim: UUID
    confirming: "asyncio.Task[None] | None" = None

    def __init__(self, connection: Connection, other: Connection) -> None:
        self._connection, self._other = connection, other

    async def begin(self) -> None:
        self.ada, self.eve = await ground.add_user(self._connection), await ground.add_user(self._connection)
        self.room = await ground.add_room(self._connection, owner=self.ada)
        link = ground.membership(self.room, self.eve, "viewer")
        self.claim = await ground.refer(self._connection, [], [link], confirm=False)

    async def confirm(self) -> None:
        """Returns when it is through, or waits for somebody."""
        self.confirming = asyncio.create_task(claims.confirm(self._other, [self.claim], [], None))
        waiting = asyncio.create_task(until_one_waits(self._connection))
        await asyncio.wait({self.confirming, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        await asyncio.wait({waiting})

    def confirm_before(self, module: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Before the query `name` of `module`, the first time."""
        query = getattr(module, name)

        async def confirmed(*args: Any) -> Any:
            if self.confirming is None:
                await self.confirm()
            return await query(*args)

        monkeypatch.setattr(module, name, confirmed)

    async def told(self) -> list[str]:
        """What Keys tells of it once all is done, in the order in which others are told."""
        assert self.confirming is not None
        await self.confirming
        return [row["op"] for row in await self._connection.fetch(_TOLD, self.eve)]


@pytest.fixture
async def joining(connection: Connection, other: Connection) -> Joining:
    joining = Joining(connection, other)
    await joining.begin()
    return joining


async def test_who_is_removed_meanwhile_is_not_told_of_as_a_member(
    joining: Joining, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    joining.confirm_before(members, "member", monkeypatch)
    with suppress(Problem):
        async with database.transaction() as removing:
            await membership.remove(removing, joining.room, joining.eve, joining.ada, None)
    assert await joining.told() == ["created"]
    async with database.transaction() as removing:
        await membership.remove(removing, joining.room, joining.eve, joining.ada, None)
    assert await joining.told() == ["created", "dropped"]


@pytest.mark.parametrize("going", ["room", "eve"])
async def test_who_joins_what_goes_meanwhile_is_told_of_as_gone(
    joining: Joining, connection: Connection, database: Database, monkeypatch: pytest.MonkeyPatch, going: str
) -> None:
    joining.confirm_before(draining, "links_of", monkeypatch)
    if going == "room":
        await burial.bury_own(connection, room(joining.room), "rooms")
    else:
        await burial.bury(connection, user(joining.eve), [], joining.eve)
    await cascade.drain(database)
    assert await joining.told()
    await cascade.drain(database)
    assert await joining.told() == ["created", "dropped"]

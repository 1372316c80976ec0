"""A grant from before a crash of PostgreSQL, which gives out numbers of transactions again."""

import asyncio
from collections.abc import AsyncIterator
from typing import cast
from uuid import UUID

import msgspec
import pytest

from chassis.database import Connection
from chassis.feed import storage
from chassis.peers.streaming import LineStream
from keys import looks
from keys.client import room
from keys.client.grants import grant_seal
from keys.client.hearing import Hearing
from keys.client.models import Grant
from keys.feed import LOG
from keys.models import LookBody
from keys.queries import burials
from tests.crashes import TRIES, crash_loses, use_numbers
from tests.keys.ground import add_room, add_user, join
from tests.postgres import Postgres, connected

pytestmark = pytest.mark.usefixtures("passport")

_SEAL = grant_seal("g" * 40)


class _Stream:
    """Tells one page."""

    peer = "keys"

    def __init__(self, line: bytes) -> None:
        self._line = line

    async def lines(self, *_: object) -> AsyncIterator[bytes]:
        yield self._line
        await asyncio.Event().wait()


@pytest.mark.parametrize("guarded", [True, False], ids=["with a snapshot that lasts", "with the whole snapshot"])
async def test_a_grant_from_before_a_crash_is_outdated_by_a_loss_after_it(
    lasting: Postgres, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    if not guarded:
        monkeypatch.setattr(looks, "cut", lambda snapshot, _: snapshot)
    async with lasting.clone("keys") as url:
        async with connected(url) as connection:
            ada, eve = await add_user(connection), await add_user(connection)
            room_id = await add_room(connection, owner=ada)
            link = await join(connection, room_id, eve, "viewer")
        grant = await _crash_beyond(lasting, url, room_id, eve)
        async with connected(url) as connection:
            before = await _hear(connection)
            async with connection.transaction():
                await burials.drop(connection, "member", [link], ada)
            after = await _hear(connection)
    assert not before.outdates(grant, room_id)
    assert after.outdates(grant, room_id) == guarded


async def _crash_beyond(postgres: Postgres, url: str, room_id: UUID, user: UUID) -> Grant:
    """A grant, and a crash that forgets many numbers below those that it has seen."""
    body = LookBody(actions=["room.view"], on=room(room_id))
    for _ in range(TRIES):
        number = await use_numbers(url)
        async with connected(url) as connection:
            look = await looks.look(connection, body, user, _SEAL)
        if await crash_loses(postgres, url, number):
            return _SEAL.open(look.grant, even_expired=True)
    raise AssertionError("the server lost nothing in its crashes")


async def _hear(connection: Connection) -> Hearing:
    """Who has heard of all changes."""
    page = await storage.page(connection, LOG, None, 500)
    hearing = Hearing(cast("LineStream", _Stream(msgspec.json.encode(page))))
    async with hearing.run(), asyncio.timeout(30):
        await hearing.news.wait()
    return hearing

"""What ended is told also after a crash of PostgreSQL, which gives out numbers of transactions again."""

from uuid import UUID

import pytest

from chassis.ids import new_id
from tests.crashes import TRIES, crash_loses, use_number, use_numbers
from tests.postgres import Postgres, connected
from users import revocations
from users.revocations import read_revocations


@pytest.mark.parametrize("guarded", [True, False], ids=["with a cursor that lasts", "with the whole snapshot"])
async def test_a_crash_of_the_server_hides_nothing_that_ended(
    lasting: Postgres, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    if not guarded:
        monkeypatch.setattr(revocations, "cut", lambda snapshot, _: snapshot)
    async with lasting.clone("users") as url:
        cursor, number = await _crash_beyond(lasting, url)
        hidden = await _end(url)
        while await use_number(url) < number:
            pass
        last = await _end(url)
        async with connected(url) as connection:
            found = (await read_revocations(connection, cursor)).items
    assert found == ([hidden, last] if guarded else [last])


async def _crash_beyond(postgres: Postgres, url: str) -> tuple[str, int]:
    """A gateway's cursor and the number of then, and a crash that forgets many numbers below it."""
    for _ in range(TRIES):
        await _end(url)
        number = await use_numbers(url)
        async with connected(url) as connection:
            cursor = (await read_revocations(connection, None)).next
        if await crash_loses(postgres, url, number):
            return cursor, number
    raise AssertionError("the server lost nothing in its crashes")


async def _end(url: str) -> UUID:
    async with connected(url) as connection:
        ended: UUID = await connection.fetchval("INSERT INTO revocations (id) VALUES ($1) RETURNING id", new_id())
    return ended

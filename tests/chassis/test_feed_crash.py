"""The feed after a crash of PostgreSQL, which gives the numbers of transactions out again that it did not keep."""

import pytest

from chassis.feed import storage
from chassis.feed.positions import Position
from tests.chassis.feeds import logged, read_until, replica, tell
from tests.crashes import TRIES, crash_loses, use_number, use_numbers
from tests.postgres import Postgres


@pytest.mark.parametrize("guarded", [True, False], ids=["with a place that lasts", "with the fence as the place"])
async def test_a_crash_of_the_server_hides_no_change(
    lasting: Postgres, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    if not guarded:
        monkeypatch.setattr(storage, "_end", lambda row: Position(row["epoch"], int(row["fence"]), 0))
    url = lasting.url(await logged(lasting))
    place, fence = await _crash_beyond(lasting, url)
    async with replica(url) as (feed, database):
        hidden = await tell(database)
        while await use_number(url) < fence:
            pass
        last = await tell(database)
        found = await read_until(feed, last, place)
    assert found == ([hidden, last] if guarded else [last])


async def _crash_beyond(postgres: Postgres, url: str) -> tuple[str, int]:
    """A place in the feed and the fence of then, and a crash that forgets many numbers below it."""
    for _ in range(TRIES):
        async with replica(url) as (feed, database):
            await tell(database)
            fence = await use_numbers(url)
            place = await feed.start()
        if await crash_loses(postgres, url, fence):
            return str(place), fence
    raise AssertionError("the server lost nothing in its crashes")

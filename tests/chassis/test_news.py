"""Who does something at each change of a peer is woken by each, and where some may have been missed."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, cast

import pytest
from multidict import CIMultiDict

from chassis.feed import listening
from chassis.feed.listening import News
from chassis.peers import Answer, NotAnswered, Refused
from tests.launch.polling import until

NOTHING = b'{"items":[],"position":"e.1.0","more":false,"pending":false}'
CHANGE = b'{"items":[{}],"position":"e.2.0","more":false,"pending":false}'


class Stream:
    """Tells what is put into `coming`, or fails with it."""

    peer = "keys"

    def __init__(self) -> None:
        self.asked, self.coming = list[Mapping[str, str]](), asyncio.Queue[bytes | Exception]()

    async def lines(self, _path: str, params: Mapping[str, str]) -> AsyncIterator[bytes]:
        self.asked.append(params)
        while isinstance(told := await self.coming.get(), bytes):
            yield told
        raise told


async def test_a_change_wakes_and_so_does_the_end_of_what_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "_RETRY_SECONDS", 0.001)
    stream = Stream()
    news = News(cast("Any", stream))

    async def fail(error: Exception) -> Mapping[str, str]:
        """What is asked next."""
        count = len(stream.asked)
        stream.coming.put_nowait(error)
        await until(lambda: len(stream.asked) > count)
        return stream.asked[-1]

    async with news.run():
        stream.coming.put_nowait(NOTHING)
        assert await fail(NotAnswered("keys", "ended its stream", sent=True)) == {"after": "e.1.0"}
        assert not news.event.is_set()
        stream.coming.put_nowait(CHANGE)
        await until(news.event.is_set)
        news.event.clear()
        assert await fail(NotAnswered("keys", "ended its stream", sent=True)) == {"after": "e.2.0"}
        assert not news.event.is_set()
        assert await fail(Refused("keys", Answer(410, b"", CIMultiDict()))) == {}
        assert news.event.is_set()

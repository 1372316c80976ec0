"""A gateway whose feed breaks off, or has another history by now: what it knows then, and whom it tells."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, cast

import pytest
from multidict import CIMultiDict

from chassis.feed import positions
from chassis.ids import new_id
from chassis.peers import Answer, CallError, NotAnswered, Refused
from gateway.live import Hub, cursors
from gateway.live import hub as hub_module
from gateway.live.cursors import SERVICES
from gateway.live.listeners import RESYNC, Listener
from gateway.live.models import Change
from tests.launch.polling import until

BROKEN = NotAnswered("keys", "ended its stream", sent=True)
REFUSED = Refused("keys", Answer(410, b"", CIMultiDict()))


class Feed:
    """Tells where it is, and then nothing, until it fails. From the second time on it tells when it is `let`."""

    def __init__(self, *epochs: str) -> None:
        self.epochs, self.asked = iter(epochs), list[Mapping[str, str]]()
        self.failing: asyncio.Future[CallError] = asyncio.get_running_loop().create_future()
        self.let = asyncio.Event()

    async def lines(self, _path: str, params: Mapping[str, str]) -> AsyncIterator[bytes]:
        self.asked.append(params)
        if len(self.asked) > 1:
            await self.let.wait()
        yield b'{"items":[],"position":"%b.1.0","more":false,"pending":false}\n' % next(self.epochs).encode()
        raise await self.failing if len(self.asked) == 1 else await asyncio.Future()


@pytest.mark.parametrize("error", [BROKEN, REFUSED], ids=["breaks off", "has another history"])
async def test_what_is_told_and_known_when_a_feed(monkeypatch: pytest.MonkeyPatch, error: CallError) -> None:
    monkeypatch.setattr(hub_module, "_RETRY_SECONDS", (0.001, 0.001))
    for patience in ("_SILENT_SECONDS", "_BLIND_SECONDS"):
        monkeypatch.setattr(hub_module, patience, 60.0)
    is_new = error is REFUSED
    keys = Feed("old", "new" if is_new else "old")
    feeds = {name: Feed("any") for name in SERVICES} | {"keys": keys}
    hub = Hub(cast("Any", feeds), cast("Any", None), lambda: True)
    told: list[Change | None] = []
    hub.on_change = told.append
    listener = Listener(new_id(), new_id(), None, None)
    async with hub.run():
        await until(lambda: hub.cursor)
        hub.audience.join(listener)
        begun = hub.cursor
        keys.failing.set_result(error)
        await until(lambda: len(keys.asked) > 1)
        assert not hub.is_current
        # Who lost a right is still known for a moment, but not in another history.
        assert (hub.cursor, hub.follows("keys")) == ((None, False) if is_new else (begun, True))
        assert keys.asked == [{}, {} if is_new else {"after": "old.1.0"}]
        assert listener.is_ending is is_new
        keys.let.set()
        await until(lambda: hub.is_current)
        assert cursors.decode(hub.cursor or "").keys == positions.parse("new.1.0" if is_new else "old.1.0")
        # All that is remembered is forgotten once more.
        assert told == [None] * (len(SERVICES) + is_new)
    assert not is_new or await listener.take() == RESYNC

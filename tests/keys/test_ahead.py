"""What Keys has promised ahead is used for as long as Keys holds to it, and no longer."""

import asyncio
from types import SimpleNamespace

import pytest
from quart import Quart, g

from chassis.ids import new_id
from chassis.inprocess import AppTransport
from chassis.passport import Passport, PassportOffice
from chassis.peers import Peer
from keys.client import ahead, task
from keys.client.ahead import Ahead
from keys.client.confirming import Confirmations
from keys.client.models import ClaimBody


def draft() -> ClaimBody:
    return ClaimBody(id=new_id(), nodes=[task(new_id())], links=[], needs=[])


async def test_a_promise_counts_from_before_keys_is_asked_and_nothing_is_used_beyond_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is left of it is given up by a task, which a loop that stalls wakes too late."""
    now, keys, room_id = 1000.0, Quart("keys"), new_id()

    @keys.post("/internal/claims/ahead")
    async def answer_late() -> tuple[str, int]:
        nonlocal now
        now += 20.0
        return "", 204

    monkeypatch.setattr(ahead, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(ahead, "_PROMISED_SECONDS", 30.0)
    peer = Peer("keys", AppTransport(keys), PassportOffice("tests", "p" * 40))
    claims = Ahead(peer, Confirmations(peer))
    async with Quart("tasks").app_context(), claims.run():
        g.passport = Passport(service="gateway", user=new_id(), expires=0)
        for _ in range(ahead._IN_A_ROW):
            claims.made(room_id, draft)
        async with asyncio.timeout(30):
            while claims.take(room_id) is None:
                await asyncio.sleep(0)
        now += 9.0
        assert claims.take(room_id)
        now += 2.0
        assert claims.take(room_id) is None

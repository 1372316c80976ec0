"""What surely did not happen is tried again, and reads; within a budget, and by one hop alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from chassis import deadlines
from chassis.passport import PassportOffice
from chassis.peers import Answer, HttpTransport, NotAnswered, Peer, RetryBudget, TimedOut, retries
from chassis.peers.retries import send_again
from tests.chassis.test_peers import OK, lab_beside, saying, serving
from tests.system import SECRETS, free_port


@asynccontextmanager
async def peer_at(port: int, budget: RetryBudget | None) -> AsyncIterator[Peer]:
    transport = HttpTransport("peer", f"http://127.0.0.1:{port}", total=8)
    await transport.open()
    try:
        yield Peer("peer", transport, PassportOffice("test", SECRETS["TASKSYNC_PASSPORT_SECRET"]), budget)
    finally:
        await transport.close()


class Hanging:
    """Closes the connection after each of the first `times` requests, as a process that dies does."""

    def __init__(self, times: int) -> None:
        self.left, self.seen = times, 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.seen += 1
        self.left -= 1
        if self.left < 0:
            writer.write(OK)


async def open_later(port: int, seconds: float) -> asyncio.Server:
    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await saying(OK)(reader, writer)
        writer.close()

    await asyncio.sleep(seconds)
    return await asyncio.start_server(accept, "127.0.0.1", port)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_service_that_restarts_is_waited_for(method: str) -> None:
    port = free_port()
    opening = asyncio.create_task(open_later(port, 0.3))
    async with peer_at(port, None) as hasty:
        with pytest.raises(NotAnswered):
            await hasty.call(method, "/")
    async with peer_at(port, RetryBudget()) as peer:
        assert (await peer.call(method, "/")).status == 200
    (await opening).close()


async def test_a_write_that_may_have_happened_is_not_sent_again() -> None:
    dying = Hanging(1)
    async with serving(dying) as port, peer_at(port, RetryBudget()) as peer:
        with pytest.raises(NotAnswered):
            await peer.call("POST", "/", body=b"{}")
        assert dying.seen == 1


@pytest.mark.parametrize(("method", "is_read"), [("GET", False), ("POST", True)])
async def test_a_read_whose_connection_broke_is_sent_again(method: str, is_read: bool) -> None:
    dying = Hanging(2)
    async with serving(dying) as port, peer_at(port, RetryBudget()) as peer:
        assert (await peer.call(method, "/", is_read=is_read)).status == 200


async def test_a_slow_service_is_not_asked_twice() -> None:
    seen = 0

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        seen += 1
        await reader.read()
        await reader.read()

    async def ask(peer: Peer) -> None:
        deadlines.start(1.5)
        with pytest.raises(TimedOut):
            await peer.call("GET", "/")

    async with serving(silent) as port, peer_at(port, RetryBudget()) as peer:
        await asyncio.create_task(ask(peer))
        assert seen == 1


async def test_retries_are_a_tenth_of_the_traffic_and_a_reserve() -> None:
    seen, budget = 0, RetryBudget()

    async def refuse() -> Answer:
        nonlocal seen
        seen += 1
        raise NotAnswered("peer", "cannot be reached", sent=False)

    async def ask() -> None:
        with pytest.raises(NotAnswered):
            await send_again(refuse, budget, is_read=True)

    await asyncio.gather(*(ask() for _ in range(500)))
    assert 500 < seen <= 500 + 20 + 500 / 10


async def test_no_retry_outlasts_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "_PAUSES", (0.05, 20.0))

    async def ask(peer: Peer) -> float:
        deadlines.start(10.0)
        with pytest.raises(NotAnswered):
            await peer.call("GET", "/")
        return deadlines.left() or 0

    async with peer_at(free_port(), RetryBudget()) as peer:
        assert await asyncio.create_task(ask(peer)) > 0


async def test_no_try_begins_with_next_to_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """It could only say that the time is over, and not that nobody is there."""
    monkeypatch.setattr("random.uniform", lambda *_: 1.0)
    left: list[float] = []

    async def refuse() -> Answer:
        left.append(deadlines.bounded(1.0))
        raise NotAnswered("other", "cannot be reached", sent=False)

    async def ask() -> None:
        deadlines.start(0.052)
        with pytest.raises(NotAnswered):
            await send_again(refuse, RetryBudget(), is_read=True)

    await asyncio.create_task(ask())
    assert min(left) > 0.02


async def test_an_inner_service_does_not_try_again() -> None:
    """The gateway does: were both to, a request would be sent as often as their tries multiplied."""
    dying = Hanging(1)
    async with lab_beside(dying) as lab:
        assert (await lab.call("GET", "/hop")).status == 503
        assert dying.seen == 1

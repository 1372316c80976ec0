"""A breaker opens after a few failures, spares a sick service, and closes by itself."""

import asyncio
from collections.abc import Awaitable

import pytest
from prometheus_client import CollectorRegistry

from chassis import deadlines
from chassis.peers import Answer, AnsweredBadly, Failed, NotAnswered, Refused, ShutOut, TimedOut
from chassis.peers import breaker as breaker_module
from chassis.peers.breaker import Breaker, measure
from tests.chassis.test_peers import peer_at, saying, serving
from tests.system import free_port


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def breaker(clock: Time) -> Breaker:
    return Breaker("peer", clock)


def use(breaker: Breaker, *outcomes: bool | None) -> None:
    for good in outcomes:
        breaker.judge(good, tried=breaker.admit())


def opened(breaker: Breaker) -> Breaker:
    use(breaker, *[False] * 5)
    assert breaker.state == "open"
    return breaker


def test_a_few_failures_in_a_row_open_it(breaker: Breaker) -> None:
    use(breaker, False, False, False, False)
    assert breaker.state == "closed"
    use(breaker, False)
    with pytest.raises(ShutOut):
        breaker.admit()


def test_an_answer_between_them_keeps_it_closed(breaker: Breaker) -> None:
    use(breaker, *[False, False, False, False, True] * 3)
    assert breaker.state == "closed"


def test_half_of_many_open_it_and_half_of_few_do_not(breaker: Breaker) -> None:
    use(breaker, *[True, False] * 9)
    assert breaker.number() == 0
    use(breaker, True, False)
    assert breaker.number() == 2


def test_an_answer_is_no_occasion_to_open_it(breaker: Breaker) -> None:
    """As where it makes the many of which half have failed: the next call is asked, and decides."""
    use(breaker, *[False, True] * 10)
    assert breaker.number() == 0
    use(breaker, False)
    assert breaker.number() == 2


def test_failures_of_long_ago_do_not_count(breaker: Breaker, clock: Time) -> None:
    for _ in range(30):
        clock.now += 4
        use(breaker, True, False)
        # Later a trial would have closed it again.
        assert breaker.state == "closed"


def test_a_third_of_many_does_not_open_it(breaker: Breaker) -> None:
    use(breaker, *[True, False, True] * 20)
    assert breaker.state == "closed"


def test_what_says_nothing_about_the_service_does_not_count(breaker: Breaker) -> None:
    use(breaker, *[None] * 50, False, False, None, False, False)
    assert breaker.state == "closed"


def test_after_a_pause_one_call_tries_and_the_others_are_spared(breaker: Breaker, clock: Time) -> None:
    opened(breaker)
    clock.now = 1.0
    assert breaker.admit() is True
    assert breaker.state == "half_open"
    with pytest.raises(ShutOut):
        breaker.admit()
    breaker.judge(True, tried=True)
    assert (breaker.state, breaker.admit()) == ("closed", False)


def test_a_trial_that_fails_opens_it_for_another_pause(breaker: Breaker, clock: Time) -> None:
    opened(breaker)
    clock.now = 1.0
    use(breaker, False)
    clock.now = 1.9
    with pytest.raises(ShutOut):
        breaker.admit()
    clock.now = 2.0
    assert breaker.admit()


def test_a_trial_that_was_given_up_leaves_the_next_one_to_try(breaker: Breaker, clock: Time) -> None:
    """Otherwise a client that leaves in the midst of it would shut the service out for ever."""
    opened(breaker)
    clock.now = 1.0
    use(breaker, None)
    assert breaker.admit()


def test_late_answers_to_calls_from_before_do_not_close_it(breaker: Breaker) -> None:
    early = breaker.admit()
    opened(breaker).judge(True, tried=early)
    assert breaker.state == "open"


def test_its_state_is_a_metric(breaker: Breaker, clock: Time) -> None:
    registry = CollectorRegistry()
    measure([breaker], registry)
    assert registry.get_sample_value("peer_breaker", {"peer": "peer"}) == 0
    opened(breaker)
    assert registry.get_sample_value("peer_breaker", {"peer": "peer"}) == 2
    clock.now = 1.0
    breaker.admit()
    assert registry.get_sample_value("peer_breaker", {"peer": "peer"}) == 1


@pytest.fixture
def long_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long this machine stalls, none is over."""
    monkeypatch.setattr(breaker_module, "_PAUSE_SECONDS", 60.0)


@pytest.mark.usefixtures("long_pause")
async def test_a_peer_that_fails_again_and_again_is_not_asked() -> None:
    asked, fail = 0, saying(b"HTTP/1.1 500 Oops\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await fail(reader, writer)

    async with serving(behave) as port, peer_at(port) as peer:
        for _ in range(5):
            with pytest.raises(Failed):
                await peer.call("GET", "/")
        for _ in range(5):
            with pytest.raises(ShutOut) as raised:
                await peer.call("GET", "/")
            assert raised.value.sent is False
    assert asked == 5


async def test_a_peer_that_recovers_is_asked_again_within_seconds() -> None:
    answers = [b"HTTP/1.1 500 Oops\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"] * 5 + [FINE] * 50

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answers.pop(0))

    async with serving(behave) as port, peer_at(port) as peer:
        for _ in range(5):
            with pytest.raises(Failed):
                await peer.call("GET", "/")
        async with asyncio.timeout(20):
            while True:
                try:
                    assert (await peer.call("GET", "/")).status == 200
                    break
                except ShutOut:
                    await asyncio.sleep(0.05)


FINE = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
BUSY = (
    b"HTTP/1.1 503 Busy\r\nContent-Type: application/problem+json\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
)
FAULT = (
    b"HTTP/1.1 500 Oops\r\nContent-Type: application/problem+json\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
)
REFUSED = b"HTTP/1.1 404 No\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.parametrize("answer", [BUSY, FAULT, REFUSED])
async def test_a_service_that_says_so_itself_stays_asked(answer: bytes) -> None:
    """A fault too is one of a handler: whoever finds it could else shut out everybody."""
    async with serving(saying(answer)) as port, peer_at(port) as peer:
        for _ in range(12):
            with pytest.raises((AnsweredBadly, Refused)):
                await peer.call("GET", "/")


async def test_refused_connections_do_not_open_it() -> None:
    """They cost nothing, and a service that starts is to be found at once."""
    async with peer_at(free_port()) as peer:
        for _ in range(12):
            with pytest.raises(NotAnswered) as raised:
                await peer.call("GET", "/")
            assert not isinstance(raised.value, ShutOut)


@pytest.mark.usefixtures("long_pause")
@pytest.mark.parametrize(("seconds", "shut_out"), [(0.15, False), (2.5, True)])
async def test_a_client_in_a_hurry_shuts_nobody_out(seconds: float, shut_out: bool) -> None:
    """Who allows no time sees time-outs of a service that is well: they must not open the breaker for all."""

    async def hasty() -> None:
        deadlines.start(seconds)
        with pytest.raises(TimedOut):
            await peer.call("GET", "/")

    async with serving(saying(b"", then_silent=True)) as port, peer_at(port) as peer:
        await asyncio.gather(*(asyncio.create_task(hasty()) for _ in range(8)))
        with pytest.raises(ShutOut if shut_out else TimedOut):
            await asyncio.create_task(_within(0.1, peer.call("GET", "/")))


async def _within(seconds: float, call: Awaitable[Answer]) -> Answer:
    deadlines.start(seconds)
    return await call

"""A breaker a service: what fails again and again is not asked for a moment, and answers at once that it is away.

It opens after a few failures in a row, or when half of many fail. After a pause one call tries; it alone waits, and
closes the breaker when it is answered.
"""

import time
from collections.abc import Callable, Iterable
from typing import Literal

from prometheus_client import CollectorRegistry, Gauge

from chassis.logs import get_log
from chassis.peers.errors import ShutOut

_IN_A_ROW = 5
# Or this share of so many calls, counted within a window.
_SHARE, _LEAST, _WINDOW_SECONDS = 0.5, 20, 10.0
_PAUSE_SECONDS = 1.0
_STATES = {"closed": 0, "half_open": 1, "open": 2}
_log = get_log(__name__)


class Breaker:
    """Of one service, as one process sees it. A call asks `admit`, and says in `judge` how it went."""

    def __init__(self, peer: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.peer, self._clock = peer, clock
        self._opened: float | None = None
        self._probing = False
        self._in_a_row = self._calls = self._failures = 0
        self._window = clock()

    @property
    def state(self) -> Literal["closed", "half_open", "open"]:
        if self._opened is None:
            return "closed"
        return "half_open" if self._probing else "open"

    def number(self) -> float:
        """The state, as the metric shows it."""
        return _STATES[self.state]

    def admit(self) -> bool:
        """Whether this call is the one that tries. Raises ShutOut while the service is not asked."""
        if self._opened is None:
            return False
        if self._probing or self._clock() < self._opened + _PAUSE_SECONDS:
            raise ShutOut(self.peer)
        self._probing = True
        return True

    def judge(self, good: bool | None, *, tried: bool) -> None:
        """`tried` is what `admit` returned; `good` is None if the call says nothing about the service."""
        if tried:
            self._judge_trial(good)
        elif self._opened is None and good is not None:
            self._count(good)

    def _judge_trial(self, good: bool | None) -> None:
        self._probing = False
        if good:
            self._opened = None
            self._in_a_row = self._calls = self._failures = 0
            _log.info("breaker.closed", peer=self.peer)
        elif good is False:
            self._opened = self._clock()

    def _count(self, good: bool) -> None:
        now = self._clock()
        if now > self._window + _WINDOW_SECONDS:
            self._window, self._calls, self._failures = now, 0, 0
        self._calls += 1
        self._failures += not good
        self._in_a_row = 0 if good else self._in_a_row + 1
        many = self._calls >= _LEAST and self._failures >= self._calls * _SHARE
        if not good and (many or self._in_a_row >= _IN_A_ROW):
            self._opened = now
            _log.warning("breaker.opened", peer=self.peer)


def measure(breakers: Iterable[Breaker], registry: CollectorRegistry) -> None:
    """Shows the state of each as a metric."""
    gauge = Gauge("peer_breaker", "0: closed, 1: one call tries, 2: open", ["peer"], registry=registry)
    for breaker in breakers:
        gauge.labels(breaker.peer).set_function(breaker.number)

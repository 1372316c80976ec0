"""What each part of an answer took: told to the client in `Server-Timing`, and to the operator in a histogram."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, NamedTuple

from prometheus_client import Histogram
from quart import Quart, Response, g, has_request_context, request

from chassis.metrics import EXTENSION as METRICS
from chassis.passport import PassportOffice
from chassis.peers import Answer, Peer, RetryBudget, TimedOut, Transport

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Timing(NamedTuple):
    """One call to a service, in seconds."""

    part: str
    service: str
    seconds: float


_part: ContextVar[str | None] = ContextVar("part", default=None)
# Of one request, or of a read that several requests share.
_timings: ContextVar[list[Timing] | None] = ContextVar("timings", default=None)


@contextmanager
def part(name: str) -> Iterator[None]:
    """Calls in here are made for the part `name`; otherwise a call is called after its service."""
    token = _part.set(name)
    try:
        yield
    finally:
        _part.reset(token)


def begin() -> list[Timing]:
    """From here on what calls take is noted in the list that is returned."""
    timings: list[Timing] = []
    _timings.set(timings)
    return timings


def add(timings: list[Timing]) -> None:
    """Notes what was done for several requests, this one among them."""
    if (own := _timings.get()) is not None:
        own.extend(timings)


def create_histogram() -> Histogram:
    """To be added to the gateway's metrics. All labels are of closed sets: routes and parts are written in code."""
    labels = ["route", "part", "service", "outcome"]
    return Histogram("gateway_call_seconds", "Calls to services", labels, buckets=_BUCKETS, registry=None)


class TimedPeer(Peer):
    """A service whose calls are timed: each is `ok`, `refused` (4xx), `timeout`, `unavailable` or `given_up`."""

    def __init__(self, name: str, transport: Transport, office: PassportOffice, histogram: Histogram) -> None:
        super().__init__(name, transport, office, RetryBudget())
        self._series = cache(histogram.labels)

    async def send(self, method: str, path: str, **options: Any) -> Answer:
        started, outcome = time.perf_counter(), "unavailable"
        try:
            answer = await super().send(method, path, **options)
            outcome = "ok" if answer.status < 400 else "refused"
        except TimedOut:
            outcome = "timeout"
            raise
        except asyncio.CancelledError:
            outcome = "given_up"
            raise
        finally:
            self._note(time.perf_counter() - started, outcome)
        return answer

    def _note(self, seconds: float, outcome: str) -> None:
        name = _part.get() or self.name
        route = request.url_rule.rule if has_request_context() and request.url_rule else "background"
        self._series(route, name, self.name, outcome).observe(seconds)
        add([Timing(name, self.name, seconds)])


def register(app: Quart, histogram: Histogram) -> None:
    """Adds `Server-Timing` to each answer."""
    app.extensions[METRICS].register(histogram)

    @app.before_request
    async def note() -> None:
        begin()

    @app.after_request
    async def tell(response: Response) -> Response:
        timed = [f'{each.part};desc="{each.service}";dur={each.seconds * 1e3:.1f}' for each in _timings.get() or ()]
        total = time.perf_counter() - g.get("started", time.perf_counter())
        response.headers["Server-Timing"] = ", ".join([*timed, f"total;dur={total * 1e3:.1f}"])
        return response

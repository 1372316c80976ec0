"""Prometheus metrics of one service, in a registry of its own."""

import time
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from quart import Quart, Response, g, request

from chassis.logs import get_log

# The key in `app.extensions` of the registry.
EXTENSION = "tasksync.metrics"
_log = get_log("request")
Handler = TypeVar("Handler", bound=Callable[..., Any])
# Anybody can make up another one, and each would be a series of its own.
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


def routine(handler: Handler) -> Handler:
    """What services ask each other all the time: a line each would drown those about people."""
    handler.is_routine = True  # type: ignore[attr-defined]
    return handler


def register(app: Quart) -> CollectorRegistry:
    """Counts, times and logs each request by its route, never by its path, which holds ids."""
    registry = CollectorRegistry()
    # Bound once: an unbound one is put together anew at each line.
    log = _log.bind()
    requests = Counter("http_requests", "Requests", ["method", "route", "status"], registry=registry)
    seconds = Histogram(
        "http_request_seconds", "Time to answer", ["method", "route"], buckets=_BUCKETS, registry=registry
    )

    @cache
    def series(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        return requests.labels(method, route, status), seconds.labels(method, route)

    @app.before_request
    async def start_clock() -> None:
        g.started = time.perf_counter()

    @app.after_request
    async def observe(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "unmatched"
        method = request.method if request.method in _METHODS else "other"
        elapsed = time.perf_counter() - g.get("started", time.perf_counter())
        count, time_taken = series(method, route, response.status_code)
        count.inc()
        time_taken.observe(elapsed)
        is_routine = getattr(app.view_functions.get(request.endpoint or ""), "is_routine", False)
        tell = log.debug if is_routine and response.status_code < 400 else log.info
        tell(
            "request",
            method=method,
            route=route,
            status=response.status_code,
            ms=round(elapsed * 1e3, 2),
        )
        return response

    return registry


def exposition(registry: CollectorRegistry) -> Response:
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

"""`/livez`: the process runs. `/readyz`: all it needs answers, each by name. `/metrics`: for a scraper."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import msgspec
from prometheus_client import CollectorRegistry
from quart import Quart, Response
from quart_schema import hide

from chassis.logs import get_log
from chassis.metrics import exposition, routine

_log = get_log(__name__)
Check = Callable[[], Awaitable[bool]]


class Readiness(msgspec.Struct, frozen=True):
    """`ready` when every check is `ok`; else the names of those that are `unavailable` tell why."""

    ready: bool
    checks: dict[str, str]


async def examine(checks: Mapping[str, Check]) -> Readiness:
    results = await asyncio.gather(*(_passes(name, check) for name, check in checks.items()))
    named = {name: "ok" if ok else "unavailable" for name, ok in zip(checks, results, strict=True)}
    return Readiness(all(results), named)


async def _passes(name: str, check: Check) -> bool:
    try:
        return await check()
    except Exception as error:
        _log.warning("check.failed", check=name, error=repr(error))
        return False


def register(app: Quart, checks: Mapping[str, Check], registry: CollectorRegistry) -> None:
    """Adds the three paths to a service that only its peers and its operator can reach."""

    @app.get("/livez")
    @routine
    @hide
    async def livez() -> Response:
        return Response("ok", content_type="text/plain")

    @app.get("/readyz")
    @routine
    @hide
    async def readyz() -> Response:
        readiness = await examine(checks)
        status = 200 if readiness.ready else 503
        return Response(msgspec.json.encode(readiness), status=status, content_type="application/json")

    @app.get("/metrics")
    @routine
    @hide
    async def metrics() -> Response:
        return exposition(registry)

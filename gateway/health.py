"""`/livez`, `/readyz` (each service, its database and its feed by name) and `/metrics` of the public door."""

import asyncio
import hmac
import time

import msgspec
from quart import Quart, Response, request
from quart_schema import hide

from chassis import deadlines
from chassis.health import Check, Readiness, examine
from chassis.metrics import EXTENSION as METRICS
from chassis.metrics import exposition, routine
from chassis.peers import CallError, Peer
from chassis.problems import not_found
from gateway.live import Hub
from gateway.policies.revocations import Revocations
from gateway.services import Services

# How long a look is good for, and how long one may take.
_GOOD_SECONDS = 1.0
_LOOK_SECONDS = 2.0


def register(app: Quart, services: Services, revocations: Revocations, live: Hub, metrics_token: str) -> None:
    """Without `metrics_token` there is no `/metrics`; with it, a scraper sends it as a bearer token."""

    @app.get("/livez")
    @routine
    @hide
    async def livez() -> Response:
        return Response("ok", content_type="text/plain")

    watch = _Watch(_checks(services, revocations, live))

    @app.get("/readyz")
    @routine
    @hide
    async def readyz() -> Response:
        readiness = await watch.look()
        status = 200 if readiness.ready else 503
        return Response(msgspec.json.encode(readiness), status=status, content_type="application/json")

    @app.get("/metrics")
    @routine
    @hide
    async def metrics() -> Response:
        sent = request.headers.get("Authorization", "").encode()
        if not metrics_token or not hmac.compare_digest(sent, f"Bearer {metrics_token}".encode()):
            raise not_found("page")
        return exposition(app.extensions[METRICS])


class _Watch:
    """The checks, made together once a second at most: anybody may ask, and each look is many calls."""

    def __init__(self, checks: dict[str, Check]) -> None:
        self._checks = checks
        self._looking: asyncio.Task[Readiness] | None = None
        self._looked = 0.0

    async def look(self) -> Readiness:
        if self._looking is None or (self._looking.done() and time.monotonic() > self._looked + _GOOD_SECONDS):
            self._looking = asyncio.create_task(self._look())
        return await asyncio.shield(self._looking)

    async def _look(self) -> Readiness:
        deadlines.start(_LOOK_SECONDS)
        try:
            return await examine(self._checks)
        finally:
            self._looked = time.monotonic()


def _checks(services: Services, revocations: Revocations, live: Hub) -> dict[str, Check]:
    checks: dict[str, Check] = {}
    for peer in services:
        checks[peer.name] = _asks(peer, "/livez")
        checks[f"{peer.name}.database"] = _asks(peer, "/readyz")
        checks[f"{peer.name}.changes"] = _follows(live, peer.name)

    async def knows_what_ended() -> bool:
        return revocations.is_fresh()

    return {**checks, "revocations": knows_what_ended}


def _follows(live: Hub, service: str) -> Check:
    async def check() -> bool:
        return live.follows(service)

    return check


def _asks(peer: Peer, path: str) -> Check:
    async def check() -> bool:
        try:
            await peer.call("GET", path)
        except CallError:
            return False
        return True

    return check

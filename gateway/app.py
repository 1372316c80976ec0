"""The gateway: the only public door."""

from typing import Annotated

from msgspec import Meta
from quart import Quart

from chassis.background import periodically
from chassis.openapi import COOKIES, OPEN_OPERATIONS
from chassis.passport import PassportOffice
from chassis.peers import HttpTransport
from chassis.peers.streaming import LineStream
from chassis.service import create_bare
from chassis.settings import Count, Seconds, ServiceSettings, SettingsError
from gateway import document, doorway, health, services, timings, web
from gateway.doorway import Doorway
from gateway.live import EXTENSION as LIVE
from gateway.live import Hub
from gateway.policies import compression, cors, proxies
from gateway.policies.identity import Authenticator
from gateway.policies.limits import Limits
from gateway.policies.proxies import Proxies
from gateway.policies.revocations import POLL_PATIENCE_SECONDS, POLL_SECONDS, Revocations
from gateway.policies.sharing import SHARE_SECONDS, Sharing
from gateway.public import cookies, open_operations, public_blueprint
from gateway.services import Services
from gateway.standings import Standings
from gateway.timings import TimedPeer
from gateway.views import composed, memory
from gateway.views.flights import Flights
from gateway.views.memory import Memory

_KEYS_SECONDS = 120.0


class Settings(ServiceSettings, frozen=True, kw_only=True):
    """`trusted_proxies` are networks and `cors_origins` web origins, with commas between; `metrics_token` opens
    `/metrics`; empty is none. `request_seconds` is how long a request may take, through all services."""

    users_url: str
    rooms_url: str
    tasks_url: str
    keys_url: str
    trusted_proxies: str = ""
    cors_origins: str = ""
    metrics_token: str = ""
    request_seconds: Seconds = 3.0
    memory_bytes: Annotated[int, Meta(ge=0)] = 64 * 1024 * 1024
    read_per_minute: Count = 60_000
    write_per_minute: Count = 30_000


def create_app(settings: Settings) -> Quart:
    office = PassportOffice("gateway", settings.passport_secret)
    urls = (settings.users_url, settings.rooms_url, settings.tasks_url, settings.keys_url)
    transports = [
        HttpTransport(name, url, total=settings.call_seconds)
        for name, url in zip(Services._fields, urls, strict=True)
    ]
    histogram = timings.create_histogram()
    peers = Services(*(TimedPeer(each.peer, each, office, histogram) for each in transports))
    # Nothing else waits as long, or shares its connections and its breaker.
    lifeline = HttpTransport("revocations", settings.users_url, total=POLL_PATIENCE_SECONDS)
    revocations = Revocations(TimedPeer("revocations", lifeline, office, histogram))
    live = Hub(
        {name: LineStream(name, url, office) for name, url in zip(Services._fields, urls, strict=True)},
        peers.users,
        revocations.is_fresh,
    )
    revocations.on_ended = live.audience.end_tokens
    remembered = Memory(Standings(peers.keys), settings.memory_bytes)
    live.on_change = remembered.hear
    authenticator = Authenticator(peers.users, revocations)
    limits = Limits({"read": settings.read_per_minute, "write": settings.write_per_minute})
    app = create_bare(
        "gateway",
        settings,
        [public_blueprint(), document.blueprint, web.blueprint],
        transports=[*transports, lifeline],
        lifespans=[
            periodically("revocations.poll", POLL_SECONDS, revocations.poll),
            live.run,
            periodically("keys.fetch", _KEYS_SECONDS, authenticator.fetch_keys),
            periodically("limits.share", SHARE_SECONDS, Sharing(limits, peers.users).share),
        ],
    )
    app.extensions[services.EXTENSION] = peers
    app.extensions[composed.EXTENSION] = Flights()
    app.extensions[LIVE] = live
    app.extensions[memory.EXTENSION] = remembered
    app.extensions[proxies.EXTENSION] = _proxies(settings)
    app.extensions[OPEN_OPERATIONS], app.extensions[COOKIES] = open_operations(), cookies()
    doorway.register(app, Doorway(authenticator, limits, settings.request_seconds))
    cors.register(app, _origins(settings))
    compression.register(app)
    timings.register(app, histogram)
    health.register(app, peers, revocations, live, settings.metrics_token)
    return app


def _proxies(settings: Settings) -> Proxies:
    try:
        return Proxies(settings.trusted_proxies)
    except ValueError as error:
        raise SettingsError(f"gateway cannot start with a wrong TASKSYNC_GATEWAY_TRUSTED_PROXIES: {error}") from None


def _origins(settings: Settings) -> frozenset[str]:
    try:
        return cors.parse_origins(settings.cors_origins)
    except ValueError as error:
        raise SettingsError(f"gateway cannot start with a wrong TASKSYNC_GATEWAY_CORS_ORIGINS: {error}") from None

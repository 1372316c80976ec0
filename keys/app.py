"""The Keys service: its settings, and the app."""

from msgspec.structs import force_setattr
from quart import Quart

from chassis import idempotency
from chassis.background import periodically
from chassis.database import Database
from chassis.feed import Feed
from chassis.feed.listening import News
from chassis.metrics import EXTENSION as METRICS
from chassis.passport import PassportOffice
from chassis.peers.streaming import LineStream
from chassis.service import connect_peer, create_service
from chassis.settings import DatabaseSettings, Secret
from keys import cascade, footings, renames
from keys.client import grants
from keys.feed import LOG
from keys.gauges import create_backlog_gauge, measure_backlog
from keys.routes import blueprint

_DRAIN_SECONDS = 0.2
_RENAME_SECONDS = 1.0
_MEASURE_SECONDS = 5.0
_PRUNE_SECONDS = 3600.0
# A claim tells in 217 bytes what a batch tells in 39: that a task is for somebody. It may do so 5000 times.
_CLAIM_BYTES = 5 * 256 * 1024


class Settings(DatabaseSettings, frozen=True, kw_only=True):
    """What Keys reads from the environment."""

    grant_secret: Secret
    users_url: str

    def __post_init__(self) -> None:
        # What is set for all is a bound on clients; who asks Keys asks for more than a client sent.
        force_setattr(self, "body_bytes", max(self.body_bytes, _CLAIM_BYTES))


def create_app(settings: Settings) -> Quart:
    database = Database(settings, "keys")
    feed = Feed(LOG, settings, database)
    office = PassportOffice("keys", settings.passport_secret)
    users, transport = connect_peer("users", settings.users_url, office, settings)
    news = News(LineStream("users", settings.users_url, office))
    backlog = create_backlog_gauge()
    lifespans = [
        periodically("cascade.drain", _DRAIN_SECONDS, lambda: cascade.drain(database)),
        periodically("cascade.forget", _PRUNE_SECONDS, lambda: cascade.forget(database)),
        news.run,
        periodically("renames.tell", _RENAME_SECONDS, lambda: renames.run(users, database), news.event),
        feed.run,
        feed.pruning(),
        periodically("backlog.measure", _MEASURE_SECONDS, lambda: measure_backlog(database, backlog)),
        idempotency.pruning(database),
    ]
    app = create_service(
        "keys",
        settings,
        [blueprint, feed.blueprint(grants.allow_feed)],
        database=database,
        transports=[transport],
        lifespans=lifespans,
        extensions={
            grants.EXTENSION: grants.grant_seal(settings.grant_secret),
            footings.EXTENSION: footings.Footings(),
        },
    )
    app.extensions[METRICS].register(backlog)
    return app

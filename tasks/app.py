"""The tasks service."""

from quart import Quart

from chassis import idempotency
from chassis.background import periodically
from chassis.database import Database
from chassis.feed import Feed
from chassis.service import create_service
from chassis.settings import Seconds
from keys.client import KeysSettings, allow_feed, connect_keys, current_keys
from tasks import following, trash
from tasks.changes import LOG
from tasks.routes import BLUEPRINTS


class Settings(KeysSettings, frozen=True, kw_only=True):
    """What the tasks service reads. `purge_seconds`: how often it looks for what is too old in the trash."""

    purge_seconds: Seconds = 3600.0


def create_app(settings: Settings) -> Quart:
    database = Database(settings, "tasks")
    keys = connect_keys("tasks", settings, database, following.apply)
    purge = periodically("trash.purge", settings.purge_seconds, lambda: trash.purge(database, current_keys()))
    feed = Feed(LOG, settings, database)
    app = create_service(
        "tasks",
        settings,
        [*BLUEPRINTS, feed.blueprint(allow_feed)],
        database=database,
        transports=[keys.transport],
        lifespans=[*keys.lifespans, purge, feed.run, feed.pruning(), idempotency.pruning(database)],
        extensions=keys.extensions,
    )
    keys.stamping(app)
    return app

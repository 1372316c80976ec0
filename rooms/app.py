"""The rooms service."""

from quart import Quart

from chassis import idempotency, undo
from chassis.background import periodically
from chassis.database import Database
from chassis.feed import Feed
from chassis.service import create_service
from keys.client import KeysSettings, allow_feed, connect_keys
from rooms import cascades, queries
from rooms.changes import LOG
from rooms.routes import blueprint

_PRUNE_SECONDS = 3600.0
_PRUNE_BATCH = 1000


class Settings(KeysSettings, frozen=True, kw_only=True):
    """What the rooms service reads from the environment."""


def create_app(settings: Settings) -> Quart:
    database = Database(settings, "rooms")
    keys = connect_keys("rooms", settings, database, cascades.apply)

    feed = Feed(LOG, settings, database)

    async def prune() -> None:
        pruned = _PRUNE_BATCH
        while pruned == _PRUNE_BATCH:
            async with database.connection() as connection:
                pruned = await queries.delete_expired_invites(connection, undo.SECONDS, _PRUNE_BATCH)

    app = create_service(
        "rooms",
        settings,
        [blueprint, feed.blueprint(allow_feed)],
        database=database,
        transports=[keys.transport],
        lifespans=[
            *keys.lifespans,
            periodically("invites.prune", _PRUNE_SECONDS, prune),
            feed.run,
            feed.pruning(),
            idempotency.pruning(database),
        ],
        extensions=keys.extensions,
    )
    keys.stamping(app)
    return app

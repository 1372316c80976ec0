"""The rooms service."""

from quart import Quart

from chassis import idempotency
from chassis.background import periodically
from chassis.database import Database
from chassis.service import create_service
from keys.client import KeysSettings, connect_keys
from rooms import cascades, queries
from rooms.routes import blueprint

_PRUNE_SECONDS = 3600.0


class Settings(KeysSettings, frozen=True, kw_only=True):
    """What the rooms service reads from the environment."""


def create_app(settings: Settings) -> Quart:
    database = Database(settings, "rooms")
    keys = connect_keys("rooms", settings, database, cascades.apply)

    async def prune() -> None:
        async with database.connection() as connection:
            await queries.delete_expired_invites(connection)

    return create_service(
        "rooms",
        settings,
        [blueprint],
        database=database,
        transports=[keys.transport],
        lifespans=[
            *keys.lifespans,
            periodically("invites.prune", _PRUNE_SECONDS, prune),
            idempotency.pruning(database),
        ],
        extensions=keys.extensions,
    )

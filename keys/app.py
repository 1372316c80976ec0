"""The Keys service: its settings, and the app."""

from quart import Quart

from chassis.database import Database
from chassis.service import create_service
from chassis.settings import DatabaseSettings
from keys.client import grants
from keys.routes import blueprint


class Settings(DatabaseSettings, frozen=True, kw_only=True):
    """What Keys reads from the environment."""

    grant_secret: str


def create_app(settings: Settings) -> Quart:
    database = Database(settings, "keys")
    return create_service(
        "keys",
        settings,
        [blueprint],
        database=database,
        extensions={grants.EXTENSION: grants.grant_seal(settings.grant_secret)},
    )

"""The tasks service."""

from quart import Quart

from chassis.database import Database
from chassis.service import create_service
from keys.client import KeysSettings, connect_keys
from tasks.routes import BLUEPRINTS


class Settings(KeysSettings, frozen=True, kw_only=True):
    """What the tasks service reads."""


def create_app(settings: Settings) -> Quart:
    database = Database(settings, "tasks")
    extensions, keys = connect_keys("tasks", settings, database)
    return create_service("tasks", settings, BLUEPRINTS, database=database, transports=[keys], extensions=extensions)

"""The users service: accounts, sessions, tokens and signing keys."""

from quart import Quart

from chassis import idempotency
from chassis.database import Database
from chassis.feed import Feed
from chassis.ratelimits import Policy
from chassis.service import create_service
from chassis.settings import Count, Secret
from keys.client import KeysSettings, allow_feed, connect_keys
from keys.client.stamps import NAMES
from users import cascades, limits, passwords, signing_keys
from users.changes import LOG
from users.housekeeping import housekeeping
from users.limits import Limits
from users.passwords import Passwords
from users.routes import BLUEPRINTS
from users.signing_keys import KeyRing

_FIVE_MINUTES, _QUARTER, _HOUR = 300, 900, 3600


class Settings(KeysSettings, frozen=True, kw_only=True):
    """`key_secret` seals the signing keys. The quotas are attempts: to log in in 15 minutes, to register and to look
    up an address in an hour, to refresh in 5 minutes."""

    key_secret: Secret
    password_workers: Count = 2
    login_per_account: Count = 10
    login_per_address: Count = 100
    register_per_account: Count = 5
    register_per_address: Count = 100
    refresh_per_account: Count = 100
    refresh_per_address: Count = 1000
    lookup_per_account: Count = 60


def create_app(settings: Settings) -> Quart:
    database = Database(settings, "users")
    ring = KeyRing(database, settings.key_secret)
    keys = connect_keys("users", settings, database, cascades.apply)
    feed = Feed(LOG, settings, database)
    extensions = keys.extensions | {
        limits.EXTENSION: _limits(settings),
        passwords.EXTENSION: Passwords(settings.password_workers),
        signing_keys.EXTENSION: ring,
    }
    app = create_service(
        "users",
        settings,
        [*BLUEPRINTS, feed.blueprint(allow_feed)],
        database=database,
        transports=[keys.transport],
        lifespans=[
            *keys.lifespans,
            *housekeeping(database, ring),
            feed.run,
            feed.pruning(),
            idempotency.pruning(database),
        ],
        extensions=extensions,
    )
    keys.stamping(app, instead=NAMES)
    return app


def _limits(settings: Settings) -> Limits:
    return Limits(
        login_account=Policy("login-account", settings.login_per_account, _QUARTER),
        login_address=Policy("login-address", settings.login_per_address, _QUARTER),
        register_account=Policy("register-account", settings.register_per_account, _HOUR),
        register_address=Policy("register-address", settings.register_per_address, _HOUR),
        refresh_account=Policy("refresh-account", settings.refresh_per_account, _FIVE_MINUTES),
        refresh_address=Policy("refresh-address", settings.refresh_per_address, _FIVE_MINUTES),
        lookup_account=Policy("lookup-account", settings.lookup_per_account, _HOUR),
    )

"""`python -m chassis.migrate SERVICE...` brings databases up to date; `SERVICE -m TEXT` starts a new version."""

import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from alembic.util import CommandError

from chassis.settings import SettingsError, lookup

_HERE = Path(__file__).parent


def configure(service: str, url: str) -> Config:
    """An alembic configuration for the versions of `service`, on the database at `url` (postgresql://...)."""
    config = Config()
    config.set_main_option("script_location", str(_HERE / "migrations"))
    config.set_main_option("version_locations", str(_HERE.parent / service / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def upgrade(service: str, url: str) -> None:
    """Leaves a database of a later release as it is: the services of one release work on their successor's."""
    try:
        command.upgrade(configure(service, url), "head")
    except CommandError as error:
        if not isinstance(error.__cause__, ResolutionError):
            raise
        print(f"The database of {service} is of a later release, and stays as it is: {error}", file=sys.stderr)


def begin(config: Config, message: str) -> None:
    """Makes the file of the version after the last."""
    last = ScriptDirectory.from_config(config).get_current_head() or "0"
    command.revision(
        config, message, rev_id=f"{int(last) + 1:04}", version_path=config.get_main_option("version_locations")
    )


def main(arguments: list[str]) -> int:
    match arguments:
        case [service, "-m", message]:
            begin(configure(service, ""), message)
        case [_, *_]:
            return _upgrade_each(arguments)
        case _:
            print("usage: python -m chassis.migrate SERVICE... | SERVICE -m MESSAGE", file=sys.stderr)
            return 2
    return 0


def _upgrade_each(services: list[str]) -> int:
    for service in services:
        try:
            url = lookup(service, "database_url", os.environ)
        except SettingsError as error:
            print(error, file=sys.stderr)
            return 2
        if url is None:
            print(f"set TASKSYNC_{service.upper()}_DATABASE_URL", file=sys.stderr)
            return 2
        upgrade(service, url)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

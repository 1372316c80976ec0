"""What the services, and the commands on their databases, are told by environment variables."""

from collections.abc import Callable, Iterable, Sequence

from launch.folder import DataFolder
from launch.settings import OWNERS, SERVICES, Settings

# A laptop is tried out with many made-up people at one address: limits made for a public door would stand in the way.
_LOCAL = {
    "TASKSYNC_SHUTDOWN_SECONDS": "2",
    "TASKSYNC_USERS_LOGIN_PER_ADDRESS": "100000",
    "TASKSYNC_USERS_REGISTER_PER_ADDRESS": "100000",
    "TASKSYNC_USERS_REFRESH_PER_ADDRESS": "100000",
    "TASKSYNC_USERS_LOOKUP_PER_ACCOUNT": "100000",
}


def service_environ(
    settings: Settings, folder: DataFolder, url: Callable[[str], str], names: Sequence[str]
) -> dict[str, str]:
    """What these services are told: of databases, and of secrets that one service alone has, only their own.

    `url` answers the URL of a database by its name."""
    environ = {**_LOCAL, **settings.environ}
    for variable, secret in folder.secrets().items():
        is_given = environ.get(variable) or environ.get(f"{variable}_FILE")
        if not is_given and not variable.startswith(_prefixes(set(SERVICES) - set(names))):
            environ[variable] = secret
    for peer in SERVICES:
        environ[f"TASKSYNC_{peer.upper()}_URL"] = settings.url(peer)
    for name in names:
        environ[f"TASKSYNC_{name.upper()}_BIND"] = settings.address(name)
    return environ | database_environ(url, names)


def database_environ(url: Callable[[str], str], names: Iterable[str] = OWNERS) -> dict[str, str]:
    return {f"TASKSYNC_{name.upper()}_DATABASE_URL": url(f"tasksync_{name}") for name in names}


def _prefixes(services: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"TASKSYNC_{service.upper()}_" for service in services)

"""Settings from the environment: one Struct a service, each field one variable, read once at start."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec

PREFIX = "TASKSYNC"


class SettingsError(Exception):
    """A setting is missing or wrong. The message names every variable concerned, and no value."""


Seconds = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]
# A signature is no stronger than what it is made with.
Secret = Annotated[str, msgspec.Meta(min_length=32)]


class ServiceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What each service reads. `bind` is `host:port` or `unix:/path`; times are seconds.

    `requests_at_once` are worked on, `requests_waiting` wait for a moment; more are refused.
    """

    bind: str
    passport_secret: Secret
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "json"
    shutdown_seconds: Seconds = 5.0
    call_seconds: Seconds = 3.0
    body_bytes: Count = 256 * 1024
    requests_at_once: Count = 128
    requests_waiting: Count = 128


class DatabaseSettings(ServiceSettings, frozen=True, kw_only=True):
    """What a service with a database reads besides. A statement or a wait for a connection ends in time."""

    database_url: str
    database_pool: Count = 10
    database_seconds: Seconds = 3.0


S = TypeVar("S", bound=ServiceSettings)


def load(kind: type[S], service: str, environ: Mapping[str, str] | None = None) -> S:
    """Reads `kind` for `service`: TASKSYNC_<SERVICE>_<FIELD> wins over TASKSYNC_<FIELD>.

    A variable of either name with `_FILE` behind it names a file that holds the value (container secrets).
    Raises SettingsError, which names all that is missing at once.
    """
    environ = os.environ if environ is None else environ
    found: dict[str, str] = {}
    missing: list[str] = []
    for field in msgspec.structs.fields(kind):
        value = lookup(service, field.name, environ)
        if value is not None:
            found[field.name] = value
        elif field.required:
            missing.append(" or ".join(_names(service, field.name)))
    if missing:
        raise SettingsError(f"{service} cannot start without {'; '.join(missing)}")
    try:
        return msgspec.convert(found, kind, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{service} cannot start with a wrong setting: {error}") from None


def _names(service: str, field: str) -> list[str]:
    return [f"{PREFIX}_{service}_{field}".upper(), f"{PREFIX}_{field}".upper()]


def lookup(service: str, field: str, environ: Mapping[str, str]) -> str | None:
    """The one field as text; None if nothing sets it. Raises SettingsError for a file that cannot be read."""
    for name in _names(service, field):
        if environ.get(name):
            return environ[name]
        if path := environ.get(f"{name}_FILE"):
            try:
                return Path(path).read_text().strip()
            except OSError as error:
                raise SettingsError(f"{name}_FILE cannot be read: {error.strerror}") from None
    return None

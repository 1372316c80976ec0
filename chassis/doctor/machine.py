"""What can be seen on this machine: secrets, disk and port."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from chassis.doctor import Finding
from chassis.doctor.http import ask
from chassis.settings import PREFIX, ServiceSettings

# A random one of 32 characters has more; what somebody typed, or copied from .env.example, has fewer or stands here.
_DIFFERENT_CHARACTERS = 10
_SAMPLES = ("random-characters", "changeme", "change-me", "password", "example", "secret")
_FREE_BYTES = 1024**3


def look_at_secrets(service: str, settings: ServiceSettings) -> Finding:
    """Missing and short ones are refused with the settings; here are those that only look like one."""
    subject = f"{service}: secrets"
    wrong = [name for name, value in _secrets(settings) if _is_weak(value)]
    values = [value for _, value in _secrets(settings)]
    if wrong:
        names = ", ".join(f"{PREFIX}_{name}".upper() for name in wrong)
        return Finding(subject, f"{names} can be guessed", "Make new ones: make secrets.")
    if len(set(values)) < len(values):
        return Finding(subject, "two of them are the same", "Give each a value of its own: make secrets.")
    return Finding(subject)


def _secrets(settings: ServiceSettings) -> Iterator[tuple[str, str]]:
    for name, value in msgspec.structs.asdict(settings).items():
        if name.endswith(("_secret", "_token")) and value:
            yield name, value


def _is_weak(value: str) -> bool:
    return len(set(value)) < _DIFFERENT_CHARACTERS or any(sample in value.lower() for sample in _SAMPLES)


def look_at_disk(service: str) -> Finding:
    """Of the data folder that `make up` names; else of what the service runs on: in a container the engine's data."""
    data = Path(os.environ.get(f"{PREFIX}_DATA", ""))
    folder = data if data.is_absolute() and data.is_dir() else Path(__file__).anchor
    free = shutil.disk_usage(folder).free
    if free < _FREE_BYTES:
        said = f"{free // 1024**2} MB are free at {folder}"
        return Finding(f"{service}: disk", said, "Make room: old logs, backups and images.")
    return Finding(f"{service}: disk")


async def look_at_port(service: str, settings: ServiceSettings) -> Finding:
    """Whether the service itself answers at its address."""
    host, _, port = settings.bind.rpartition(":")
    if settings.bind.startswith("unix:"):
        return Finding(f"{service}: runs at {settings.bind}")
    subject = f"{service}: runs at {settings.bind}"
    answer = await asyncio.to_thread(ask, f"http://{host.replace('0.0.0.0', '127.0.0.1')}:{port}", "/livez")  # noqa: S104
    if answer is None:
        return Finding(subject, "nothing answers", "Start it; its log says why it ended.")
    if answer.body != b"ok":
        return Finding(subject, "another program answers", f"End it, or change {PREFIX}_{service.upper()}_BIND.")
    return Finding(subject)

"""Where the data lies and which ports are used and free, from the environment and from `.env` beside the Makefile."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path

import msgspec

from launch.screen import LaunchError

ROOT = Path(__file__).parent.parent
# In the order of their ports, from TASKSYNC_PORT on.
SERVICES = ("gateway", "users", "rooms", "tasks", "keys")
OWNERS = SERVICES[1:]
DEFAULT_PORT = 8000


class Settings(msgspec.Struct, frozen=True):
    """`environ` is the environment that the services inherit."""

    data: Path
    port: int
    environ: dict[str, str]

    def address(self, service: str) -> str:
        """`host:port` of a service. Only this machine reaches it."""
        return f"127.0.0.1:{self.port + SERVICES.index(service)}"

    def url(self, service: str) -> str:
        return f"http://{self.address(service)}"


def load(environ: Mapping[str, str] | None = None, file: Path = ROOT / ".env") -> Settings:
    """The environment wins over the file. Raises LaunchError."""
    merged = {**read_file(file), **(os.environ if environ is None else environ)}
    data = Path(merged.get("TASKSYNC_DATA") or ".data").expanduser()
    return Settings(Path.cwd() / data, _port(merged.get("TASKSYNC_PORT") or str(DEFAULT_PORT)), merged)


def _port(text: str) -> int:
    highest = 65536 - len(SERVICES)
    if text.isascii() and text.isdigit() and 1 <= int(text) <= highest:
        return int(text)
    raise LaunchError(f"TASKSYNC_PORT is {text!r}, and must be a number from 1 to {highest}.")


def read_file(file: Path) -> dict[str, str]:
    """The `NAME=value` lines of `file`, if it is there; `#` starts a comment line, and quotes around a value go."""
    if not file.is_file():
        return {}
    values: dict[str, str] = {}
    for number, line in enumerate(file.read_text().splitlines(), 1):
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if not name or name.startswith("#"):
            continue
        if not equals:
            raise LaunchError(f"Line {number} of {file} is not NAME=value.")
        values[name.strip()] = value.strip().strip("\"'")
    return values


def check_ports(settings: Settings) -> None:
    """Raises LaunchError that names the first port that another program has."""
    for name in SERVICES:
        host, port = settings.address(name).split(":")
        with socket.socket() as sock:
            # As the service itself will: connections of the last run that are still closing do not matter.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                sock.bind((host, int(port)))
                sock.listen()
            except OSError as error:
                raise LaunchError(
                    f"Port {port}, for {name}, cannot be used ({error.strerror}); set TASKSYNC_PORT to the first "
                    f"of {len(SERVICES)} free ports."
                ) from None

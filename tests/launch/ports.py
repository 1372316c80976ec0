"""Free ports in a row, as the launcher wants them."""

import random
import socket
from contextlib import suppress

from launch.settings import SERVICES

# Below what systems hand out to clients: there, any connection of another test could take one meanwhile.
_RANGE = range(20_000, 32_000, len(SERVICES))


def free_ports() -> int:
    """The first of as many free ports in a row as there are services."""
    while True:
        first = random.choice(_RANGE)
        if all(_is_free(first + step) for step in range(len(SERVICES))):
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False

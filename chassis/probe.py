"""`python -m chassis.probe`: the health check of a container, which asks the service in it and exits with 0 or 1.

Until the service was ready once, it asks `/readyz`, so that a new replica gets no request, and an update goes no
further, before it can answer. From then on it asks `/livez`: a replica that is started anew mends no database.
"""

import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

_SECONDS = 4.0


def probe(address: str, marker: Path) -> bool:
    """Whether what listens at `address` (host:port) is well; `marker` is a file that remembers that it was ready."""
    host, _, port = address.replace("[", "").replace("]", "").rpartition(":")
    if marker.exists():
        return _answers_well(host, int(port), "/livez")
    if _answers_well(host, int(port), "/readyz"):
        # Where nothing can be written, it asks for readiness for ever.
        with suppress(OSError):
            marker.touch()
        return True
    return False


def _answers_well(host: str, port: int, path: str) -> bool:
    """With a bare socket: an HTTP client takes longer to import than all of this takes to run."""
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection((host, port), timeout=_SECONDS) as connection:
            connection.sendall(request.encode())
            return connection.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False


def main() -> int:
    bind = os.environ.get("TASKSYNC_BIND", "")
    return 0 if probe(bind.replace("0.0.0.0", "127.0.0.1"), Path("/tmp/ready")) else 1  # noqa: S104, S108


if __name__ == "__main__":
    sys.exit(main())

"""One plain GET, for a command that needs no connection pool."""

import http.client
import time
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urlsplit

_SECONDS = 3.0


class Heard(NamedTuple):
    """`clock` is how far the other's clock is ahead, in seconds, as exactly as a `Date` header tells."""

    status: int
    body: bytes
    clock: float


def ask(base: str, path: str, headers: dict[str, str] | None = None) -> Heard | None:
    """None if nothing answers in time."""
    url = urlsplit(base)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=_SECONDS)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        told = parsedate_to_datetime(answer.headers["Date"]).timestamp() if answer.headers["Date"] else time.time()
        return Heard(answer.status, answer.read(), told - time.time())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()

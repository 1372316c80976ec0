"""Which other web origins may call the API from a browser: those of the setting `cors_origins`, and no other."""

import re
from ipaddress import IPv6Address

from quart import Quart, current_app
from quart_cors import cors

EXTENSION = "tasksync.origins"
_MAX_AGE_SECONDS = 600
# What a page may send beside the plainest, and what it may read: all that the API has.
TAKEN = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Last-Event-ID",
    "TaskSync-Session",
    "TaskSync-Timeout",
    "Traceparent",
)
SHOWN = (
    "Allow",
    "ETag",
    "RateLimit",
    "RateLimit-Policy",
    "Request-Id",
    "Retry-After",
    "Server-Timing",
    "TaskSync-Cursor",
    "TaskSync-Undo",
    "WWW-Authenticate",
)
_ORIGIN = re.compile(r"(https?)://(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[([0-9a-f:]+)\])(?::([1-9][0-9]{0,4}))?")
# No browser sends the port that its scheme has anyway.
_USUAL_PORTS = {"http": "80", "https": "443"}
_EXPECTED = (
    "https://app.example.org or http://localhost:5173: a host in small letters, without a wildcard, a user or a path,"
    " and with a port only if it is not the usual one"
)
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def parse_origins(text: str) -> frozenset[str]:
    """Origins with commas between, each as a browser sends it. Raises ValueError for what is none."""
    origins = frozenset(part.strip() for part in text.split(",") if part.strip())
    for origin in origins:
        if not _is_origin(origin):
            raise ValueError(f"{origin!r} is no origin, such as {_EXPECTED}")
    return origins


def _is_origin(text: str) -> bool:
    found = _ORIGIN.fullmatch(text)
    if found is None:
        return False
    scheme, ipv6, port = found.groups()
    return port != _USUAL_PORTS[scheme] and int(port or 0) < 65536 and (ipv6 is None or _is_ipv6(ipv6))


def _is_ipv6(text: str) -> bool:
    try:
        return IPv6Address(text).compressed == text
    except ValueError:
        return False


def register(app: Quart, origins: frozenset[str]) -> None:
    """Without `origins` nothing is said of other origins, and browsers keep them out."""
    app.extensions[EXTENSION] = origins
    if origins:
        cors(
            app,
            allow_origin=origins,
            allow_credentials=True,
            allow_headers=TAKEN,
            allow_methods=_METHODS,
            expose_headers=SHOWN,
            max_age=_MAX_AGE_SECONDS,
        )


def to_headers(app: Quart, origin: str) -> dict[str, str]:
    """By which a page of `origin` may read an answer that went out without the app."""
    origins: frozenset[str] = app.extensions[EXTENSION]
    if origin not in origins:
        return {"Vary": "Origin"} if origins else {}
    return {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": ", ".join(SHOWN),
    }


def current_origins() -> frozenset[str]:
    origins: frozenset[str] = current_app.extensions[EXTENSION]
    return origins

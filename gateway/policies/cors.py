"""Which other web origins may call the API from a browser: those of the setting `cors_origins`, and no other."""

from urllib.parse import urlsplit

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
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def parse_origins(text: str) -> frozenset[str]:
    """Origins with commas between, each as a browser sends it. Raises ValueError for what is none."""
    origins = frozenset(part.strip() for part in text.split(",") if part.strip())
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or origin != f"{parts.scheme}://{parts.netloc}".lower():
            raise ValueError(f"{origin!r} is no origin, such as https://app.example.org")
    return origins


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

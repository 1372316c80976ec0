"""What any operation takes and any answer carries, by the rules of the house: told once, and referred to."""

from collections.abc import Iterable
from typing import Any

# The names of components: the tag of a view is no version, so it is not the header's own.
VIEW_ETAG, UNCHANGED = "View-ETag", "Unchanged"

_ON_ALL = ("RateLimit", "RateLimit-Policy", "Request-Id", "Server-Timing")
_ON_SOME = {401: "WWW-Authenticate", 409: "Retry-After", 429: "Retry-After", 503: "Retry-After", 504: "Retry-After"}

_HEADERS = {
    "ETag": "The version of what is answered.",
    "RateLimit": 'What is left under each policy, and in how many seconds it is whole again: `"read";r=59999;t=1`.',
    "RateLimit-Policy": 'How often this may be called: `"read";q=60000;w=60` is 60,000 times in 60 seconds.',
    "Request-Id": "Names this request in the logs.",
    "Server-Timing": "What the parts of this answer took, in milliseconds.",
    "TaskSync-Cursor": "What is later than this answer shows comes after this cursor in the lists of changes.",
    VIEW_ETAG: "Of all that is shown, and no version: for `If-None-Match`. Not there while a part is missing.",
    "WWW-Authenticate": "How to sign in.",
}
HEADERS: dict[str, Any] = {
    **{name: {"description": what, "schema": {"type": "string"}} for name, what in _HEADERS.items()},
    "Retry-After": {"description": "Seconds to wait before trying again.", "schema": {"type": "integer"}},
}

# The bounds are those of `gateway.policies.deadline`: a number of seconds that is not 0.
_SECONDS = r"^(?=.*[1-9])[0-9]{1,6}(\.[0-9]{1,6})?$"
_PARAMETERS = {
    "If-None-Match": ({}, "The `ETag` of the answer that you have: 304 says that it is still right."),
    "TaskSync-Timeout": (
        {"pattern": _SECONDS, "examples": ["1.5"]},
        "Seconds within which there is to be an answer, if only 504. 3 is what a request gets at most.",
    ),
    "traceparent": ({}, "The W3C trace that this request belongs to. One that is none begins a new trace."),
}
PARAMETERS: dict[str, Any] = {
    name: {
        "name": name,
        "in": "header",
        "required": False,
        "schema": {"type": "string", **more},
        "description": what,
    }
    for name, (more, what) in _PARAMETERS.items()
}


def refer(kind: str, name: str) -> dict[str, str]:
    """A reference to a component, such as `refer("headers", "ETag")`."""
    return {"$ref": f"#/components/{kind}/{name}"}


def headers(names: Iterable[str]) -> dict[str, Any]:
    return {name: refer("headers", name) for name in names}


def headers_of(status: int, *, is_open: bool = False) -> list[str]:
    """The headers that an answer of `status` may have, whatever the operation."""
    names = [*_ON_ALL, *([_ON_SOME[status]] if status in _ON_SOME else [])]
    return names if status >= 400 or is_open else [*names, "TaskSync-Cursor"]

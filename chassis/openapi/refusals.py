"""The problems that any operation may answer, by the rules of the house."""

from typing import Any

from chassis.openapi.describe import problem_response

HEADERS: dict[str, Any] = {
    "ETag": {"description": "The version of what is answered.", "schema": {"type": "string"}},
    "Request-Id": {"description": "Names this request in the logs.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait before trying again.", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"description": "How to sign in.", "schema": {"type": "string"}},
}

_REFUSALS = {
    400: ("MalformedJson", "The body is not JSON."),
    401: ("Unauthorized", "No valid token came with the request."),
    403: ("Forbidden", "You see it and lack the right; `action` names the one that is missing."),
    404: ("NotFound", "It is not there, or you may not see it."),
    413: ("TooLarge", "The body is too large."),
    415: ("UnsupportedMediaType", "The body is not `application/json`."),
    422: ("Invalid", "The input is well-formed and wrong; `errors` names the fields."),
    429: ("TooManyRequests", "Too many requests; `Retry-After` says when to come back."),
    502: ("Failed", "A service that this answer needs failed; the request id finds it in the logs."),
    503: ("Unavailable", "A service that this answer needs cannot be reached."),
    504: (
        "Timeout",
        "There was no answer in time: within 3 seconds, or the fewer that `TaskSync-Timeout: 1.5` asks for.",
    ),
}
_MORE_HEADERS = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After", 504: "Retry-After"}


def name_of(status: int) -> str:
    """The name of the shared response of `status`."""
    return _REFUSALS[status][0]


def _response(status: int, when: str) -> dict[str, Any]:
    names = ["Request-Id", *([_MORE_HEADERS[status]] if status in _MORE_HEADERS else [])]
    return {**problem_response(when), "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names}}


RESPONSES: dict[str, Any] = {name: _response(status, when) for status, (name, when) in _REFUSALS.items()}

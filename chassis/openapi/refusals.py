"""The problems that any operation may answer, by the rules of the house."""

from typing import Any

from chassis.openapi.describe import problem_response
from chassis.openapi.shared import UNCHANGED, VIEW_ETAG, headers, headers_of, refer

_REFUSALS = {
    400: ("MalformedJson", "The body is not JSON (`malformed_json`)."),
    401: ("Unauthorized", "No token came (`unauthorized`), or it is not valid, or not any more (`invalid_token`)."),
    403: (
        "Forbidden",
        "You see it and lack the right that `action` names (`forbidden`). Or a personal access token has not the "
        "`scope` (`scope_too_small`) or is not for this (`token_too_narrow`), or it takes a session "
        "(`session_required`).",
    ),
    404: ("NotFound", "It is not there, or you may not see it (`not_found`)."),
    408: ("RequestTimeout", "The body did not come in time (`request_timeout`)."),
    413: ("TooLarge", "The body is too large (`too_large`)."),
    415: ("UnsupportedMediaType", "The body is not `application/json` (`unsupported_media_type`)."),
    422: ("Invalid", "The input is well-formed and wrong; `errors` names the fields (`invalid`)."),
    429: ("TooManyRequests", "Too many requests (`rate_limited`); `Retry-After` says when to come back."),
    502: ("Failed", "A service that this answer needs failed (`failed`); the request id finds it in the logs."),
    503: (
        "Unavailable",
        "A service that this answer needs cannot be reached (`unavailable`), is just ending (`stopping`), has too "
        "much to do (`busy`), or took too long for its references (`claim_expired`).",
    ),
    504: (
        "Timeout",
        "There was no answer in time (`timeout`): within 3 seconds, or the fewer that `TaskSync-Timeout: 1.5` asks "
        "for.",
    ),
}


def name_of(status: int) -> str:
    """The name of the shared response of `status`."""
    return _REFUSALS[status][0]


def _response(status: int, when: str) -> dict[str, Any]:
    return {**problem_response(when), "headers": headers(headers_of(status))}


RESPONSES: dict[str, Any] = {
    UNCHANGED: {
        "description": "What you have is still right.",
        "headers": {"ETag": refer("headers", VIEW_ETAG), **headers(headers_of(304))},
    },
    **{name: _response(status, when) for status, (name, when) in _REFUSALS.items()},
}

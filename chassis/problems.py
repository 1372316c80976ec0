"""The one error shape: RFC 9457 `application/problem+json`, made here and nowhere else.

`code` is stable and for programs; `title` and `detail` are for people; `errors` names the fields of bad input.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import structlog
from quart import Quart, Response
from werkzeug.exceptions import HTTPException

from chassis.logs import get_log

MEDIA_TYPE = "application/problem+json"
_log = get_log(__name__)

# What werkzeug raises before a handler runs, in the codes of this API.
_HTTP_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "too_large",
    415: "unsupported_media_type",
}
_DETAILS = {
    404: "There is nothing at this path.",
    405: "This path does not take this method; `Allow` names those it takes.",
    413: "The body is too large.",
}


class FieldError(msgspec.Struct, frozen=True):
    """One field of bad input, and what is wrong with it."""

    field: str
    message: str


class ProblemBody(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, rename={"kind": "type"}):
    """An error. Further members may follow, as the `code` says."""

    kind: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    errors: list[FieldError] = []


class Problem(Exception):
    """Raised anywhere below a handler; answered as `status` with this body. `more` adds members of its own."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: tuple[FieldError, ...] = (),
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.headers, self.more = errors, headers or {}, more


def invalid(field: str, message: str) -> Problem:
    """422: the input is well-formed and wrong; names the field."""
    return Problem(422, "invalid", f"{field}: {message}", errors=(FieldError(field, message),))


def not_found(what: str, *errors: FieldError) -> Problem:
    """404: it is not there, or the caller may not see it; the two look the same. `errors` if the body names it."""
    return Problem(404, "not_found", f"There is no such {what}, or you may not see it.", errors=errors)


def forbidden(action: str) -> Problem:
    """403: the caller sees it and lacks the right to `action`."""
    return Problem(403, "forbidden", f"You lack the right to {action} here.", action=action)


def unauthorized(detail: str, code: str = "unauthorized") -> Problem:
    """401, with the challenge that RFC 6750 asks for."""
    return Problem(401, code, detail, headers={"WWW-Authenticate": 'Bearer realm="tasksync"'})


def uncertain() -> Problem:
    """504: what was asked for may have been done."""
    detail = "The answer was lost; it may have been done all the same."
    return Problem(504, "timeout", detail, headers={"Retry-After": "1"})


def unavailable(service: str) -> Problem:
    """503: a part that this answer needs did not answer."""
    return Problem(503, "unavailable", f"The {service} service cannot be reached.", headers={"Retry-After": "1"})


def busy() -> Problem:
    """503: there is no room for it."""
    return Problem(503, "busy", "There is too much to do right now.", headers={"Retry-After": "1"})


def to_response(problem: Problem) -> Response:
    body = {
        "type": "about:blank",
        "title": _title(problem.code),
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "request_id": structlog.contextvars.get_contextvars().get("request_id", ""),
        **problem.more,
    }
    if problem.errors:
        body["errors"] = problem.errors
    return Response(
        msgspec.json.encode(body), status=problem.status, headers=problem.headers, content_type=MEDIA_TYPE
    )


def render(problem: Problem, more: Mapping[str, str]) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Headers, `more` among them, and body of an answer that goes out without the app."""
    response = to_response(problem)
    headers = {**more, **dict(response.headers)}
    body: bytes = response.response.data  # type: ignore[attr-defined]
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()], body


def _title(code: str) -> str:
    return code.replace("_", " ").capitalize()


async def _on_problem(problem: Problem) -> Response:
    return to_response(problem)


async def _on_http_exception(error: HTTPException) -> Response:
    status = error.code or 500
    allow = {name: value for name, value in error.get_headers() if name == "Allow"}
    detail = _DETAILS.get(status) or error.description or "The request cannot be served."
    return to_response(Problem(status, _HTTP_CODES.get(status, "error"), detail, headers=allow))


async def _on_exception(error: Exception) -> Response:
    _log.error("request.failed", exc_info=error)
    return to_response(Problem(500, "internal", "Something went wrong here; the request id finds it in the logs."))


def register(app: Quart) -> None:
    """Makes every error of `app` a problem: its own, the router's, and what nobody foresaw."""
    app.register_error_handler(Problem, _on_problem)
    app.register_error_handler(HTTPException, _on_http_exception)
    app.register_error_handler(Exception, _on_exception)

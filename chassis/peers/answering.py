"""What a handler answers when a call that it made has failed."""

from quart import Quart, Response, request

from chassis.admission import READS
from chassis.logs import get_log
from chassis.peers.errors import Answer, AnsweredBadly, CallError, Failed, NotAnswered, Refused, TimedOut
from chassis.problems import Problem, to_response, unavailable, uncertain

_log = get_log(__name__)
# What of a refusal is told beside its body.
_PASSED = ("WWW-Authenticate", "Retry-After", "RateLimit", "RateLimit-Policy")


def _pass_through(answer: Answer) -> Response:
    kept = {name: answer.headers[name] for name in _PASSED if name in answer.headers}
    return Response(answer.body, status=answer.status, headers=kept, content_type=answer.headers.get("Content-Type"))


async def _on_refused(error: Refused) -> Response:
    return _pass_through(error.answer)


async def _on_answered_badly(error: AnsweredBadly) -> Response:
    _log.warning("peer.failed", peer=error.peer, error=str(error))
    return _pass_through(error.answer) if error.answer else to_response(unavailable(error.peer))


async def _on_failed(error: Failed) -> Response:
    _log.warning("peer.failed", peer=error.peer, error=str(error))
    detail = f"Something went wrong in the {error.peer} service; the request id finds it in the logs."
    return to_response(Problem(502, "failed", detail))


async def _on_timed_out(error: TimedOut) -> Response:
    _log.warning("peer.failed", peer=error.peer, error=str(error))
    detail = f"The {error.peer} service did not answer in time."
    return to_response(Problem(504, "timeout", detail, headers={"Retry-After": "1"}))


async def _on_call_error(error: CallError) -> Response:
    _log.warning("peer.failed", peer=error.peer, error=str(error))
    is_uncertain = isinstance(error, NotAnswered) and error.sent and request.method not in READS
    return to_response(uncertain() if is_uncertain else unavailable(error.peer))


def register(app: Quart) -> None:
    """A call that fails inside a handler of `app` fails its answer: as itself if refused, else as 502, 503 or 504."""
    app.register_error_handler(Refused, _on_refused)
    app.register_error_handler(TimedOut, _on_timed_out)
    app.register_error_handler(Failed, _on_failed)
    app.register_error_handler(AnsweredBadly, _on_answered_badly)
    app.register_error_handler(CallError, _on_call_error)

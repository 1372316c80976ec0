"""The decorators of handlers: which of them take a key, which refuse it, and what a repeated request gets."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Annotated, Any

import msgspec
from quart import Response, current_app, g, request

from chassis.bodies import documents_headers, refuses
from chassis.database import current_database
from chassis.idempotency.attempts import FINGERPRINT_HEADER, HEADER, Attempt, Replay, read_attempt
from chassis.peers import Refused
from chassis.problems import Problem, invalid

Handler = Callable[..., Awaitable[Any]]

# The key in `app.extensions` of what a service does before it gives a kept answer.
BEFORE_REPLAY = "tasksync.before_replay"
# Of the refusals, those that come when the right has been found.
_AFTER_THE_RIGHT = frozenset({409, 412, 422})


class KeyHeader(msgspec.Struct):
    """The header of a write that is done once."""

    idempotency_key: (
        Annotated[
            str,
            msgspec.Meta(
                pattern="^[!-~]{1,255}$",
                description="A name of your choice for this write, best a random UUID. For 24 hours, the same "
                "request with the same key gets the first answer again, byte for byte, and nothing is done twice. "
                "Another body or path with the same key is 422 `idempotency_key_reused`. A write that failed can be "
                "tried again with its key, and who has lost the right to it meanwhile is refused.",
            ),
        ]
        | None
    ) = None


def documents_key(handler: Handler) -> Handler:
    """Documents that the handler takes `Idempotency-Key`."""
    when = "A request with the same key is still being worked on (`in_progress`)."
    return documents_headers(KeyHeader)(refuses(409, when)(handler))


def idempotent(*, for_anyone: bool = False) -> Callable[[Handler], Handler]:
    """The handler takes `Idempotency-Key`: it calls `take_key` when the right is known, then `remember`.

    `for_anyone` is for a write that takes no right, and whose answer tells nothing that its caller did not bring:
    then the first answer comes before any refusal.
    """

    def decorate(handler: Handler) -> Handler:
        @documents_key
        @wraps(handler)
        async def wrapped(*args: Any, **kwargs: Any) -> Any:
            attempt = g.attempt = await read_attempt(handler.answer_status)  # type: ignore[attr-defined]
            if attempt is None:
                return await handler(*args, **kwargs)
            if for_anyone and (found := await _find(attempt)):
                return await _again(found)
            try:
                return attempt.sent(await handler(*args, **kwargs))
            except Replay as replay:
                return await _again(replay.answer)
            except (Problem, Refused) as refusal:
                return await _again(await _answer_refused(attempt, refusal, for_anyone))

        return wrapped

    return decorate


async def _again(answer: Response) -> Response:
    """What the first request may have left undone, as its process died, is done before its answer comes again."""
    finish: Callable[[], Awaitable[None]] | None = current_app.extensions.get(BEFORE_REPLAY)
    if finish is not None:
        await finish()
    return answer


async def _answer_refused(attempt: Attempt, refusal: Problem | Refused, for_anyone: bool) -> Response:
    """What the first request did may be why the second is refused: then the first answer, else the refusal.

    What fails is no refusal: the first request itself may have been done so far, and not be seen yet.
    """
    status = refusal.status if isinstance(refusal, Problem) else refusal.answer.status
    is_known = status in _AFTER_THE_RIGHT or (for_anyone and status < 500)
    if is_known and (found := await _find(attempt)):
        return found
    raise refusal


def refuses_key(because: str) -> Callable[[Handler], Handler]:
    """The handler takes no `Idempotency-Key`, for the reason `because`: who relies on one is told."""

    def decorate(handler: Handler) -> Handler:
        @refuses(422, f"The input is well-formed and wrong. `{HEADER}` is refused as well: {because}.")
        @wraps(handler)
        async def wrapped(*args: Any, **kwargs: Any) -> Any:
            if HEADER in request.headers:
                raise invalid(HEADER, f"is not taken here: {because}")
            return await handler(*args, **kwargs)

        return wrapped

    return decorate


async def inner_headers() -> dict[str, str]:
    """For a write that is composed here and kept by another service: what to send there. Nothing without a key."""
    attempt = await read_attempt(is_first=True)
    if attempt is None:
        return {}
    return {HEADER: attempt.key, FINGERPRINT_HEADER: attempt.fingerprint.hex()}


async def kept_answer() -> Response:
    """The first answer to the request whose `inner_headers` came, or 204: for the service that composes it."""
    attempt = await read_attempt()
    return (await _find(attempt) if attempt else None) or Response(status=204)


async def _find(attempt: Attempt) -> Response | None:
    async with current_database().connection() as connection:
        return await attempt.first_answer(connection)

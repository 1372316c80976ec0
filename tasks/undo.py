"""Undo tokens: each names the changes of one write, so that nothing need be kept to take it back.

Whoever made the write has ten minutes, in which rights and versions are checked as for any other write.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

from quart import Response, current_app

from chassis.idempotency import keep_headers
from chassis.openapi import sends
from chassis.passport import caller
from chassis.problems import invalid
from chassis.seals import Seal, Sealed, SealError
from tasks import changes
from tasks.changes import Recorded

EXTENSION = "tasksync.undo"
HEADER = "TaskSync-Undo"
_SECONDS = 600.0

Handler = Callable[..., Awaitable[Response]]


class UndoToken(Sealed, frozen=True, kw_only=True):
    """Entity and version of each change that `user` made, in their order. The ids are bytes, as a header is short."""

    user: UUID
    changes: tuple[tuple[bytes, int], ...]


def undo_seal(secret: str) -> Seal[UndoToken]:
    return Seal(secret, "undo", UndoToken)


def make_token(recorded: Sequence[Recorded]) -> str:
    """A token with which the caller can take back what was recorded."""
    named = tuple((entity_id.bytes, version) for entity_id, version in recorded)
    return _seal().seal(UndoToken(user=caller(), changes=named, expires=time.time() + _SECONDS))


def open_token(text: str) -> list[Recorded]:
    """The changes that the caller's token names. Raises a 422 problem if it is none, or too old."""
    try:
        token = _seal().open(text)
    except SealError:
        token = None
    if token is None or token.user != caller():
        raise invalid("token", "is no undo token of yours, or its ten minutes are over")
    return [Recorded(UUID(bytes=entity_id), version) for entity_id, version in token.changes]


def undoable(handler: Handler) -> Handler:
    """What the handler writes can be undone: its answer carries a token, if there was anything to write."""

    @sends(HEADER, "What `POST /v1/undo` takes to take this write back, within ten minutes.")
    @wraps(handler)
    async def wrapped(*args: Any, **kwargs: Any) -> Response:
        with changes.recording() as recorded:
            keep_headers(lambda: _headers(recorded))
            response = await handler(*args, **kwargs)
        if HEADER not in response.headers:
            response.headers.update(_headers(recorded))
        return response

    return wrapped


def _headers(recorded: Sequence[Recorded]) -> dict[str, str]:
    return {HEADER: make_token(recorded)} if recorded else {}


def _seal() -> Seal[UndoToken]:
    seal: Seal[UndoToken] = current_app.extensions[EXTENSION]
    return seal

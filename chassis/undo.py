"""Undo: a write answers with a token, good for ten minutes, with which its caller takes it back.

@blueprint.patch("/v1/things/<uuid:thing_id>")
@undoable
@accepts(ThingEdit)
@answers(Thing)
async def edit_thing(edit: ThingEdit, thing_id: UUID) -> Thing:
    ...
    offer_undo(lambda: Renamed(thing_id, before.name, after.version))

A token is sealed for its caller, and names the service that can read it; nothing is stored for it. `POST /v1/undo`
brings it to that service, which does the opposite write as it does any other: with its rights, its versions, and a
token of its own.
"""

import time
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from quart import Response, current_app, g

from chassis.bodies import Body
from chassis.idempotency import keep_headers
from chassis.openapi import sends
from chassis.passport import caller
from chassis.problems import Problem, invalid
from chassis.seals import Seal, Sealed, SealError

EXTENSION = "tasksync.undo"
HEADER = "TaskSync-Undo"
# For how long a token is good.
SECONDS = 600.0

Handler = Callable[..., Awaitable[Response]]
T = TypeVar("T")

documents_undo = sends(HEADER, "What `POST /v1/undo` takes to take this write back, within ten minutes.")


class Undo(Body):
    """Which write to take back."""

    token: Annotated[
        str, msgspec.Meta(min_length=1, max_length=8000, description="The `TaskSync-Undo` of its answer.")
    ]


class UndoToken(Sealed, frozen=True, kw_only=True):
    """`work` is what `service` does to take the write of `user` back, as msgpack of a model of its own."""

    service: str
    user: UUID
    work: msgspec.Raw


class UndoOffice:
    """Issues and reads the tokens of one service."""

    def __init__(self, service: str, secret: str) -> None:
        self._service = service
        self._seal = Seal(secret, "undo", UndoToken)

    def issue(self, work: object, service: str | None) -> str:
        """A token with which the caller has `work` done by `service` (None: by this one)."""
        packed = msgspec.Raw(msgspec.msgpack.encode(work))
        expires = time.time() + SECONDS
        return self._seal.seal(
            UndoToken(service=service or self._service, user=caller(), work=packed, expires=expires)
        )

    def look(self, text: str) -> UndoToken:
        """The caller's token, also an expired one: the answer to a repeated request is kept for longer."""
        try:
            token = self._seal.open(text, even_expired=True)
        except SealError:
            raise _no_token() from None
        if token.user != caller():
            raise _no_token()
        return token

    def open(self, text: str, kind: type[T]) -> T:
        """The work of the caller's token. Raises a 422 problem if it is none, too old, or another service's."""
        token = self.look(text)
        if token.service != self._service or token.expires < time.time():
            raise _no_token()
        return msgspec.msgpack.decode(token.work, type=kind)


def current_undo() -> UndoOffice:
    office: UndoOffice = current_app.extensions[EXTENSION]
    return office


def offer_undo(make: Callable[[], object | None], service: str | None = None) -> None:
    """What takes the write of this request back: `make` is called when all is written; None from it is nothing.

    Where another service takes it back, it is `service`.
    """
    if g:
        g.undo = make, service


def undoable(handler: Handler) -> Handler:
    """What the handler writes can be undone: its answer carries a token, if it offered one."""

    @documents_undo
    @wraps(handler)
    async def wrapped(*args: Any, **kwargs: Any) -> Response:
        keep_headers(_headers)
        response = await handler(*args, **kwargs)
        if HEADER not in response.headers:
            response.headers.update(_headers())
        return response

    return wrapped


def _headers() -> dict[str, str]:
    make, service = g.get("undo", (lambda: None, None))
    work = make()
    return {} if work is None else {HEADER: current_undo().issue(work, service)}


def _no_token() -> Problem:
    return invalid("token", "is no undo token of yours, or its ten minutes are over")

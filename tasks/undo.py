"""What the undo tokens of tasks name: the changes of one write, by entity and version, as the log has them."""

from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

import msgspec
from quart import Response

from chassis import undo
from tasks import changes
from tasks.changes import Recorded

Handler = Callable[..., Awaitable[Response]]


class Written(msgspec.Struct, frozen=True, array_like=True):
    """Entity and version of each change, in their order. The ids are bytes, as a header is short."""

    changes: tuple[tuple[bytes, int], ...]


def read_token(text: str) -> list[Recorded]:
    """The changes that the caller's token names. Raises a 422 problem if it is none, or too old."""
    named = undo.current_undo().open(text, Written).changes
    return [Recorded(UUID(bytes=entity_id), version) for entity_id, version in named]


def undoable(handler: Handler) -> Handler:
    """What the handler writes can be undone: its answer carries a token, if there was anything to write."""

    @undo.undoable
    @wraps(handler)
    async def wrapped(*args: Any, **kwargs: Any) -> Response:
        with changes.recording() as recorded:
            undo.offer_undo(lambda: _to_work(recorded))
            return await handler(*args, **kwargs)

    return wrapped


def _to_work(recorded: Sequence[Recorded]) -> Written | None:
    named = tuple((entity_id.bytes, version) for entity_id, version in recorded)
    return Written(named) if named else None

"""Lists come in pages: `{"items": [...], "next": cursor | null}`. A cursor is opaque to clients.

It holds the sort key of the last row shown, so the next page is one range of an index, however far in. Where there is
a list for each of many things, `of` says which: a cursor of another one's list is refused.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec

from chassis.bodies import refuse_nul
from chassis.problems import Problem, invalid

Limit = Annotated[int, msgspec.Meta(ge=1, le=200, description="How many rows a page may have.")]
Cursor = Annotated[str, msgspec.Meta(max_length=512, description="The `next` of the page before.")]

R = TypeVar("R")
K = TypeVar("K")


def encode(key: object, of: UUID | None = None) -> str:
    held = key if of is None else (of, key)
    return urlsafe_b64encode(msgspec.json.encode(held)).rstrip(b"=").decode()


def decode(cursor: str | None, kind: type[K], of: UUID | None = None, field: str = "after") -> K | None:
    """The key in `cursor`, or None without one. Raises a 422 problem on `field`."""
    if cursor is None:
        return None
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        data = urlsafe_b64decode(padded)
        refuse_nul(data)
        if of is None:
            return msgspec.json.decode(data, type=kind)
        held: Any = tuple[UUID, kind]  # type: ignore[valid-type]
        owner, key = msgspec.json.decode(data, type=held)
    except (ValueError, msgspec.MsgspecError, Problem):
        raise _none_of_it(field) from None
    if owner != of:
        raise _none_of_it(field)
    return key  # type: ignore[no-any-return]


def cut(
    rows: Sequence[R], limit: int, key: Callable[[R], object], of: UUID | None = None
) -> tuple[list[R], str | None]:
    """Cuts `limit` + 1 rows, as fetched, to a page and the cursor of the next one."""
    page = list(rows[:limit])
    return page, encode(key(page[-1]), of) if len(rows) > limit else None


def _none_of_it(field: str) -> Problem:
    return invalid(field, "is not a cursor of this list")

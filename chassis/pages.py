"""Lists come in pages: `{"items": [...], "next": cursor | null}`. A cursor is opaque to clients.

It holds the sort key of the last row shown, so the next page is one range of an index, however far in.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

import msgspec

from chassis.bodies import refuse_nul
from chassis.problems import Problem, invalid

Limit = Annotated[int, msgspec.Meta(ge=1, le=200, description="How many rows a page may have.")]
Cursor = Annotated[str, msgspec.Meta(max_length=512, description="The `next` of the page before.")]

R = TypeVar("R")
K = TypeVar("K")


def encode(key: object) -> str:
    return urlsafe_b64encode(msgspec.json.encode(key)).rstrip(b"=").decode()


def decode(cursor: str | None, kind: type[K]) -> K | None:
    """The key in `cursor`, or None without one. Raises a 422 problem on the field `after`."""
    if cursor is None:
        return None
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        data = urlsafe_b64decode(padded)
        refuse_nul(data)
        return msgspec.json.decode(data, type=kind)
    except (ValueError, msgspec.MsgspecError, Problem):
        raise invalid("after", "is not a cursor of this list") from None


def cut(rows: Sequence[R], limit: int, key: Callable[[R], object]) -> tuple[list[R], str | None]:
    """Cuts `limit` + 1 rows, as fetched, to a page and the cursor of the next one."""
    page = list(rows[:limit])
    return page, encode(key(page[-1])) if len(rows) > limit else None

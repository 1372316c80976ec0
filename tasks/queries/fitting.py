"""Pages that end after so many bytes of text: of 200 rows at their longest, a few would fill the memory of a process.

PostgreSQL looks only at the lengths of what does not fit, and sends those rows without their text.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

R = TypeVar("R")
BYTES = 2 * 1024 * 1024


def fits(text: str, sorting: str) -> str:
    """In a page in this order, whether the rows before this one leave room for it. So the first always fits."""
    before = f"sum(octet_length({text})) OVER (ORDER BY {sorting} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    return f"coalesce({before}, 0) < {BYTES}"


def fitting(text: str, sorting: str) -> str:
    """`text`, if it fits."""
    return f"CASE WHEN {fits(text, sorting)} THEN {text} ELSE '' END"


def _says_so(row: Any) -> bool:
    return bool(row["fits"])


def cut(rows: Sequence[R], limit: int, fits: Callable[[R], bool] = _says_so) -> tuple[list[R], bool]:
    """Of one row more than `limit`, those of the page, and whether others follow."""
    page = [row for row in rows[:limit] if fits(row)]
    return page, len(page) < len(rows)

"""Pages: a list is walked whole, each row once, and a cursor of it is only a place in it."""

import pytest

from chassis import pages
from chassis.ids import new_id
from chassis.problems import Problem


def walk(rows: list[int], limit: int) -> list[list[int]]:
    found: list[list[int]] = []
    after: int | None = -1
    while after is not None:
        page, cursor = pages.cut([row for row in rows if row > after][: limit + 1], limit, lambda row: row)
        found.append(page)
        after = pages.decode(cursor, int)
    return found


@pytest.mark.parametrize(("count", "limit"), [(0, 3), (1, 3), (3, 3), (4, 3), (6, 3), (7, 3), (5, 1)])
def test_a_walk_shows_each_row_once_and_no_page_is_empty_but_the_only_one(count: int, limit: int) -> None:
    found = walk(list(range(count)), limit)
    assert [row for page in found for row in page] == list(range(count))
    assert all(found) or count == 0
    assert all(len(page) == limit for page in found[:-1])


@pytest.mark.parametrize("key", [("ä\\u0000\"'", 1), ("", -(2**62)), ("\U0001f4a9", 0)])
def test_any_key_comes_back_and_travels_in_a_url(key: tuple[str, int]) -> None:
    cursor = pages.encode(key)
    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert pages.decode(cursor, tuple[str, int]) == key


@pytest.mark.parametrize("cursor", ["", "x", "ä", "W10", pages.encode(["a"]), pages.encode(("\0", 1)), "a" * 512])
def test_what_is_no_cursor_is_422_on_after(cursor: str) -> None:
    with pytest.raises(Problem) as raised:
        pages.decode(cursor, tuple[str, int])
    assert (raised.value.status, raised.value.errors[0].field) == (422, "after")


def test_a_cursor_is_good_for_the_list_it_came_from() -> None:
    mine, other = new_id(), new_id()
    cursor = pages.encode("a", mine)
    assert pages.decode(cursor, str, mine) == "a"
    for wrong, of in ((cursor, other), (pages.encode("a"), mine), (cursor, None)):
        with pytest.raises(Problem) as raised:
            pages.decode(wrong, str, of)
        assert (raised.value.status, raised.value.errors[0].field) == (422, "after")


def test_without_a_cursor_the_list_starts_at_its_start() -> None:
    assert pages.decode(None, int) is None

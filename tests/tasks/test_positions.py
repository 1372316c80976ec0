"""Between any two positions there is room, and keys stay short where people work."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chassis.database import Database
from tasks.positions import DIGITS, FIRST, between, spread


def insert_all(places: list[float]) -> list[str]:
    """A list into which each new key went at a place given as a share of its length."""
    keys: list[str] = []
    for place in places:
        at = round(place * len(keys))
        low, high = (keys[at - 1] if at else None), (keys[at] if at < len(keys) else None)
        keys.insert(at, between(low, high))
    return keys


@given(st.lists(st.floats(0, 1), max_size=300))
def test_keys_inserted_anywhere_stay_in_order_and_differ(places: list[float]) -> None:
    keys = insert_all(places)
    assert all(low < high for low, high in pairwise(keys))
    assert all(set(key) <= set(DIGITS) for key in keys)


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0]), max_size=400))
def test_crowding_at_one_place_costs_about_a_letter_in_six_moves(places: list[float]) -> None:
    assert max(map(len, insert_all(places)), default=0) <= 4 + len(places) / 5


def test_a_hundred_thousand_appends_and_prepends_need_four_letters() -> None:
    last = first = FIRST
    for _ in range(100_000):
        following, leading = between(last, None), between(None, first)
        assert following > last
        assert leading < first
        last, first = following, leading
    assert max(len(last), len(first)) <= 4


@given(st.lists(st.floats(0, 1), max_size=60), st.floats(0, 1), st.integers(0, 300))
def test_spread_keys_lie_between_their_ends_in_order(places: list[float], place: float, count: int) -> None:
    keys = insert_all(places)
    at = round(place * len(keys))
    low, high = (keys[at - 1] if at else None), (keys[at] if at < len(keys) else None)
    made = spread(low, high, count)
    whole = [key for key in (low, *made, high) if key is not None]
    assert len(made) == count
    assert all(one < other for one, other in pairwise(whole))


def test_spread_keys_are_short() -> None:
    assert max(map(len, spread("a0", "a1", 2_000))) <= 5


async def test_the_database_knows_the_same_end_of_a_list(database: Database) -> None:
    """Keys of each length before and after which the first letter changes, and what comes after a fraction."""
    edges = [
        "Zz",
        "Yzz",
        "YzzV",
        "Xzzz",
        "az",
        "azV",
        "bzz",
        "b0z",
        "bAz",
        "a9",
        "aZ",
        "aZz",
        "XZzz",
        "Z0",
        "Y00",
        "c000",
    ]
    keys = [*edges, *spread(None, "a0", 200), *spread("a0", None, 5_000), *spread("a0", "a1", 200)]
    async with database.connection() as connection:
        found = await connection.fetchval(
            "SELECT array_agg(position_after(key)) FROM unnest($1::text[]) AS key", keys
        )
    assert found == [between(key, None) for key in keys]

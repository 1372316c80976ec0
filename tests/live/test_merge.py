"""However changes lie in the feeds, pages of any size bring each of them once, and come to an end."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.feed import Position
from chassis.ids import new_id
from gateway.live import cursors, delta
from gateway.live.cursors import SERVICES, Cursor
from gateway.live.delta import Question
from gateway.live.models import NOTHING, Change

_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_START = Cursor(*(Position("e", 0, 0) for _ in SERVICES))
_FENCE = 1000


class Told(NamedTuple):
    """A change in the feed of `service`, which the answers to `questions` hold. Its time follows no order.

    Some are nothing to clients, and yet a part of the answer.
    """

    service: str
    xid: int
    at: int
    questions: frozenset[int]
    is_shown: bool


TOLD = st.builds(
    Told,
    st.sampled_from(("keys", "rooms", "tasks")),
    st.integers(1, 30),
    st.integers(0, 10),
    st.sets(st.integers(0, 1), min_size=1).map(frozenset),
    st.booleans(),
)


class FakeFeeds:
    """Two questions a service, as for two pages of rooms; each answered by itself, as by a service."""

    def __init__(self, told: Sequence[Told]) -> None:
        places = enumerate(sorted(told, key=lambda each: each.xid))
        self.changes = [(each, Position("e", each.xid, number), _to_change(each)) for number, each in places]

    async def ask(self, question: Question, after: Cursor, limit: int) -> delta._Feed:
        number = int(question.by)
        mine = [
            (each, place, change)
            for each, place, change in self.changes
            if each.service == question.service and number in each.questions and place > after.at(each.service)
        ][:limit]
        more = len(mine) == limit
        shown = [(place, change) for each, place, change in mine if each.is_shown]
        return delta._Feed(question.service, shown, mine[-1][1] if more else Position("e", _FENCE, 0), more)


def _to_change(told: Told) -> Change:
    return Change(
        room_id=None,
        kind="task",
        id=new_id(),
        op="create",
        version=1,
        actor=None,
        at=_BEGAN + timedelta(seconds=told.at),
        request_id="",
        record=NOTHING,
    )


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TOLD, max_size=25), st.integers(1, 6))
def test_pages_bring_each_change_once(monkeypatch: pytest.MonkeyPatch, told: list[Told], limit: int) -> None:
    feeds = FakeFeeds(told)
    monkeypatch.setattr(delta, "_ask", feeds.ask)
    questions = [Question(service, by, (), {}) for service in ("keys", "rooms", "tasks") for by in "01"]
    found: list[Change] = []
    cursor: str | None = cursors.encode(_START)
    while cursor is not None:
        page = asyncio.run(delta.read(questions, cursors.decode(cursor), limit))
        assert len(page.items) <= limit
        assert page.next != cursor, "stands still"
        found += page.items
        cursor = page.next
    assert sorted(each.id for each in found) == sorted(
        change.id for each, _, change in feeds.changes if each.is_shown
    )

"""Who is told of what, where the order of things matters: told before it was asked, lost before it was entered."""

import gc
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest

from chassis.feed import Position
from chassis.ids import new_id
from gateway.live import listeners
from gateway.live.audience import Audience
from gateway.live.listeners import RESUME, RESYNC, Event, Listener
from gateway.live.models import NOTHING, Change, Kind, Operation

USER, ROOM = new_id(), new_id()


def change(kind: Kind, op: Operation, entity: UUID, room: UUID | None = ROOM) -> Change:
    now = datetime.now(UTC)
    return Change(
        room_id=room, kind=kind, id=entity, op=op, version=1, actor=None, at=now, request_id="", record=NOTHING
    )


def encode(told: Change) -> Event:
    return Event("keys", Position("e", 1, 1), 1, b"%b %b\n" % (told.kind.encode(), told.op.encode()))


async def heard(listener: Listener) -> list[bytes]:
    listener.beat()
    return (await listener.take() or b"").splitlines() if listener._events else []


async def test_a_room_that_was_lost_meanwhile_is_not_entered_by_an_answer_from_before() -> None:
    audience, listener = Audience(), Listener(USER, new_id(), None, None)
    audience.join(listener)
    audience.tell(change("member", "delete", USER), encode)
    audience.enter(listener, [ROOM])
    audience.tell(change("task", "create", new_id()), encode)
    assert await heard(listener) == [b"room delete"]


@pytest.mark.parametrize("reach", [None, (ROOM,)], ids=["any token", "a narrow one"])
async def test_who_comes_back_hears_again(reach: tuple[UUID, ...] | None) -> None:
    audience, listener = Audience(), Listener(USER, new_id(), None, reach)
    audience.join(listener)
    audience.tell(change("member", "delete", USER), encode)
    audience.tell(change("member", "create", USER), encode)
    audience.enter(listener, [ROOM])
    audience.tell(change("task", "create", new_id()), encode)
    assert await heard(listener) == [b"room delete", b"room create", b"member create", b"task create"]


async def test_a_room_that_was_gained_or_lost_is_nothing_to_who_follows_another_or_may_not_reach_it() -> None:
    audience = Audience()
    of_another, narrow = Listener(USER, new_id(), new_id(), None), Listener(USER, new_id(), None, (new_id(),))
    for listener in (of_another, narrow):
        audience.join(listener)
    audience.tell(change("member", "create", USER), encode)
    audience.tell(change("task", "create", new_id()), encode)
    audience.tell(change("member", "delete", USER), encode)
    assert (await heard(of_another), await heard(narrow)) == ([], [])
    assert not of_another.is_ending


async def test_a_room_is_told_as_lost_once() -> None:
    """It is deleted, and then its memberships go; who follows another room alone hears of neither."""
    audience, listener, other = (
        Audience(),
        Listener(USER, new_id(), None, None),
        Listener(USER, new_id(), new_id(), None),
    )
    audience.join(listener)
    audience.join(other)
    audience.enter(listener, [ROOM])
    for _ in range(2):
        audience.tell(change("room", "delete", ROOM), encode)
        audience.tell(change("member", "delete", USER), encode)
    assert await heard(listener) == [b"room delete"]
    assert await heard(other) == []
    assert not other.is_ending


async def test_one_room_ends_with_the_right_and_what_follows_is_not_heard() -> None:
    audience, listener = Audience(), Listener(USER, new_id(), ROOM, None)
    audience.join(listener)
    audience.tell(change("task", "create", new_id()), encode)
    audience.tell(change("member", "delete", USER), encode)
    audience.tell(change("task", "update", new_id()), encode)
    last = msgspec.json.encode({"room_id": ROOM})
    assert await listener.take() == b"task create\nevent: revoked\ndata: %b\n\n" % last
    assert await listener.take() is None


async def test_the_account_is_told_on_streams_of_all_rooms_alone() -> None:
    audience = Audience()
    whole, narrow, single = (
        Listener(USER, new_id(), None, None),
        Listener(USER, new_id(), None, (ROOM,)),
        Listener(USER, new_id(), ROOM, None),
    )
    for listener in (whole, narrow, single):
        audience.join(listener)
    audience.tell(change("account", "update", USER, None), encode)
    assert [await heard(each) for each in (whole, narrow, single)] == [[b"account update"], [], []]


def event(number: int, page: int) -> Event:
    return Event("tasks", Position("e", number, 0), page, b"%d" % number * 40)


async def test_a_page_is_told_whole_however_large_and_what_is_left_of_it_when_the_next_one_comes_ends_the_stream(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listeners, "_BOUND_BYTES", 100)
    listener = Listener(USER, new_id(), ROOM, None)
    page = [event(number, 1) for number in range(1, 9)]
    for each in page:
        listener.push(each)
    # Not all of it in one go: that is a copy for each.
    assert [await listener.take() for _ in range(2)] == [b"".join(e.data for e in page[n : n + 3]) for n in (0, 3)]
    listener.push(event(9, 2))
    assert await listener.take() == b"".join(each.data for each in [*page[6:], event(9, 2)])
    for each in page:
        listener.push(each)
    # The client goes on from what it has got: nothing may come behind what was left out.
    for number, its_page in ((9, 2), (10, 3)):
        listener.push(event(number, its_page))
    assert [await listener.take(), await listener.take()] == [RESUME, None]


async def test_who_leaves_is_forgotten() -> None:
    audience, listener = Audience(), Listener(USER, new_id(), ROOM, None)
    audience.join(listener)
    assert (len(audience), audience.count(USER)) == (1, 1)
    audience.leave(listener)
    assert (len(audience), audience.count(USER)) == (0, 0)
    assert not audience._of_room
    assert not audience._of_user


async def test_nothing_is_left_of_who_is_forgotten_without_leaving() -> None:
    """A client that is gone before its stream is begun to be read."""
    audience = Audience()
    audience.join(Listener(USER, new_id(), ROOM, None))
    gc.collect()
    assert len(audience) == 0
    audience.beat()
    assert not audience._of_room
    assert not audience._of_user


async def test_who_is_to_load_all_anew_hears_that_alone() -> None:
    audience, listener = Audience(), Listener(USER, new_id(), ROOM, None)
    audience.join(listener)
    audience.tell(change("task", "create", new_id()), encode)
    listener.cut_off(RESYNC)
    assert [await listener.take(), await listener.take()] == [RESYNC, None]

"""A grant that was decided without a loss that has been heard of is refused, and no other."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from chassis.ids import new_id
from chassis.passport import PassportOffice
from chassis.peers.streaming import LineStream
from keys.client.hearing import Hearing
from keys.client.models import Grant, expiry

USER, ROOM = new_id(), new_id()
_BEFORE, _AFTER = "10:10:", "30:30:"


def heard(kind: str, entity: UUID, op: str, **about: Any) -> Hearing:
    """What is heard of one change, of transaction 20."""
    hearing = Hearing(LineStream("keys", "http://127.0.0.1:9", PassportOffice("tests", "p" * 40)))
    change = {"position": "e.20.1", "kind": kind, "id": entity, "op": op, "version": 2, **about}
    assert hearing._hear(msgspec.json.encode({"items": [change], "position": "e.21.0"})) == "e.21.0"
    return hearing


def grant(snapshot: str, version: int = 1) -> Grant:
    return Grant(
        user=USER, actions=("room.view",), rooms=(ROOM,), versions=(version,), snapshot=snapshot, expires=expiry()
    )


@pytest.mark.parametrize(
    ("hearing", "is_mine"),
    [
        (heard("member", new_id(), "dropped", user_id=USER, room_id=ROOM), True),
        (heard("member", new_id(), "dropped", user_id=new_id(), room_id=ROOM), False),
        (heard("member", new_id(), "dropped", user_id=USER, room_id=new_id()), False),
        (heard("room", ROOM, "buried", room_id=ROOM), True),
        (heard("room", new_id(), "buried", room_id=new_id()), False),
        (heard("user", USER, "buried"), True),
        (heard("user", new_id(), "buried"), False),
        (heard("member", new_id(), "created", user_id=USER, room_id=ROOM), False),
    ],
)
def test_what_was_lost_outdates_what_was_decided_without_it(hearing: Hearing, *, is_mine: bool) -> None:
    assert hearing.outdates(grant(_BEFORE), ROOM) is is_mine
    assert not hearing.outdates(grant(_AFTER), ROOM)


def test_a_role_outdates_what_was_decided_by_another_before_it() -> None:
    hearing = heard("member", new_id(), "updated", user_id=USER, room_id=ROOM)
    assert hearing.outdates(grant(_BEFORE, version=1), ROOM)
    assert not hearing.outdates(grant(_BEFORE, version=2), ROOM)
    assert not hearing.outdates(grant(_AFTER, version=3), ROOM)

"""Who makes one task right after the other keeps no right a moment longer, and gives none to another."""

from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from keys.client import ahead
from tests.gateway.people import PASSWORD, Person, sign_up
from tests.gateway.rows import make, make_until_ahead
from tests.gateway.two import Two
from tests.settling import settle

pytestmark = pytest.mark.usefixtures("in_a_row")

Change = Callable[[Person, Person, str], Awaitable[object]]


async def demote(owner: Person, mate: Person, room: str) -> None:
    reply = await owner.call("PUT", f"/v1/rooms/{room}/members/{mate.id}", json={"role": "viewer"})
    assert reply.status == 200, reply.body


async def remove(owner: Person, mate: Person, room: str) -> None:
    assert (await owner.call("DELETE", f"/v1/rooms/{room}/members/{mate.id}")).status == 204


async def leave(_owner: Person, mate: Person, room: str) -> None:
    assert (await mate.call("DELETE", f"/v1/rooms/{room}/members/{mate.id}")).status == 204


async def delete_room(owner: Person, _mate: Person, room: str) -> None:
    assert (await owner.call("DELETE", f"/v1/rooms/{room}")).status == 204


CHANGES = [(demote, 403), (remove, 404), (leave, 404), (delete_room, 404)]


async def status_after(two: Two, change: Change) -> int:
    """Of a new task by who made others just before, asked for when the change of their right was answered."""
    owner, mate = await sign_up(two.first), await sign_up(two.first)
    room = await owner.room()
    await owner.bring(mate, room, "editor")
    await make_until_ahead(two, mate, room)
    await change(owner, mate, room)
    return (await mate.call("POST", f"/v1/rooms/{room}/tasks", json={"title": "Late"})).status


@pytest.mark.parametrize(("change", "status"), CHANGES)
async def test_a_lost_right_is_lost_from_the_next_request_on(two: Two, change: Change, status: int) -> None:
    for _ in range(3):
        assert await status_after(two, change) == status


@pytest.mark.parametrize("change", [change for change, _ in CHANGES])
async def test_without_the_wait_a_right_outlives_its_end(
    two: Two, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And with a promise that is longer than the wait: so nothing else stands in between."""
    monkeypatch.setattr(ahead, "_PROMISED_SECONDS", 30.0)
    assert await status_after(two, change) == 201


async def test_an_account_that_is_gone_makes_nothing(two: Two, person: Person) -> None:
    room = await person.room()
    await make_until_ahead(two, person, room)
    assert (await person.call("DELETE", "/v1/me", json={"password": PASSWORD})).status == 204
    assert (await person.call("POST", f"/v1/rooms/{room}/tasks", json={"title": "Late"})).status in {401, 404}
    await settle(two.first.databases["keys"])


async def test_what_is_promised_to_one_token_is_not_used_by_a_narrow_one(two: Two, person: Person) -> None:
    room, other = await person.room(), await person.room("Other")
    narrow = await person.personal_token("read", "write", rooms=[other])
    await make_until_ahead(two, person, room)
    assert (await narrow.call("POST", f"/v1/rooms/{room}/tasks", json={"title": "Narrow"})).status == 404


async def test_a_narrow_token_is_promised_nothing(two: Two, person: Person, asked: Counter[str]) -> None:
    room = await person.room()
    narrow = await person.personal_token("read", "write", rooms=[room])
    for _ in range(6):
        await make(narrow, room)
    assert (asked["/internal/claims"], asked["/internal/claims/ahead"]) == (6, 0)


async def test_another_person_or_room_has_none_of_it(two: Two, person: Person, asked: Counter[str]) -> None:
    other = await sign_up(two.first)
    room, elsewhere = await person.room(), await person.room()
    await person.bring(other, room, "editor")
    await make_until_ahead(two, person, room)
    asked.clear()
    await make(other, room)
    await make(person, elsewhere)
    assert asked["/internal/claims"] == 2

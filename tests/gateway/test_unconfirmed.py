"""What only new nodes refer with shows before it is confirmed: whoever reads after an answer sees the write."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from chassis.peers import Answer, AnsweredBadly, NotAnswered, Peer, TimedOut
from keys.client import confirming, sweeper
from keys.client.keys import EXTENSION as KEYS
from keys.queries import stamps
from tests.gateway.people import Person, sign_up
from tests.gateway.two import Two, titles, until_remembered

_ROUNDS = 5
_OPEN = "SELECT count(*) FROM claims WHERE owner = 'tasks'"


@pytest.fixture
def unconfirmed(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """No confirmation comes to Keys by itself, nor anything by the feed to the second gateway."""

    async def lose(*_: object, **__: object) -> None:
        """As if the owner had died here."""

    monkeypatch.setattr(confirming.Confirmations, "add", lambda *_: None)
    monkeypatch.setattr(sweeper, "sweep", lose)
    monkeypatch.setattr(two.second.apps["gateway"].extensions["tasksync.hub"], "on_change", lambda _: None)


async def open_claims(two: Two) -> int:
    return int(await two.first.fetch_value("keys", _OPEN))


async def stale_reads(two: Two, person: Person) -> int:
    """How often a new task is not in the view that another gateway is asked for next, which remembers one."""
    stale = 0
    for number in range(_ROUNDS):
        room = await person.room()
        reader = person.through(two.second)
        await until_remembered(reader, room)
        await person.make(f"/v1/rooms/{room}/tasks", title=str(number))
        stale += await titles(reader, room) != [str(number)]
    assert await open_claims(two) >= _ROUNDS
    return stale


@pytest.mark.usefixtures("unconfirmed")
async def test_who_reads_before_the_confirmation_sees_the_write(two: Two, person: Person) -> None:
    assert await stale_reads(two, person) == 0


@pytest.mark.usefixtures("unconfirmed")
async def test_without_the_mark_of_the_room_it_is_not_seen(
    two: Two, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = stamps._WRITING.format(of="asked.room_id")
    assert mark in stamps._STANDINGS
    monkeypatch.setattr(stamps, "_STANDINGS", stamps._STANDINGS.replace(mark, "SELECT NULL"))
    assert await stale_reads(two, person) > 0


@pytest.mark.usefixtures("unconfirmed")
async def test_a_view_of_before_the_write_holds_no_more_when_a_sweeper_has_confirmed_it(
    two: Two, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, reader = await person.room(), person.through(two.second)
    await until_remembered(reader, room)
    await person.make(f"/v1/rooms/{room}/tasks", title="new")
    monkeypatch.undo()
    keys = two.first.apps["tasks"].extensions[KEYS]
    monkeypatch.setattr(two.second.apps["gateway"].extensions["tasksync.hub"], "on_change", lambda _: None)
    await keys.catch_up()
    assert await open_claims(two) == 0
    assert await titles(reader, room) == ["new"]


@pytest.mark.usefixtures("unconfirmed")
async def test_what_landed_is_not_forgotten_before_keys_has_heard_of_it(
    two: Two, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when Keys was away for more than a day. A claim that cannot be settled keeps no other from it."""
    room, keys = await person.room(), two.first.apps["tasks"].extensions[KEYS]
    made = [(await person.make(f"/v1/rooms/{room}/tasks", title=title))["id"] for title in ("one", "two")]
    await two.first.fetch_value("tasks", "UPDATE claims SET at = at - interval '25 hours'")
    await two.first.fetch_value(
        "keys", "UPDATE claims SET expires_at = expires_at - interval '25 hours' WHERE owner = 'tasks'"
    )
    await sweeper.prune(keys._peer, keys._database)
    settle = sweeper.settle

    async def settle_but_one(peer: Peer, claim: UUID, *, has_landed: bool) -> None:
        assert has_landed
        if claim == first:
            raise AnsweredBadly("keys", "failed")
        await settle(peer, claim, has_landed=has_landed)

    first = await two.first.fetch_value(
        "keys", "SELECT id FROM claims WHERE owner = 'tasks' ORDER BY expires_at LIMIT 1"
    )
    monkeypatch.undo()
    monkeypatch.setattr(sweeper, "settle", settle_but_one)
    with pytest.raises(AnsweredBadly):
        await sweeper.sweep(keys._peer, keys._database, age=0)
    assert await open_claims(two) == 1
    assert [(await person.call("GET", f"/v1/tasks/{each}")).status for each in made] == [200, 200]
    monkeypatch.undo()
    await keys.catch_up()


async def test_a_claim_whose_answer_is_lost_is_given_up_at_once(
    two: Two, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the views of its room were read anew until its lease is over."""
    room, keys = await person.room(), two.first.apps["tasks"].extensions[KEYS]
    call = keys._peer.call

    async def lose_the_answer(method: str, path: str, **options: Any) -> Answer:
        answer: Answer = await call(method, path, **options)
        if (method, path) == ("POST", "/internal/claims"):
            raise TimedOut("keys", "took too long", sent=True)
        return answer

    monkeypatch.setattr(keys._peer, "call", lose_the_answer)
    assert (await person.call("POST", f"/v1/rooms/{room}/tasks", json={"title": "lost"})).status == 504
    monkeypatch.undo()
    async with asyncio.timeout(20):
        while await two.first.fetch_value("keys", "SELECT count(*) FROM claims WHERE room = $1", UUID(room)):
            await asyncio.sleep(0.02)
    assert await titles(person, room) == []


async def test_what_has_come_and_cannot_be_confirmed_may_have_been_done(
    two: Two, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a 503 its client would believe that it was not, and make it twice; repeated it is still not to be seen."""
    keys = two.first.apps["rooms"].extensions[KEYS]
    call = keys._peer.call

    async def refuse_to_confirm(method: str, path: str, **options: Any) -> Answer:
        if path.endswith("/confirm"):
            raise NotAnswered("keys", "cannot be reached", sent=False)
        answer: Answer = await call(method, path, **options)
        return answer

    monkeypatch.setattr(keys._peer, "call", refuse_to_confirm)
    keyed = {"Idempotency-Key": "a"}
    for headers in ({}, keyed, keyed):
        reply = await person.call("POST", "/v1/rooms", json={"name": "Here"}, headers=headers)
        assert (reply.status, reply.code) == (504, "timeout"), headers
    monkeypatch.undo()
    assert (await person.call("POST", "/v1/rooms", json={"name": "Here"}, headers=keyed)).status == 201
    assert [room["name"] for room in (await person.get("/v1/rooms"))["items"]] == ["Here"] * 2


@pytest.mark.usefixtures("unconfirmed")
async def test_what_was_made_can_be_used_at_once(two: Two, person: Person) -> None:
    other = await sign_up(two.first, "Ben")
    room = await person.room()
    await person.bring(other, room, "contributor")
    reader = person.through(two.second)
    task = (await person.make(f"/v1/rooms/{room}/tasks", title="new", assignees=[other.id]))["id"]
    said = (await person.make(f"/v1/tasks/{task}/comments", body="said"))["id"]
    view = await reader.get(f"/v1/tasks/{task}")
    assert (view["task"]["title"], view["comments"]["items"][0]["body"]) == ("new", "said")
    assert [each["id"] for each in view["assignees"]] == [other.id]
    # The right of who has it assigned, and of who wrote it.
    assert (await other.call("POST", f"/v1/tasks/{task}/move", json={"status": "doing"})).status == 200
    assert (await person.call("PATCH", f"/v1/comments/{said}", json={"body": "else"})).status == 200
    assert (await person.call("PUT", f"/v1/tasks/{task}/assignees/{person.id}")).status == 200
    # What is to be taken away has to be settled first.
    refused = await person.call("DELETE", f"/v1/tasks/{task}/assignees/{other.id}")
    assert (refused.status, refused.code) == (409, "pending")
    assert (await person.call("DELETE", f"/v1/comments/{said}")).status == 204
    assert (await person.call("DELETE", f"/v1/tasks/{task}")).status == 204
    assert await open_claims(two) >= 2


@pytest.mark.usefixtures("unconfirmed")
async def test_an_account_can_be_deleted_at_once(two: Two, person: Person) -> None:
    assert (await person.call("DELETE", "/v1/me", json={"password": "seven green kettles"})).status == 204
    assert (await person.call("GET", "/v1/me")).status == 401

"""Who makes one task right after the other waits for Keys now and then, and not each time."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from chassis.deadlines import current_work
from chassis.ids import new_id
from chassis.peers import Answer, TimedOut
from keys import ahead as keys_ahead
from keys.client import ahead
from tests.gateway.people import Person
from tests.gateway.rows import keys_of, make, make_until_ahead, spares
from tests.gateway.two import Two, titles, until_remembered
from tests.postgres import connected
from tests.settling import settle
from tests.system import run_replica

pytestmark = pytest.mark.usefixtures("in_a_row")

_TASKS = "SELECT count(*) FROM links WHERE relation = 'in_room' AND target_id = $1"


async def test_who_makes_one_task_after_the_other_does_not_wait_for_keys(
    two: Two, person: Person, asked: Counter[str]
) -> None:
    room = await person.room()
    made = [await make(person, room) for _ in range(40)]
    assert asked["/internal/claims/ahead"] >= 1
    assert asked["/internal/claims"] <= 20
    view = await person.get(f"/v1/rooms/{room}/tasks?limit=100")
    assert [(task["number"], task["id"]) for task in view["items"]] == list(enumerate(made, 1))
    # Those that were not needed are given up, long before their lease is over.
    await settle(two.first.databases["keys"])
    async with connected(two.first.databases["keys"]) as connection:
        assert await connection.fetchval(_TASKS, room) == len(made)


async def test_who_reads_from_another_gateway_sees_each_at_once(two: Two, person: Person) -> None:
    room, reader = await person.room(), person.through(two.second)
    for number in range(1, 21):
        await make(person, room)
        assert len(await titles(reader, room)) == number
    await until_remembered(reader, room)


async def test_who_makes_now_and_then_asks_each_time(
    two: Two, person: Person, asked: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_GAP_SECONDS", -1.0)
    room = await person.room()
    for _ in range(5):
        await make(person, room)
    assert (asked["/internal/claims"], asked["/internal/claims/ahead"]) == (5, 0)


async def test_what_names_people_is_asked_each_time(two: Two, person: Person, asked: Counter[str]) -> None:
    room = await person.room()
    await make_until_ahead(two, person, room)
    asked.clear()
    stranger = {"title": "For nobody", "assignees": [str(new_id())]}
    assert (await person.call("POST", f"/v1/rooms/{room}/tasks", json=stranger)).code == "not_a_member"
    made = await person.make(f"/v1/rooms/{room}/tasks", title="For me", assignees=[person.id])
    assert made["assignees"] == [person.id]
    assert asked["/internal/claims"] == 2


async def test_a_repetition_is_the_first_answer_and_no_second_task(two: Two, person: Person) -> None:
    room = await person.room()
    await make_until_ahead(two, person, room)
    keyed = {"Idempotency-Key": "once"}
    before = len(await titles(person, room))
    replies = [
        await person.call("POST", f"/v1/rooms/{room}/tasks", json={"title": "Once"}, headers=keyed) for _ in range(3)
    ]
    assert [reply.status for reply in replies] == [201] * 3
    assert len({reply.json()["id"] for reply in replies}) == 1
    assert len(await titles(person, room)) == before + 1


@pytest.mark.parametrize("answer", [("{}", 404), ("<p>Back soon.", 200)])
async def test_without_a_keys_that_makes_claims_ahead_all_goes_on_as_ever(
    two: Two, person: Person, asked: Counter[str], monkeypatch: pytest.MonkeyPatch, answer: tuple[str, int]
) -> None:
    """One of the version before; or something between that answers in its place."""

    async def not_there() -> tuple[str, int]:
        return answer

    rules = two.first.apps["keys"]
    monkeypatch.setitem(rules.view_functions, "keys.make_claims_ahead", not_there)
    room = await person.room()
    for _ in range(10):
        await make(person, room)
    assert asked["/internal/claims"] == 10
    # And it is not asked again for each of them.
    assert asked["/internal/claims/ahead"] <= 5


async def test_what_was_asked_for_and_not_answered_is_given_up(
    two: Two, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, lost = keys_of(two.first), asyncio.Event()
    call = keys._peer.call

    async def lose_the_answer(method: str, path: str, **options: Any) -> Answer:
        answer: Answer = await call(method, path, **options)
        if path.endswith("/ahead"):
            lost.set()
            raise TimedOut("keys", "took too long", sent=True)
        return answer

    monkeypatch.setattr(keys._peer, "call", lose_the_answer)
    room = await person.room()
    while not lost.is_set():
        await make(person, room)
    await settle(two.first.databases["keys"])


async def test_a_keys_without_room_refuses_what_is_asked_ahead(
    two: Two, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It belongs to no write that has begun, as the confirmations do that are always let in."""
    works, call = set(), keys_of(two.first)._peer.call

    async def note(method: str, path: str, **options: Any) -> Answer:
        if path.endswith("/ahead"):
            works.add(current_work.get())
        return await call(method, path, **options)

    monkeypatch.setattr(keys_of(two.first)._peer, "call", note)
    room = await person.room()
    while not works:
        await make(person, room)
    assert works == {"write"}


async def test_a_keys_that_is_slow_is_not_asked_ahead_each_time(
    two: Two, person: Person, asked: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes too late is of no use, and only more for it to do."""
    make_claims = keys_ahead.make

    async def late(*args: Any) -> None:
        await asyncio.sleep(2 * ahead._PROMISED_SECONDS)
        await make_claims(*args)

    monkeypatch.setattr(keys_ahead, "make", late)
    monkeypatch.setattr(ahead, "_REST_SECONDS", 60.0)
    room = await person.room()
    while not asked["/internal/claims/ahead"]:
        await make(person, room)
    makers = keys_of(two.first).ahead._makers.values()
    async with asyncio.timeout(20):
        while any(maker.asks for maker in makers):
            await asyncio.sleep(0.01)
    await make(person, room)
    await make(person, room)
    assert asked["/internal/claims/ahead"] == 1
    await settle(two.first.databases["keys"])


async def test_a_service_that_ends_gives_up_what_it_has(
    two: Two, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_PROMISED_SECONDS", 30.0)
    room = await person.room()
    async with run_replica(two.first, "tasks") as ending:
        while not spares(ending):
            path, new = f"/v1/rooms/{room}/tasks", {"title": "One"}
            reply = await ending.call("tasks", "POST", path, user=UUID(person.id), json=new)
            assert reply.status == 201, reply.body
    assert await two.first.fetch_value("keys", "SELECT count(*) FROM claims WHERE owner = 'tasks'") == 0


async def test_so_many_makers_are_remembered_and_no_more(
    two: Two, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_MOST_MAKERS", 2)
    for _ in range(4):
        await make(person, await person.room())
    assert len(keys_of(two.first).ahead._makers) == 2

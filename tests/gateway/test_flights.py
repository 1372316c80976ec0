"""Equal reads at the same time are one read inside; what makes them equal includes the caller."""

import asyncio
from collections.abc import Iterator

import pytest

from gateway.views import composed
from gateway.views import flights as flights_module
from gateway.views.flights import Flights
from tests.gateway.counting import Costs, count_costs
from tests.gateway.faulty import ENDLESS, slowed
from tests.gateway.people import Person, sign_up
from tests.system import System


class Reading:
    """A read that takes until it is let go. It shows what was written when it began."""

    def __init__(self) -> None:
        self.written, self.begun, self.cancelled = 0, 0, 0
        self.gate = asyncio.Event()

    async def __call__(self) -> int:
        self.begun += 1
        seen = self.written
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return seen


async def a_moment() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_who_comes_during_a_read_shares_the_next() -> None:
    flights, reading = Flights[int](), Reading()
    first = [asyncio.create_task(flights.join("key", reading)) for _ in range(3)]
    await a_moment()
    late = [asyncio.create_task(flights.join("key", reading)) for _ in range(20)]
    await a_moment()
    reading.gate.set()
    await asyncio.gather(*first, *late)
    assert reading.begun == 2
    assert (flights._flying, flights._boarding) == ({}, {})


async def test_who_comes_after_a_write_sees_it_whoever_reads_already() -> None:
    """Joining the read under way would show what was there before the write."""
    flights, reading = Flights[int](), Reading()
    early = asyncio.create_task(flights.join("key", reading))
    await a_moment()
    reading.written = 1
    late = asyncio.create_task(flights.join("key", reading))
    await a_moment()
    reading.gate.set()
    assert (await early, await late) == (0, 1)


async def test_other_reads_do_not_wait() -> None:
    flights, stuck, free = Flights[int](), Reading(), Reading()
    waiting = asyncio.create_task(flights.join("one", stuck))
    await a_moment()
    free.gate.set()
    assert await asyncio.wait_for(flights.join("other", free), 20) == 0
    stuck.gate.set()
    await waiting


async def test_a_read_that_hangs_holds_nobody_up() -> None:
    flights, stuck, free = Flights[int](), Reading(), Reading()
    waiting = asyncio.create_task(flights.join("key", stuck))
    await a_moment()
    free.gate.set()
    assert await asyncio.wait_for(flights.join("key", free), 20) == 0
    stuck.gate.set()
    await waiting
    assert (flights._flying, flights._boarding) == ({}, {})


async def test_who_leaves_takes_nothing_from_the_others() -> None:
    flights, reading = Flights[int](), Reading()
    both = [asyncio.create_task(flights.join("key", reading)) for _ in range(2)]
    await a_moment()
    both[0].cancel()
    await a_moment()
    reading.gate.set()
    assert await both[1] == 0
    assert (both[0].cancelled(), reading.cancelled, reading.begun) == (True, 0, 1)


async def test_when_all_have_left_the_read_is_given_up() -> None:
    flights, reading = Flights[int](), Reading()
    everybody = [asyncio.create_task(flights.join("key", reading)) for _ in range(3)]
    await a_moment()
    for each in everybody:
        each.cancel()
    await asyncio.gather(*everybody, return_exceptions=True)
    await a_moment()
    assert (reading.cancelled, flights._flying, flights._boarding) == (1, {}, {})


async def test_a_failure_is_everybodys_and_not_kept() -> None:
    flights = Flights[int]()

    async def fail() -> int:
        await asyncio.sleep(0)
        raise ValueError("once")

    results = await asyncio.gather(*(flights.join("key", fail) for _ in range(3)), return_exceptions=True)
    assert [str(each) for each in results] == ["once"] * 3
    reading = Reading()
    reading.gate.set()
    assert await flights.join("key", reading) == 0


@pytest.fixture
def costs() -> Iterator[Costs]:
    with pytest.MonkeyPatch.context() as patch:
        yield count_costs(patch)


async def test_many_equal_views_are_two_reads_inside(
    ada: Person, system: System, costs: Costs, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A read that this machine makes slow is not taken for one that hangs.
    monkeypatch.setattr(flights_module, "_PATIENCE_SECONDS", ENDLESS)
    room = await ada.room()
    async with slowed(system, "keys", 0.5):
        replies = await asyncio.gather(*(ada.call("GET", f"/v1/rooms/{room}") for _ in range(12)))
    assert {reply.status for reply in replies} == {200}
    assert len({reply.headers["Request-Id"] for reply in replies}) == 12
    asked = sum(costs.calls(reply.headers["Request-Id"]).count("keys") for reply in replies)
    assert 1 <= asked <= 3


async def race(ada: Person, bob: Person, room: str) -> set[bool]:
    """Whether each of many got what is theirs: the owner's role and e-mail addresses, or the viewer's."""

    async def ask(person: Person, role: str) -> bool:
        view = await person.get(f"/v1/rooms/{room}")
        shows_emails = all("email" in each["user"] for each in view["members"]["items"])
        return view["access"]["role"] == role and shows_emails is (role == "owner")

    pairs = [(ada, "owner"), (bob, "viewer")] * 8
    return set(await asyncio.gather(*(ask(*pair) for pair in pairs)))


async def test_two_users_who_race_for_a_room_get_their_own_bodies(
    ada: Person, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the caller in what makes reads equal, one gets what only the other may see."""
    room, bob = await ada.room(), await sign_up(system, "Bob")
    await ada.bring(bob, room)
    async with slowed(system, "keys", 0.05):
        for _ in range(3):
            assert await race(ada, bob, room) == {True}
        monkeypatch.setattr(composed, "equality", lambda: room)
        assert False in await race(ada, bob, room)


async def test_a_narrow_token_of_the_same_user_reads_for_itself(ada: Person, system: System) -> None:
    rooms = [await ada.room(), await ada.room()]
    narrow = await ada.personal_token("read", rooms=rooms[:1])
    async with slowed(system, "keys", 0.05):
        wide, less = await asyncio.gather(
            asyncio.gather(*(ada.get("/v1/rooms") for _ in range(6))),
            asyncio.gather(*(narrow.get("/v1/rooms") for _ in range(6))),
        )
    assert {len(page["items"]) for page in wide} == {2}
    assert {len(page["items"]) for page in less} == {1}

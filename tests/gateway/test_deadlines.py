"""One deadline a request, of which a client may ask for less; it holds over all hops together."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from chassis import admission
from chassis.admission import EXTENSION, Admission
from gateway.policies.deadline import HEADER
from tests.gateway.faulty import ENDLESS, away, frozen, slowed
from tests.gateway.people import Person
from tests.launch.polling import until
from tests.quick import quickest
from tests.system import Reply, System


async def timed(person: Person, path: str, seconds: str | None = None) -> tuple[Reply, float]:
    started = time.monotonic()
    reply = await person.call("GET", path, headers={} if seconds is None else {HEADER: seconds})
    return reply, time.monotonic() - started


@pytest.mark.parametrize("value", ["", "0", "0.0", "-1", "+1", "1e3", "nan", "inf", "1,5", "1s", "1.5.1", "٣"])
async def test_what_is_no_number_of_seconds_is_refused(ada: Person, value: str) -> None:
    reply, _ = await timed(ada, "/v1/rooms", value.encode().decode("latin1"))
    assert (reply.status, reply.code, reply.json()["errors"][0]["field"]) == (422, "invalid", HEADER)


@pytest.mark.parametrize("value", ["1.5", "3", "30", "2.25", "999999"])
async def test_a_client_asks_for_less_and_never_gets_more(ada: Person, value: str) -> None:
    assert (await timed(ada, "/v1/rooms", value))[0].status == 200


@pytest.mark.usefixtures("patient")
async def test_a_client_gets_its_answer_within_the_time_that_it_asked_for(ada: Person, system: System) -> None:
    room = await ada.room()
    with frozen() as port:
        async with away(system, "tasks", port, seconds=ENDLESS):
            (reply, seconds), (view, view_seconds) = await asyncio.gather(
                timed(ada, f"/v1/rooms/{room}/tasks", "2.0"), timed(ada, f"/v1/rooms/{room}", "2.0")
            )
    assert (reply.status, reply.code, reply.headers["Retry-After"]) == (504, "timeout", "1")
    assert (view.status, view.json()["parts"]["tasks"]) == (200, "timeout")
    assert max(seconds, view_seconds) < ENDLESS / 3


async def test_the_deadline_is_that_of_all_hops_together(ada: Person, system: System) -> None:
    """Each call is in time. With a time-out a call, as without the header here, the sum of them is not seen."""
    path = f"/v1/rooms/{await ada.room()}/tasks"

    async def hasty() -> float:
        reply, seconds = await timed(ada, path, "1.5")
        assert (reply.status, reply.code) == (504, "timeout")
        return seconds

    async with slowed(system, "keys", 1.0), slowed(system, "tasks", 1.0):
        patient, long = await timed(ada, path)
        assert patient.status == 200
        assert await quickest(hasty, 2.0) < 2.0 < long


async def test_to_wait_at_the_door_is_counted(ada: Person, system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    door: Admission = system.apps["gateway"].extensions[EXTENSION]
    monkeypatch.setattr(admission, "_WAIT_SECONDS", 20.0)
    monkeypatch.setattr(door, "_free", 0)
    asking = asyncio.create_task(timed(ada, "/v1/rooms", "0.2"))
    await until(lambda: door._count_waiting() == 1)
    await asyncio.sleep(0.3)
    door.leave()
    reply, _ = await asking
    assert (reply.status, reply.code, reply.headers["Retry-After"]) == (504, "timeout", "1")


async def test_how_long_a_body_takes_to_arrive_is_not_counted(ada: Person, system: System) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        yield b'{"name":'
        await asyncio.sleep(2.5)
        yield b'"Kitchen"}'

    headers = {HEADER: "2.0", "Content-Type": "application/json"}
    reply = await ada.call("POST", "/v1/rooms", data=slowly(), headers=headers)
    assert reply.status == 201, reply.body

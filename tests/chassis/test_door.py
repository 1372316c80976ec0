"""To wait at the door is a part of the time of a request, and who has left while it waited is not served."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from chassis import admission, deadlines
from chassis.admission import EXTENSION, Admission
from tests.chassis.wire import HOST, Server, run_server
from tests.launch.polling import until

ASKED = b"POST /echo?%b HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\n"
DEADLINE = deadlines.HEADER.encode() + b": %d write\r\n\r\n"


@pytest.fixture
async def small(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    """It has one place, for which one waits as long as need be."""
    monkeypatch.setattr(admission, "_WAIT_SECONDS", 20.0)
    async with run_server(at_once=1) as server:
        yield server


def door_of(server: Server) -> Admission:
    door: Admission = server.app.extensions[EXTENSION]
    return door


async def until_one_waits(door: Admission) -> None:
    await until(lambda: door._count_waiting() == 1)


@pytest.mark.parametrize(("milliseconds", "status"), [(200, 504), (60_000, 200)])
async def test_to_wait_at_the_door_spends_the_deadline(small: Server, milliseconds: int, status: int) -> None:
    door = door_of(small)
    async with small.connect() as line:
        await door.enter("write")
        line.send(ASKED % b"a" + DEADLINE % milliseconds)
        await until_one_waits(door)
        await asyncio.sleep(0.3)
        door.leave()
        assert (await line.answer())[0] == status
    assert small.app.seen == ["a"] * (status == 200)  # type: ignore[attr-defined]


async def test_of_who_has_left_nothing_is_begun_and_the_place_goes_on(small: Server) -> None:
    door = door_of(small)
    await door.enter("write")
    async with small.connect() as line:
        line.send(ASKED % b"gone" + b"\r\n")
        await until_one_waits(door)
    async with small.connect() as other:
        # What came before has been heard once this, which needs no place, is answered.
        for _ in range(3):
            other.send(b"GET /livez HTTP/1.1\r\n" + HOST + b"\r\n")
            assert (await other.answer())[0] == 404
        small.app.seen.clear()  # type: ignore[attr-defined]
        door.leave()
        other.send(ASKED % b"next" + b"\r\n")
        assert await other.answer() == (200, b"next")
    await until(small.is_left)
    assert (small.app.seen, door._free) == (["next"], 1)  # type: ignore[attr-defined]

"""What an open stream may cost, and when it ends: slow clients, dead ones, expired tokens, too many, a shutdown."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import pytest

from chassis import server
from chassis.peers import NotAnswered
from gateway.live import EXTENSION, Hub, cursors, listeners
from gateway.live import hub as hub_module
from gateway.policies import identity, revocations
from gateway.views import events
from tests.gateway.people import Person
from tests.gateway.test_ready import beside, is_shut
from tests.live.following import following
from tests.quick import quickest
from tests.system import System, run_replica, until_ready

LARGE = "x" * 10_000


def hub_of(system: System) -> Hub:
    hub: Hub = system.apps["gateway"].extensions[EXTENSION]
    return hub


@asynccontextmanager
async def second_gateway(system: System, **extra: str) -> AsyncIterator[System]:
    lasting = replace(system, environ={**system.environ, **extra})
    lasting.session = system.session
    async with run_replica(lasting, "gateway") as gateway:
        yield await until_ready(gateway)


class DeafClient:
    """Opens a stream, and takes only as much of it as it is told to."""

    def __init__(self, person: Person, path: str) -> None:
        self._person, self._path = person, path

    async def __aenter__(self) -> "DeafClient":
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self._socket, ("127.0.0.1", self._person.system.ports["gateway"]))
        head = f"GET {self._path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self._person.token}\r\n\r\n"
        await loop.sock_sendall(self._socket, head.encode())
        await self.read_until(b"event: cursor")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._socket.close()

    async def read_until(self, what: bytes) -> None:
        taken = b""
        async with asyncio.timeout(30):
            while what not in taken[-100_000:]:
                more = await asyncio.get_running_loop().sock_recv(self._socket, 65536)
                assert more, "ended"
                taken += more


async def test_a_slow_client_is_told_to_resume_and_slows_nobody(
    ada: Person, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "_BOUND_BYTES", 50_000)
    room = await ada.room()
    await ada.bring(ben, room)
    path = f"/v1/rooms/{room}/events"
    async with DeafClient(ben, path) as slow, following(ada, path) as quick:
        # So much that the system's own buffers on the way are full, of which one is some megabytes large.
        filler = b"event: change\ndata: %b\n\n" % (b"x" * 8_000_000)
        (deaf,) = [each for each in hub_of(ada.system).audience._of_user if str(each) == ben.id]
        for listener in hub_of(ada.system).audience._of_user[deaf]:
            monkeypatch.setattr(listener, "take", _first(filler, listener.take))
            listener.beat()
        for _ in range(6):
            task = await ada.make(f"/v1/rooms/{room}/tasks", title="Long", description=LARGE)
            await quick.until_change(id=task["id"])
        await slow.read_until(b"event: resume")


def _first(filler: bytes, take: object) -> object:
    parts = [filler]

    async def taking() -> object:
        return parts.pop() if parts else await take()  # type: ignore[operator]

    return taking


async def test_a_client_that_takes_nothing_is_cut(
    ada: Person, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_STUCK_SECONDS", 1.0)
    room = await ada.room()
    async with second_gateway(system) as gateway:
        hub = hub_of(gateway)
        async with DeafClient(ada.through(gateway), f"/v1/rooms/{room}/events"):
            assert len(hub.audience) == 1
            for listener in hub.audience._listeners:
                monkeypatch.setattr(listener, "take", _first(b"x" * 8_000_000, listener.take))
                listener.beat()
            async with asyncio.timeout(30):
                while len(hub.audience):
                    await asyncio.sleep(0.05)


async def test_too_many_streams_of_one_user_are_refused(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_MOST_STREAMS", 2)
    async with following(ada, "/v1/events"):
        async with following(ada, "/v1/events"):
            refused = await ada.call("GET", "/v1/events")
            assert (refused.status, refused.code, refused.headers["Retry-After"]) == (429, "too_many_streams", "30")
        async with asyncio.timeout(30):
            while (await ada.call("GET", "/v1/events")).status != 200:
                await asyncio.sleep(0.01)


async def test_a_stream_ends_when_its_token_expires(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "_PERSONAL_SECONDS", 0.5)
    script = await ada.personal_token("read")
    async with following(script, "/v1/events") as stream:
        assert await stream.until_over() == []


async def test_the_last_event_wins_over_the_url_that_a_browser_repeats(ada: Person) -> None:
    room = await ada.room()
    begun = (await ada.get(f"/v1/rooms/{room}"))["cursor"]
    path = f"/v1/rooms/{room}/events"
    async with following(ada, path, after=begun) as stream:
        await ada.make(f"/v1/rooms/{room}/tasks", title="seen")
        await stream.until_change(title="seen")
        last = stream.last_id
    async with following(ada, path, after=begun, last_id=last) as stream:
        await ada.make(f"/v1/rooms/{room}/tasks", title="new")
        await stream.until_change(title="new")
        assert "seen" not in {(change["record"] or {}).get("title") for change in stream.changes}


async def test_a_cursor_that_is_too_old_is_told_in_the_stream(ada: Person) -> None:
    """A browser gives up for good on any answer but 200."""
    room = await ada.room()
    async with following(ada, f"/v1/rooms/{room}/events", after=ahead(await ada.get("/v1/sync"))) as stream:
        assert await stream.until_over() == ["resync"]


def ahead(begun: dict[str, str]) -> str:
    cursor = cursors.decode(begun["cursor"])
    return cursors.encode(cursor.moved(rooms=cursor.rooms._replace(xid=2**40)))


async def test_what_is_no_stream_of_bytes_yet_answers_at_once(ada: Person) -> None:
    async with asyncio.timeout(20):
        head = await ada.call("HEAD", "/v1/events")
        assert (head.status, head.body) == (200, b"")
        zipped = await ada.call("GET", "/v1/events", headers={"Accept-Encoding": "gzip", "If-None-Match": "*"})
        assert (zipped.status, zipped.headers["Content-Type"]) == (200, "text/event-stream")
        assert "Content-Encoding" not in zipped.headers
        assert zipped.headers["Cache-Control"] == "no-store"


async def test_a_narrow_token_streams_its_rooms_alone(ada: Person) -> None:
    mine, other = await ada.room(), await ada.room()
    narrow = await ada.personal_token("read", rooms=[mine])
    async with following(narrow, "/v1/events") as stream:
        await ada.make(f"/v1/rooms/{other}/tasks", title="elsewhere")
        await ada.call("PATCH", "/v1/me", json={"name": "Augusta"})
        third = await ada.room()
        await ada.make(f"/v1/rooms/{mine}/tasks", title="here")
        await stream.until_change(title="here")
        assert {change["room_id"] for change in stream.changes} == {mine}
        assert third not in {change["id"] for change in stream.changes}


async def test_a_lost_right_ends_the_stream_within_a_second(ada: Person, ben: Person) -> None:
    room = await ada.room()

    async def revoke() -> float:
        await ada.bring(ben, room)
        async with following(ben, f"/v1/rooms/{room}/events") as stream:
            await ada.call("DELETE", f"/v1/rooms/{room}/members/{ben.id}")
            began = time.monotonic()
            assert (await stream.until_over())[-1] == "revoked"
            return time.monotonic() - began

    assert await quickest(revoke, 1) < 1


async def test_without_keys_streams_end_and_none_is_opened(
    ada: Person, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows then who lost a right."""
    room = await ada.room()
    async with second_gateway(system) as gateway:
        hub, there = hub_of(gateway), ada.through(gateway)
        async with following(there, f"/v1/rooms/{room}/events") as stream:
            read = hub._read

            async def deaf(service: str, page: object) -> None:
                if service == "keys":
                    raise NotAnswered("keys", "is away", sent=True)
                await read(service, page)  # type: ignore[arg-type]

            monkeypatch.setattr(hub, "_read", deaf)
            began = time.monotonic()
            assert await stream.until_over() == ["resume"]
            assert time.monotonic() - began < 5 * hub_module._BLIND_SECONDS
            assert (await there.call("GET", f"/v1/rooms/{room}/events")).status == 503
            monkeypatch.setattr(hub, "_read", read)
            await until_ready(gateway)
        async with following(there, f"/v1/rooms/{room}/events", last_id=stream.last_id) as stream:
            await ada.make(f"/v1/rooms/{room}/tasks", title="after")
            await stream.until_change(title="after")


async def test_without_users_streams_end(ada: Person, system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows then which sessions ended, and nobody is let in either."""
    room = await ada.room()
    monkeypatch.setattr(revocations, "_STALE_SECONDS", 4.5)
    async with beside(system) as (gateway, way):
        there = ada.through(gateway)
        async with following(there, f"/v1/rooms/{room}/events") as stream:
            way.seconds = 60.0
            assert await stream.until_over() == ["resume"]
            assert await is_shut(there)
            assert hub_of(gateway).is_sighted


async def test_a_gateway_that_stops_does_not_wait_for_its_streams(ada: Person, system: System) -> None:
    async with AsyncExitStack() as stack:
        gateway = await stack.enter_async_context(second_gateway(system, TASKSYNC_SHUTDOWN_SECONDS="60"))
        async with following(ada.through(gateway), "/v1/events") as stream:
            began = time.monotonic()
            await stack.aclose()
            assert time.monotonic() - began < 20
            await stream.until_over()

"""When a service is away: what can live without it is served and says so, and nothing else is."""

import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import pytest

from chassis.passport import PassportOffice
from chassis.peers import HttpTransport
from gateway.services import EXTENSION as SERVICES
from tests.gateway.people import Person, sign_up, until_ready
from tests.postgres import Postgres
from tests.system import System, free_port, run_system

# How long the gateway waits for the service that is away, and by when it must have answered.
CALL_SECONDS, AT_LATEST = 0.6, 2.5


@dataclass
class Place:
    person: Person
    room: str
    task: str

    def path(self, path: str) -> str:
        return path.format(room=self.room, task=self.task)


@pytest.fixture(scope="module")
async def quick_system(postgres: Postgres) -> AsyncIterator[System]:
    async with run_system(postgres) as running:
        yield await until_ready(running)


@pytest.fixture(scope="module")
async def place(quick_system: System) -> Place:
    person = await sign_up(quick_system)
    room = await person.room()
    task = await person.make(f"/v1/rooms/{room}/tasks", title="Boil", assignees=[person.id])
    return Place(person, room, task["id"])


@asynccontextmanager
async def away(system: System, service: str, port: int) -> AsyncIterator[None]:
    """While it lasts the gateway looks for `service` at `port`."""
    peer = system.apps["gateway"].extensions[SERVICES].named(service)
    transport = HttpTransport(service, f"http://127.0.0.1:{port}", total=CALL_SECONDS)
    await transport.open()
    peer._transport, before = transport, peer._transport
    try:
        yield
    finally:
        peer._transport = before
        await transport.close()


@contextmanager
def frozen() -> Iterator[int]:
    """The port of a server whose system accepts, and which never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


OPTIONAL = [
    ("/v1/rooms/{room}", "users", ["members"]),
    ("/v1/rooms/{room}", "tasks", ["tasks"]),
    ("/v1/tasks/{task}", "rooms", ["room"]),
    ("/v1/tasks/{task}", "users", ["assignees", "people"]),
    ("/v1/me/home", "tasks", ["tasks"]),
]
REQUIRED = [
    ("/v1/rooms/{room}", "rooms"),
    ("/v1/tasks/{task}", "tasks"),
    ("/v1/me/home", "rooms"),
    ("/v1/rooms", "rooms"),
    ("/v1/rooms/{room}/members", "users"),
    ("/v1/rooms/{room}/tasks", "tasks"),
]
KEYS = [(path, "keys") for path in dict.fromkeys([*(each[0] for each in OPTIONAL), *(each[0] for each in REQUIRED)])]


@pytest.mark.parametrize(("path", "service", "parts"), OPTIONAL)
@pytest.mark.parametrize("how", ["unavailable", "timeout"])
async def test_a_view_lives_without_an_optional_part(
    place: Place, path: str, service: str, parts: list[str], how: str
) -> None:
    whole = await place.person.get(place.path(path))
    started = time.monotonic()
    with frozen() as hanging:
        async with away(place.person.system, service, hanging if how == "timeout" else free_port()):
            reply = await place.person.call("GET", place.path(path))
    view = reply.json()
    assert (reply.status, reply.headers["Cache-Control"]) == (200, "no-store")
    assert "ETag" not in reply.headers
    assert {name: status for name, status in view["parts"].items() if status != "ok"} == dict.fromkeys(parts, how)
    assert {name for name in whole if view[name] is None and whole[name] is not None} <= {
        *parts,
        "assigned",
        "due_soon",
    }
    assert all(view[name] is None for name in parts if name in view)
    assert time.monotonic() - started < AT_LATEST


@pytest.mark.parametrize(("path", "service", "parts"), OPTIONAL)
async def test_strict_is_all_or_nothing(place: Place, path: str, service: str, parts: list[str]) -> None:
    async with away(place.person.system, service, free_port()):
        reply = await place.person.call("GET", f"{place.path(path)}?strict=true")
    assert (reply.status, reply.code, reply.headers["Retry-After"]) == (503, "unavailable", "1")


@pytest.mark.parametrize(("path", "service"), REQUIRED + KEYS)
async def test_without_a_required_part_nothing_is_served(place: Place, path: str, service: str) -> None:
    async with away(place.person.system, service, free_port()):
        reply = await place.person.call("GET", place.path(path))
    assert (reply.status, reply.code, reply.headers["Retry-After"]) == (503, "unavailable", "1")
    assert service in reply.json()["detail"]


@pytest.mark.parametrize(("path", "service"), REQUIRED + KEYS[:1])
async def test_a_required_part_that_hangs_is_a_timeout_in_bounded_time(place: Place, path: str, service: str) -> None:
    started = time.monotonic()
    with frozen() as hanging:
        async with away(place.person.system, service, hanging):
            reply = await place.person.call("GET", place.path(path))
    assert (reply.status, reply.code) == (504, "timeout")
    assert time.monotonic() - started < AT_LATEST


async def test_writes_need_keys(place: Place) -> None:
    system = place.person.system
    async with away(system, "keys", free_port()):
        reply = await place.person.call(
            "POST", f"/v1/rooms/{place.room}/members", json={"email": "a@b.c", "role": "viewer"}
        )
    assert (reply.status, reply.code) == (503, "unavailable")


async def test_a_problem_that_is_over_soon_comes_from_where_it_was(place: Place, postgres: Postgres) -> None:
    """The database of tasks is away, not tasks: the answer says so."""
    name = place.person.system.databases["tasks"].partition("?")[0].rpartition("/")[2]
    await postgres.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    await postgres.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    try:
        reply = await place.person.call("GET", f"/v1/rooms/{place.room}/tasks")
    finally:
        await postgres.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert (reply.status, reply.code) == (503, "unavailable")
    assert "database" in reply.json()["detail"]
    assert reply.json()["request_id"] == reply.headers["Request-Id"]


async def test_a_quarrel_between_services_is_not_the_clients(place: Place) -> None:
    """A passport that a service does not take says nothing of the client's token: 401 would sign everybody out."""
    office = place.person.system.apps["gateway"].extensions[SERVICES].rooms._office
    seal, office._seal = office._seal, PassportOffice("gateway", "another secret of the passports" * 2)._seal
    try:
        replies = [await place.person.call("GET", place.path(path)) for path in ("/v1/rooms/{room}", "/v1/roles")]
    finally:
        office._seal = seal
    assert [(reply.status, reply.code) for reply in replies] == [(503, "unavailable")] * 2


async def test_a_fault_of_a_service_is_told_as_such(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(**_params: object) -> None:
        raise ZeroDivisionError

    handlers = place.person.system.apps["rooms"].view_functions
    endpoint = next(name for name in handlers if name.endswith(".get_room"))
    monkeypatch.setitem(handlers, endpoint, fail)
    reply = await place.person.call("GET", place.path("/v1/rooms/{room}"))
    assert (reply.status, reply.code) == (502, "failed")
    assert reply.json()["request_id"] == reply.headers["Request-Id"]
    assert "rooms" in reply.json()["detail"]


async def test_readiness_names_what_is_away(place: Place) -> None:
    system = place.person.system
    assert (await system.request("gateway", "GET", "/readyz")).json()["ready"] is True
    async with away(system, "rooms", free_port()):
        reply = await system.request("gateway", "GET", "/readyz")
    checks = reply.json()["checks"]
    assert reply.status == 503
    assert {name for name, state in checks.items() if state != "ok"} == {"rooms", "rooms.database"}

"""When a service is away: what can live without it is served and says so, and nothing else is.

Each fault of each service, for each view, over real sockets.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from chassis.passport import PassportOffice
from chassis.peers import Answer, Peer, RetryBudget, breaker
from gateway.policies.deadline import HEADER as TIMEOUT
from gateway.services import EXTENSION as SERVICES
from gateway.views.compose import Rows
from tests.gateway.faulty import ENDLESS, FAULTS, GARBAGE, HANGING, away, failing, frozen, gone, open_later
from tests.gateway.people import Person, sign_up
from tests.meta.operations import OPERATIONS
from tests.postgres import Postgres
from tests.quick import quickest
from tests.system import Reply, System, free_port, run_system, until_ready

# What a client allows that will not wait for what hangs: the others answer within that on a machine that stalls too.
SECONDS = "2.0"
# By when it must have its answer; what the client says nothing of, the gateway lets take far longer.
AT_LATEST = 20.0


@dataclass
class Place:
    person: Person
    room: str
    task: str

    def path(self, path: str) -> str:
        return path.format(room=self.room, task=self.task)

    async def get(self, path: str, fault: str = "") -> tuple[Reply, float]:
        headers = {TIMEOUT: SECONDS} if fault in HANGING else {}
        started = time.monotonic()
        reply = await self.person.call("GET", self.path(path), headers=headers)
        return reply, time.monotonic() - started


@pytest.fixture(scope="module")
async def quick_system(postgres: Postgres) -> AsyncIterator[System]:
    # What is remembered would be shown as long as it is known to hold.
    settings = {"TASKSYNC_GATEWAY_MEMORY_BYTES": "0", "TASKSYNC_GATEWAY_REQUEST_SECONDS": str(ENDLESS)}
    async with run_system(postgres, **settings) as running:
        yield await until_ready(running)


@pytest.fixture(scope="module")
async def place(quick_system: System) -> Place:
    person = await sign_up(quick_system)
    room = await person.room()
    task = await person.make(f"/v1/rooms/{room}/tasks", title="Boil", assignees=[person.id])
    return Place(person, room, task["id"])


OPTIONAL = [
    ("/v1/rooms/{room}", "users", ["members"]),
    ("/v1/rooms/{room}", "tasks", ["tasks"]),
    ("/v1/tasks/{task}", "rooms", ["room"]),
    ("/v1/tasks/{task}", "users", ["assignees", "people"]),
    ("/v1/me/home", "tasks", ["tasks"]),
    ("/v1/rooms/{room}/activity", "users", ["people"]),
    ("/v1/tasks/{task}/history", "users", ["people"]),
]
REQUIRED = [
    ("/v1/rooms/{room}", "rooms"),
    ("/v1/tasks/{task}", "tasks"),
    ("/v1/me/home", "rooms"),
    ("/v1/rooms", "rooms"),
    ("/v1/rooms/{room}/members", "users"),
    ("/v1/rooms/{room}/activity", "tasks"),
    ("/v1/tasks/{task}/history", "tasks"),
]
KEYS = [(path, "keys") for path in dict.fromkeys([*(each[0] for each in OPTIONAL), *(each[0] for each in REQUIRED)])]


def test_every_view_is_tried() -> None:
    """What has a 304 is composed."""
    views = {each.path.replace("_id}", "}") for each in OPERATIONS if 304 in each.statuses}
    assert views == {path for path, _ in KEYS}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("path", "service", "parts"), OPTIONAL)
async def test_a_view_lives_without_an_optional_part(
    place: Place, path: str, service: str, parts: list[str], fault: str
) -> None:
    whole = await place.person.get(place.path(path))
    async with failing(place.person.system, service, fault) as status:
        reply, seconds = await place.get(path, fault)
    view = reply.json()
    assert (reply.status, reply.headers["Cache-Control"]) == (200, "no-store")
    assert "ETag" not in reply.headers
    assert {name: each for name, each in view["parts"].items() if each != "ok"} == dict.fromkeys(parts, status)
    gone = {name for name in whole if view[name] is None and whole[name] is not None}
    assert gone <= {*parts, "assigned", "due_soon"}
    assert all(view[name] is None for name in parts if name in view)
    assert seconds < AT_LATEST


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("path", "service"), REQUIRED + KEYS)
async def test_without_a_required_part_or_keys_nothing_is_served(
    place: Place, path: str, service: str, fault: str
) -> None:
    async with failing(place.person.system, service, fault) as status:
        reply, seconds = await place.get(path, fault)
    assert (reply.status, reply.code) == _refusal(status, fault)
    assert "Retry-After" in reply.headers or reply.status == 502
    assert service in reply.json()["detail"] or reply.status == 504
    assert set(reply.json()) <= {"type", "title", "status", "code", "detail", "request_id"}
    assert seconds < AT_LATEST


def _refusal(status: str, fault: str) -> tuple[int, str]:
    if fault == "fault":
        return 502, "failed"
    return (504, "timeout") if status == "timeout" else (503, "unavailable")


@pytest.mark.parametrize(("fault", "code"), [("dead", "unavailable"), ("frozen", "timeout"), ("html", "unavailable")])
@pytest.mark.parametrize(("path", "service", "parts"), OPTIONAL)
async def test_strict_is_all_or_nothing(
    place: Place, path: str, service: str, parts: list[str], fault: str, code: str
) -> None:
    async with failing(place.person.system, service, fault):
        reply, _ = await place.get(f"{path}?strict=true", fault)
    assert (reply.status in {503, 504}, reply.code, reply.headers["Retry-After"]) == (True, code, "1")


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_one_service_answers_is_passed_on_if_it_is_an_answer(place: Place, fault: str) -> None:
    async with failing(place.person.system, "tasks", fault):
        reply, seconds = await place.get("/v1/rooms/{room}/tasks", fault)
    assert reply.headers["Content-Type"] in {"application/json", "application/problem+json"}
    assert (
        reply.status >= 500
        or GARBAGE[fault].find(b"200 OK\r\nConnection: close\r\nContent-Type: application/json") > 0
    )
    assert seconds < AT_LATEST


async def test_unchecked_a_part_that_is_no_json_breaks_the_whole_view(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    decode = Peer.decode

    def trusting(self: Peer, answer: Answer, kind: type[Any]) -> Any:
        return None if kind is Rows and self.name == "tasks" else decode(self, answer, kind)

    async with failing(place.person.system, "tasks", "half-json"):
        assert (await place.get("/v1/rooms/{room}"))[0].json()["parts"]["tasks"] == "unavailable"
        monkeypatch.setattr(Peer, "decode", trusting)
        reply, _ = await place.get("/v1/rooms/{room}")
    with pytest.raises(msgspec.DecodeError):
        reply.json()


async def test_a_service_that_hangs_is_not_waited_for_again_and_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a few time-outs the view comes at once, and whole again within seconds of the recovery."""
    system, path = place.person.system, place.path("/v1/rooms/{room}")

    async def view_without_tasks() -> float:
        reply, seconds = await place.get(path)
        assert reply.json()["parts"]["tasks"] == "unavailable"
        return seconds

    with frozen() as port:
        async with away(system, "tasks", port, seconds=1.0) as transport:
            # Equal ones would be one.
            asked = [
                f"{path}?include={names}" for names in ("tasks", "tasks,members", "members,tasks", "tasks,tasks")
            ]
            views = await asyncio.gather(*(place.person.get(each) for each in (path, *asked)))
            assert {view["parts"]["tasks"] for view in views} == {"timeout"}
            with monkeypatch.context() as patch:
                # However long this machine takes to ask, nobody tries meanwhile.
                patch.setattr(breaker, "_PAUSE_SECONDS", ENDLESS)
                assert await quickest(view_without_tasks, 0.4) < 0.4
            transport._base = system.url("tasks")
            async with asyncio.timeout(20):
                while (await place.person.get(path))["parts"]["tasks"] != "ok":
                    await asyncio.sleep(0.05)


async def test_a_read_outlives_the_restart_of_a_service(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """For 300 ms nobody listens there; and what the service had, it has."""
    system, port = place.person.system, free_port()
    # The faults of the tests before have spent it.
    monkeypatch.setattr(system.apps["gateway"].extensions[SERVICES].rooms, "_retries", RetryBudget())
    opening = asyncio.create_task(open_later(system, "rooms", port, 0.3))
    async with away(system, "rooms", port):
        assert (await place.person.call("GET", place.path("/v1/rooms/{room}"))).status == 200
    (await opening).close()


async def test_writes_need_keys(place: Place) -> None:
    system = place.person.system
    async with gone(system, "keys"):
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

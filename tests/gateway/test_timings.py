"""Each answer tells what its parts took; the same is a metric, with labels of closed sets."""

import asyncio
import re

import pytest

from chassis.metrics import EXTENSION as METRICS
from tests.gateway.faulty import ENDLESS, away, gone, serving, slowed
from tests.gateway.people import Person
from tests.gateway.test_leaving import Silent, leave
from tests.system import Reply, System

ENTRY = re.compile(r'([a-z]+)(?:;desc="([a-z]+)")?;dur=([0-9]+\.[0-9])')
ROOM = "/v1/rooms/<uuid:room_id>"


def told(reply: Reply) -> dict[str, tuple[str, float]]:
    """By part: the service and the milliseconds."""
    entries = [ENTRY.fullmatch(each) for each in reply.headers["Server-Timing"].split(", ")]
    return {each[1]: (each[2], float(each[3])) for each in entries if each}


def count(system: System, **labels: str) -> float:
    registry = system.apps["gateway"].extensions[METRICS]
    return float(registry.get_sample_value("gateway_call_seconds_count", labels) or 0)


async def test_a_view_tells_what_each_part_took(ada: Person, system: System) -> None:
    room = await ada.room()
    async with slowed(system, "tasks", 0.2):
        parts = told(await ada.call("GET", f"/v1/rooms/{room}"))
    services = {name: service for name, (service, _) in parts.items()}
    assert services == {"access": "keys", "room": "rooms", "members": "users", "tasks": "tasks", "total": None}
    assert parts["tasks"][1] > max(190, parts["room"][1])
    assert parts["total"][1] >= parts["access"][1] + parts["tasks"][1]


@pytest.mark.parametrize(
    ("method", "path", "parts"),
    [
        ("GET", "/v1/me", ["users", "total"]),
        ("GET", "/v1/rooms/{room}/tasks", ["access", "tasks", "total"]),
        ("POST", "/v1/rooms", ["rooms", "total"]),
        ("GET", "/v1/nothing", ["total"]),
        ("GET", "/v1/rooms/{nil}", ["access", "total"]),
    ],
)
async def test_every_answer_tells_it(ada: Person, method: str, path: str, parts: list[str]) -> None:
    path = path.format(room=await ada.room(), nil="00000000-0000-7000-8000-000000000000")
    reply = await ada.call(method, path, json={"name": "Attic"} if method == "POST" else None)
    assert list(told(reply)) == parts


@pytest.mark.usefixtures("patient")
async def test_a_call_that_is_given_up_is_not_one_that_failed(ada: Person, system: System) -> None:
    path, silent = f"/v1/rooms/{await ada.room()}", Silent()
    labels = {"route": ROOM, "part": "tasks", "service": "tasks"}
    before = [count(system, **labels, outcome=each) for each in ("given_up", "unavailable")]
    async with serving(silent) as port, away(system, "tasks", port, seconds=ENDLESS):
        request = asyncio.create_task(ada.call("GET", path))
        await asyncio.wait_for(silent.asked.wait(), 20)
        await leave(request)
        await asyncio.wait_for(silent.gone.wait(), ENDLESS / 3)
    after = [count(system, **labels, outcome=each) for each in ("given_up", "unavailable")]
    assert after == [before[0] + 1, before[1]]


async def test_calls_are_a_metric_by_route_part_service_and_outcome(ada: Person, system: System) -> None:
    room = await ada.room()
    labels = {"route": ROOM, "part": "tasks", "service": "tasks"}
    before = [count(system, **labels, outcome=each) for each in ("ok", "unavailable")]
    await ada.get(f"/v1/rooms/{room}")
    async with gone(system, "tasks"):
        await ada.get(f"/v1/rooms/{room}")
    assert [count(system, **labels, outcome=each) for each in ("ok", "unavailable")] == [each + 1 for each in before]
    refused = count(system, route=ROOM, part="access", service="keys", outcome="refused")
    await ada.call("GET", f"/v1/rooms/{ada.id}")
    assert count(system, route=ROOM, part="access", service="keys", outcome="refused") == refused + 1
    assert count(system, route="background", part="users", service="users", outcome="ok") > 0

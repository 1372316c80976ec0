"""Bad input to each operation: a problem that names the field, nothing stored, and nothing of it in the log."""

import io
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.meta.examples import BODIES, QUERIES, fill
from tests.meta.operations import OPERATIONS, Operation
from tests.meta.stored import Stored, open_stored
from tests.meta.world import World
from tests.meta.wrong import MARKER, TWO_MEGABYTES, Wrong, wrong_bodies, wrong_queries
from tests.system import Reply, System

WITH_BODY = [each for each in OPERATIONS if each.body]
# They are done whatever comes with them, unless it is too large.
WITHOUT_BODY = [each for each in OPERATIONS if not each.body and each.method != "GET"]
# Who is not assigned can be unassigned: it changes nothing.
WITH_ID = [each for each in OPERATIONS if "_id}" in each.path and each.id != "unassign_task"]
WITH_TWO = [each for each in WITH_ID if each.path.count("{") == 2]


@pytest.fixture(scope="module")
async def stored(system: System) -> AsyncIterator[Stored]:
    async with open_stored(system) as opened:
        yield opened


def walk(operations: list[Operation]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("operation", operations, ids=str)


async def send(world: World, operation: Operation, wrong: Wrong) -> Reply:
    params = [
        *wrong.query,
        *((name, value) for name, value in fill(QUERIES.get(operation.id, {}), world.ids).items()),
    ]
    if wrong.query:
        params = [*wrong.query, *(pair for pair in params if pair[0] != wrong.query[0][0])]
    headers = {"Content-Type": wrong.content_type} if wrong.body is not None else {}
    return await world.call(
        "owner",
        operation.method,
        world.path(operation),
        params=params,
        headers=headers,
        data=io.BytesIO(wrong.body) if wrong.body is not None else None,
    )


def complaint(operation: Operation, wrong: Wrong, reply: Reply) -> str | None:
    """What is wrong with the answer to wrong input; None if nothing."""
    if reply.status not in operation.statuses:
        return f"{wrong.name}: {reply.status} is not documented"
    problem: Any = reply.json() if reply.headers["Content-Type"] == "application/problem+json" else {}
    named = [re.split(r"[.\[]", error["field"])[0] for error in problem.get("errors", [])]
    if reply.status != wrong.status:
        return f"{wrong.name}: {reply.status} {reply.body!r}"
    if wrong.field is not None and wrong.field not in named:
        return f"{wrong.name}: names {named}"
    return None if problem.get("request_id") else f"{wrong.name}: no request id"


async def refuse_all(world: World, stored: Stored, operation: Operation, wrongs: list[Wrong]) -> None:
    before = await stored.read()
    complaints = [complaint(operation, wrong, await send(world, operation, wrong)) for wrong in wrongs]
    assert [each for each in complaints if each] == []
    assert await stored.read() == before


@walk(WITH_BODY)
async def test_a_wrong_body_is_refused_by_its_field(
    world: World, stored: Stored, operation: Operation, caplog: pytest.LogCaptureFixture
) -> None:
    assert operation.body is not None
    good = fill(BODIES[operation.id], world.ids)
    await refuse_all(world, stored, operation, list(wrong_bodies(good, operation.body)))
    assert MARKER not in caplog.text


@walk(WITHOUT_BODY)
async def test_a_large_body_is_refused_where_none_is_asked_for(
    world: World, stored: Stored, operation: Operation
) -> None:
    await refuse_all(world, stored, operation, [Wrong("2 MB", 413, None, b" " * TWO_MEGABYTES)])


@walk(OPERATIONS)
async def test_a_wrong_query_is_refused_by_its_name(
    world: World, stored: Stored, operation: Operation, caplog: pytest.LogCaptureFixture
) -> None:
    await refuse_all(world, stored, operation, list(wrong_queries(operation)))
    assert MARKER not in caplog.text


@walk(WITH_ID)
@pytest.mark.parametrize("value", ["7", "x" * 300, "%00", "00000000-0000-0000-0000-000000000000", "' OR 1=1"])
async def test_what_is_no_id_is_not_found(world: World, stored: Stored, operation: Operation, value: str) -> None:
    before = await stored.read()
    for name in [part for part in world.ids if f"{{{part}}}" in operation.path]:
        path = operation.path.format(**{**world.ids, name: value})
        body = fill(BODIES.get(operation.id), world.ids) if operation.body else None
        query = fill(QUERIES.get(operation.id, {}), world.ids)
        reply = await world.call("owner", operation.method, path, json=body, params=query)
        assert 400 <= reply.status < 500, (name, reply.body)
        assert reply.status in operation.statuses
        assert reply.headers["Content-Type"] == "application/problem+json"
    assert await stored.read() == before


@walk(WITH_TWO)
async def test_nothing_is_reached_through_another_room(world: World, stored: Stored, operation: Operation) -> None:
    room = await world.make("owner", "POST", "/v1/rooms", name="Elsewhere")
    task = await world.make("owner", "POST", f"/v1/rooms/{room['id']}/tasks", title="Elsewhere")
    before = await stored.read()
    path = operation.path.format(**{**world.ids, "room_id": room["id"], "task_id": task["id"]})
    body = fill(BODIES.get(operation.id), world.ids) if operation.body else None
    reply = await world.call("owner", operation.method, path, json=body)
    assert reply.status in {404, 409, 422}, reply.body
    assert await stored.read() == before


async def test_the_stored_state_shows_a_write(world: World, stored: Stored) -> None:
    before = await stored.read()
    await world.make("owner", "POST", "/v1/rooms", name="One more")
    assert await stored.read() != before

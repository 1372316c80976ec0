"""Each route, called by those who may not, and by one who may: walked from the table of routes."""

from typing import Any

import pytest

from chassis.openapi.describe import to_braces
from gateway.routes import ROUTES
from gateway.table import Route
from keys.roles import Standing, allows
from tests.meta.examples import BEFORE, BODIES, BY_OTHERS, QUERIES, fill
from tests.meta.operations import OPERATIONS, Operation
from tests.meta.world import World, make_world
from tests.system import Reply, System

Case = tuple[Operation, Route]
_BY_PATH = {(route.method, to_braces(route.path)): route for route in ROUTES}
CASES = [(operation, _BY_PATH[operation.method, operation.path]) for operation in OPERATIONS]

# An invite is for whoever has its code.
FOR_WHO_KNOWS = {"redeem_invite"}


def walk(cases: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("operation", "route"), cases, ids=[str(case[0]) for case in cases])


def in_a_room(case: Case) -> bool:
    return case[1].right not in {"public", "self"}


async def send(world: World, who: str | None, operation: Operation, **ids: str) -> Reply:
    known = {**world.ids, **ids}
    options: dict[str, Any] = {"params": fill(QUERIES.get(operation.id, {}), known)}
    if operation.id in BODIES:
        options["json"] = fill(BODIES[operation.id], known)
    reply = await world.call(who, operation.method, operation.path.format(**known), **options)
    assert reply.status in operation.statuses, "not documented"
    return reply


@walk([case for case in CASES if case[1].right != "public"])
async def test_without_a_token_it_is_401(world: World, operation: Operation, route: Route) -> None:
    reply = await send(world, None, operation)
    assert (reply.status, reply.code) == (401, "unauthorized")
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


@walk([case for case in CASES if case[1].right != "public"])
async def test_with_a_made_up_token_it_is_401(world: World, operation: Operation, route: Route) -> None:
    world.tokens["nobody"] = "eyJhbGciOiJub25lIn0.e30."
    assert (await send(world, "nobody", operation)).status == 401


@walk([case for case in CASES if in_a_room(case) or ("{" in case[0].path and case[0].id not in FOR_WHO_KNOWS)])
async def test_a_stranger_sees_nothing_of_others(world: World, operation: Operation, route: Route) -> None:
    reply = await send(world, "stranger", operation)
    assert (reply.status, reply.code) == (404, "not_found")


@walk([case for case in CASES if in_a_room(case) and not allows(Standing("viewer"), case[1].right)])
async def test_a_viewer_who_lacks_the_right_is_told_which(world: World, operation: Operation, route: Route) -> None:
    reply = await send(world, "viewer", operation, user_id=world.ids["owner_id"])
    assert (reply.status, reply.code, reply.json()["action"]) == (403, "forbidden", route.right)


@walk([case for case in CASES if case[0].method != "GET" and case[1].right != "public"])
async def test_a_token_for_reading_changes_nothing(world: World, operation: Operation, route: Route) -> None:
    if "reader" not in world.tokens:
        made = await world.make("owner", "POST", "/v1/me/tokens", name="Reader", scopes=["read"])
        world.tokens["reader"] = made["token"]
    reply = await send(world, "reader", operation)
    assert (reply.status, reply.code) == (403, "scope_too_small")


@walk(CASES)
async def test_who_may_does(system: System, operation: Operation, route: Route) -> None:
    world = await make_world(system)
    if operation.id in BEFORE:
        method, path = BEFORE[operation.id]
        assert (await world.call("owner", method, path.format(**world.ids))).status < 300
    reply = await send(world, BY_OTHERS.get(operation.id, "owner"), operation)
    assert reply.status in {200, 201, 204}, reply.body

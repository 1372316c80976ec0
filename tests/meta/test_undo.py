"""Every write answers with a token that takes it back, or stands in the list of those that cannot be undone."""

import pytest

from tests.meta.examples import BEFORE, BODIES, BY_OTHERS, fill
from tests.meta.operations import DOCUMENT, OPERATIONS, Operation
from tests.meta.world import World, make_world
from tests.system import Reply, System

# As docs/api.md tells.
NOT_UNDONE = {
    "delete_room",
    "delete_account",
    "register",
    "login",
    "refresh",
    "logout",
    "create_token",
    "revoke_token",
    "end_session",
    "end_sessions",
}
WRITES = [operation for operation in OPERATIONS if operation.method != "GET"]


def carries_token(operation: Operation) -> bool:
    responses = DOCUMENT["paths"][operation.path][operation.method.lower()]["responses"]
    (good,) = [response for status, response in responses.items() if status.startswith("2")]
    return "TaskSync-Undo" in good.get("headers", {})


UNDONE = [operation for operation in WRITES if carries_token(operation)]


def test_what_cannot_be_undone_is_known() -> None:
    assert {each.id for each in WRITES} - {each.id for each in UNDONE} == NOT_UNDONE


async def send(world: World, operation: Operation) -> Reply:
    who = BY_OTHERS.get(operation.id, "owner")
    body = fill(BODIES[operation.id], world.ids) if operation.id in BODIES else None
    return await world.call(who, operation.method, world.path(operation), json=body)


async def undo(world: World, who: str, token: str, **headers: str) -> Reply:
    return await world.call(who, "POST", "/v1/undo", json={"token": token}, headers=headers)


@pytest.mark.parametrize("operation", UNDONE, ids=str)
async def test_a_write_is_undone_by_who_made_it_and_once(system: System, operation: Operation) -> None:
    world = await make_world(system)
    if operation.id in BEFORE:
        method, path = BEFORE[operation.id]
        assert (await world.call("owner", method, path.format(**world.ids))).status < 300
    written = await send(world, operation)
    assert written.status < 300, written.body
    token = written.headers["TaskSync-Undo"]
    for other in {"owner", "viewer", "stranger"} - {BY_OTHERS.get(operation.id, "owner")}:
        refused = await undo(world, other, token)
        assert (refused.status, refused.json()["errors"][0]["field"]) == (422, "token")
    undone = await undo(world, BY_OTHERS.get(operation.id, "owner"), token)
    assert undone.status == 200, undone.body
    assert undone.json()["results"]
    again = await undo(world, BY_OTHERS.get(operation.id, "owner"), token)
    assert again.status in {404, 412}, again.body

"""Each POST of the document takes a key, and is then done once, or refuses it, and says so."""

import asyncio
from typing import Any

import pytest

from tests.idempotency.repeating import grown, new_key, prepare, send, send_until_answered, tally, whole
from tests.meta.operations import DOCUMENT, OPERATIONS, Operation
from tests.meta.world import World, make_world
from tests.system import System

CROWD = 16


def takes_key(operation: Operation) -> bool:
    return any(each["name"] == "Idempotency-Key" and each["in"] == "header" for each in operation.parameters)


POSTS = [operation for operation in OPERATIONS if operation.method == "POST"]
TAKING = [operation for operation in POSTS if takes_key(operation)]
REFUSING = [operation for operation in POSTS if not takes_key(operation)]

# What makes each body another one.
OTHER: dict[str, dict[str, Any]] = {
    "create_room": {"name": "Another"},
    "create_invite": {"role": "editor"},
    "add_member": {"role": "viewer"},
    "create_task": {"title": "Another"},
    "move_task": {"status": "done"},
    "create_comment": {"body": "Another"},
    "run_batch": {"dry_run": True},
    "undo": {"token": "{other_undo_token}"},
}


def walk(operations: list[Operation]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("operation", operations, ids=str)


def test_both_kinds_are_there() -> None:
    assert {each.id for each in REFUSING} == {"register", "login", "refresh", "logout", "create_token"}
    assert len(TAKING) >= 8


@walk(REFUSING)
async def test_who_refuses_a_key_says_so(world: World, operation: Operation) -> None:
    said = DOCUMENT["paths"][operation.path]["post"]["responses"]["422"]["description"]
    assert "Idempotency-Key" in said
    refused = await send(world, operation, new_key())
    assert (refused.status, refused.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


@walk(TAKING)
async def test_sixteen_at_once_are_done_once(system: System, operation: Operation) -> None:
    crowded, alone = await make_world(system), await make_world(system)
    for world in (crowded, alone):
        await prepare(world, operation)
    first, key = await tally(system), new_key()
    replies = await asyncio.gather(*(send_until_answered(crowded, operation, key) for _ in range(CROWD)))
    second = await tally(system)
    assert replies[0].status in {200, 201}, replies[0].body
    assert {whole(reply) for reply in replies} == {whole(replies[0])}
    assert whole(await send(crowded, operation, key)) == whole(replies[0])
    assert await tally(system) == second
    await send(alone, operation, new_key())
    assert grown(first, second) == grown(second, await tally(system))


@walk(TAKING)
async def test_what_is_no_key_does_nothing(system: System, world: World, operation: Operation) -> None:
    await prepare(world, operation)
    before = await tally(system)
    refused = await send(world, operation, "two words")
    assert (refused.status, refused.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert await tally(system) == before


@walk([each for each in TAKING if each.body])
async def test_another_body_with_the_key_does_nothing(system: System, world: World, operation: Operation) -> None:
    key = new_key()
    good = await send(world, operation, key)
    assert good.status in {200, 201}, good.body
    before = await tally(system)
    refused = await send(world, operation, key, **OTHER[operation.id])
    assert (refused.status, refused.code) == (422, "idempotency_key_reused")
    assert await tally(system) == before
    assert whole(await send(world, operation, key)) == whole(good)

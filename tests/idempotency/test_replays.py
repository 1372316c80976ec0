"""What a repeated request gets when the world has changed since the first one."""

from typing import Any
from uuid import UUID

from tests.idempotency.repeating import new_key, send, whole
from tests.meta.operations import OPERATIONS
from tests.meta.world import PASSWORD, World
from tests.system import Reply, System, run_replica

BY_ID = {operation.id: operation for operation in OPERATIONS}
CREATE_TASK, ADD_MEMBER, REDEEM = BY_ID["create_task"], BY_ID["add_member"], BY_ID["redeem_invite"]


def assert_whole(second: Reply, first: Reply) -> None:
    assert first.status in {200, 201}, first.body
    assert whole(second) == whole(first)


async def set_role(world: World, who: str, role: str) -> None:
    path = f"/v1/rooms/{world.ids['room_id']}/members/{world.ids[f'{who}_id']}"
    assert (await world.call("owner", "PUT", path, json={"role": role})).status == 200


async def remove(world: World, who: str) -> None:
    path = f"/v1/rooms/{world.ids['room_id']}/members/{world.ids[f'{who}_id']}"
    assert (await world.call("owner", "DELETE", path)).status == 204


async def test_who_lost_the_right_meanwhile_gets_no_answer_again(world: World) -> None:
    key = new_key()
    await set_role(world, "viewer", "editor")
    first = await send(world, CREATE_TASK, key, "viewer")
    await set_role(world, "viewer", "viewer")
    assert (await send(world, CREATE_TASK, key, "viewer")).status == 403
    await remove(world, "viewer")
    assert (await send(world, CREATE_TASK, key, "viewer")).status == 404
    await world.make("owner", "POST", f"/v1/rooms/{world.ids['room_id']}/members", **_member(world, "editor"))
    assert_whole(await send(world, CREATE_TASK, key, "viewer"), first)


def _member(world: World, role: str) -> dict[str, Any]:
    return {"email": world.ids["viewer_email"], "role": role}


async def test_an_assignee_who_left_since_changes_no_answer(world: World) -> None:
    key = new_key()
    first = await send(world, CREATE_TASK, key)
    await remove(world, "viewer")
    assert_whole(await send(world, CREATE_TASK, key), first)


async def test_a_write_that_failed_can_be_tried_again_with_its_key(world: World) -> None:
    key, stranger = new_key(), [world.ids["stranger_id"]]
    failed = await send(world, CREATE_TASK, key, assignees=stranger)
    assert (failed.status, failed.code) == (422, "not_a_member")
    assert (await send(world, ADD_MEMBER, new_key())).status == 201
    first = await send(world, CREATE_TASK, key, assignees=stranger)
    assert_whole(await send(world, CREATE_TASK, key, assignees=stranger), first)


async def test_a_key_is_its_callers(world: World) -> None:
    key = new_key()
    await set_role(world, "viewer", "editor")
    owners, editors = await send(world, CREATE_TASK, key), await send(world, CREATE_TASK, key, "viewer")
    assert owners.json()["id"] != editors.json()["id"]


async def test_a_member_is_answered_as_they_were(world: World) -> None:
    """Name, address and membership are as in the first answer, though all three are different now."""
    key = new_key()
    first = await send(world, ADD_MEMBER, key)
    account = {"name": "Renamed", "email": "new-" + world.ids["stranger_email"], "current_password": PASSWORD}
    assert (await world.call("stranger", "PATCH", "/v1/me", json=account)).status == 200
    assert_whole(await send(world, ADD_MEMBER, key), first)
    await remove(world, "stranger")
    assert_whole(await send(world, ADD_MEMBER, key), first)


async def test_who_took_the_last_use_of_an_invite_is_told_again(world: World) -> None:
    path = f"/v1/rooms/{world.ids['room_id']}/invites"
    world.ids["code"] = (await world.make("owner", "POST", path, role="viewer", max_uses=1))["code"]
    key = new_key()
    first = await send(world, REDEEM, key)
    assert_whole(await send(world, REDEEM, key), first)
    assert (await send(world, REDEEM, new_key())).code == "already_member"


async def test_a_narrow_token_gets_no_answer_of_a_wide_one(world: World) -> None:
    made = await world.make(
        "owner", "POST", "/v1/me/tokens", name="Narrow", scopes=["write"], rooms=[world.ids["room_id"]]
    )
    world.tokens["narrow"] = made["token"]
    key = new_key()
    assert (await send(world, BY_ID["create_room"], key)).status == 201
    refused = await send(world, BY_ID["create_room"], key, "narrow")
    assert (refused.status, refused.code) == (422, "idempotency_key_reused")


async def test_another_process_of_the_service_gives_the_same_answer(system: System, world: World) -> None:
    path, headers = world.path(CREATE_TASK), {"Idempotency-Key": new_key()}
    options: dict[str, Any] = {"user": UUID(world.ids["owner_id"]), "headers": headers, "json": {"title": "Once"}}
    first = await system.call("tasks", "POST", path, **options)
    async with run_replica(system, "tasks") as replica:
        assert_whole(await replica.call("tasks", "POST", path, **options), first)

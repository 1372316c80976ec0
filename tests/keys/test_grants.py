"""A right that is lost is lost with the very next request: a grant is asked anew for each, and kept by nobody."""

from uuid import UUID

import pytest

from chassis.seals import SealError
from keys.client.grants import HEADER, grant_seal
from keys.client.models import Grant
from tests.postgres import Postgres
from tests.seeds import add_member, add_room, add_user
from tests.system import SECRETS, Reply, System, run_system


async def _look(system: System, room: UUID, user: UUID) -> Reply:
    body = {"actions": ["room.view"], "on": {"type": "room", "id": str(room)}}
    return await system.call("keys", "POST", "/internal/looks", user=user, json=body)


async def test_a_grant_that_was_kept_would_outlive_the_right(postgres: Postgres) -> None:
    """Without the guard, a fresh look for each request, the removed member still reads; with it, no more."""
    async with run_system(postgres, "keys", "tasks") as system:
        owner = await add_user(system)
        room = await add_room(system, owner)
        member = await add_member(system, room, "viewer")
        kept = {HEADER: (await _look(system, room, member)).json()["grant"]}
        removal = f"/v1/rooms/{room}/members/{member}"
        assert (await system.call("keys", "DELETE", removal, user=owner)).status == 204
        path = f"/v1/rooms/{room}/tasks"
        assert (await system.call("tasks", "GET", path, user=member, headers=kept)).status == 200
        assert (await _look(system, room, member)).status == 404


async def test_a_grant_is_bound_to_its_caller_room_action_and_membership(postgres: Postgres) -> None:
    async with run_system(postgres, "keys", "tasks") as system:
        owner = await add_user(system)
        room, other = await add_room(system, owner), await add_room(system, owner)
        member = await add_member(system, room, "viewer")
        text = (await _look(system, room, owner)).json()["grant"]
        grant: Grant = grant_seal(SECRETS["TASKSYNC_GRANT_SECRET"]).open(text)
        assert (grant.user, grant.rooms, grant.actions, grant.versions) == (owner, (room,), ("room.view",), (1,))
        headers = {HEADER: text}
        for path, user in (
            (f"/v1/rooms/{room}/tasks", member),
            (f"/v1/rooms/{other}/tasks", owner),
            (f"/v1/rooms/{room}/trash", owner),
        ):
            assert (await system.call("tasks", "GET", path, user=user, headers=headers)).status == 403
        with pytest.raises(SealError):
            grant_seal("another secret of at least 32 characters").open(text)

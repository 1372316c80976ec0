"""A right that is lost is lost with the very next request: a grant is asked anew for each, and none is good for long.

An owner hears of every change in Keys, and refuses a grant that was decided without it.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from chassis.database import EXTENSION, Database
from chassis.seals import SealError
from keys.client.grants import HEADER, grant_seal
from keys.client.hearing import Hearing
from keys.client.models import Grant
from keys.models import FIRST
from keys.queries import renames
from tests.postgres import Postgres
from tests.seeds import add_member, add_room, add_user
from tests.system import SECRETS, Reply, System, run_system

_VERSION = "SELECT version FROM links WHERE relation = 'member' AND source_id = $1 AND target_id = $2"


async def _look(system: System, room: UUID, user: UUID) -> Reply:
    body = {"actions": ["room.view"], "on": {"type": "room", "id": str(room)}}
    return await system.call("keys", "POST", "/internal/looks", user=user, json=body)


@dataclass
class Place:
    system: System
    owner: UUID
    room: UUID

    async def remove(self, member: UUID) -> None:
        path = f"/v1/rooms/{self.room}/members/{member}"
        assert (await self.system.call("keys", "DELETE", path, user=self.owner)).status == 204

    async def read(self, member: UUID, kept: dict[str, str]) -> int:
        path = f"/v1/rooms/{self.room}/tasks"
        return (await self.system.call("tasks", "GET", path, user=member, headers=kept)).status

    async def grant_of(self, member: UUID) -> dict[str, str]:
        return {HEADER: (await _look(self.system, self.room, member)).json()["grant"]}


@pytest.fixture(scope="module")
async def place(postgres: Postgres) -> AsyncIterator[Place]:
    async with run_system(postgres, "keys", "tasks") as system:
        owner = await add_user(system)
        found = Place(system, owner, await add_room(system, owner))
        # Once a removal is heard of, the next ones are.
        async with asyncio.timeout(30):
            while await _reads_after_removal(found) == MANY:
                pass
        yield found


MANY = 200


async def _reads_after_removal(place: Place) -> int:
    """How often a grant that was kept still reads after the removal was acknowledged; MANY for on and on."""
    member = await add_member(place.system, place.room, "viewer")
    kept = await place.grant_of(member)
    assert await place.read(member, kept) == 200
    await place.remove(member)
    assert (await _look(place.system, place.room, member)).status == 404
    for number in range(MANY):
        if await place.read(member, kept) == 403:
            return number
    return MANY


async def test_a_grant_that_was_kept_does_not_outlive_the_right(place: Place) -> None:
    """The gateway keeps none, so its next request is refused; whoever did keep one is refused in moments."""
    for _ in range(5):
        assert await _reads_after_removal(place) < MANY


async def test_without_what_was_heard_a_grant_that_was_kept_reads_on(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hearing, "outdates", lambda *_: False)
    assert await _reads_after_removal(place) == MANY


async def test_who_is_brought_in_again_reads_with_a_new_grant_and_not_with_the_old(place: Place) -> None:
    member = await add_member(place.system, place.room, "viewer")
    old = await place.grant_of(member)
    await place.remove(member)
    body = {"user_id": str(member), "role": "viewer"}
    path = f"/internal/rooms/{place.room}/members"
    assert (await place.system.call("keys", "POST", path, user=place.owner, json=body)).status == 201
    async with asyncio.timeout(30):
        while await place.read(member, old) != 403:
            await asyncio.sleep(0.01)
    assert await place.read(member, await place.grant_of(member)) == 200


async def test_a_demoted_member_is_refused_what_the_old_role_could_read(place: Place) -> None:
    member = await add_member(place.system, place.room, "editor")
    kept = await place.grant_of(member)
    path = f"/internal/rooms/{place.room}/members/{member}"
    demoted = await place.system.call("keys", "PUT", path, user=place.owner, json={"role": "viewer"})
    assert demoted.status == 200
    async with asyncio.timeout(30):
        while await place.read(member, kept) != 403:
            await asyncio.sleep(0.01)


async def test_a_new_name_takes_no_right_from_what_is_under_way(place: Place) -> None:
    """It is told of each membership, which stays at its version. What is heard later tells that it has been heard."""
    member = await add_member(place.system, place.room, "editor")
    kept = await place.grant_of(member)
    database: Database = place.system.apps["keys"].extensions[EXTENSION]
    async with database.transaction() as connection:
        links = await renames.memberships(connection, member, FIRST, 10)
        await renames.tell(connection, [row["id"] for row in links])
    assert await _reads_after_removal(place) < MANY
    assert await place.read(member, kept) == 200


async def test_a_grant_is_bound_to_its_caller_room_action_and_membership(postgres: Postgres) -> None:
    async with run_system(postgres, "keys", "tasks") as system:
        owner = await add_user(system)
        room, other = await add_room(system, owner), await add_room(system, owner)
        member = await add_member(system, room, "viewer")
        text = (await _look(system, room, owner)).json()["grant"]
        grant: Grant = grant_seal(SECRETS["TASKSYNC_GRANT_SECRET"]).open(text)
        version = await system.fetch_value("keys", _VERSION, owner, room)
        assert (grant.user, grant.rooms, grant.actions, grant.versions) == (
            owner,
            (room,),
            ("room.view",),
            (version,),
        )
        headers = {HEADER: text}
        for path, user in (
            (f"/v1/rooms/{room}/tasks", member),
            (f"/v1/rooms/{other}/tasks", owner),
            (f"/v1/rooms/{room}/trash", owner),
        ):
            assert (await system.call("tasks", "GET", path, user=user, headers=headers)).status == 403
        with pytest.raises(SealError):
            grant_seal("another secret of at least 32 characters").open(text)

"""No statement costs more because there are more rooms or invites: each reads by index."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

import pytest

from bench.plans.explain import Explainer
from chassis.database import Connection, Database
from chassis.ids import new_id
from chassis.settings import DatabaseSettings
from rooms import queries
from rooms.models import NewInvite, NewRoom, RoomChange
from tests.plans import Recorder
from tests.postgres import Postgres, connected

_FILL = """
    INSERT INTO rooms (id, name, description)
    SELECT gen_random_uuid(), 'Room ' || n, '' FROM generate_series(1, 20000) n;

    INSERT INTO invites (code, room_id, role, created_by, expires_at)
    SELECT 'code' || n || id, id, 'viewer', id, now() + '1 day' FROM rooms, generate_series(1, 2) n;

    ANALYZE;
"""

MAKER = UUID(int=7)
# One made an invite in each of a hundred rooms, and in one of the rooms many others made one each.
_MANY = f"""
    INSERT INTO rooms (id, name, description)
    SELECT gen_random_uuid(), 'Room ' || n, '' FROM generate_series(1, 100) n;

    INSERT INTO invites (code, room_id, role, created_by, expires_at)
    SELECT 'many' || id, id, 'viewer', '{MAKER}', now() + '1 day'
    FROM rooms;

    INSERT INTO invites (code, room_id, role, created_by, expires_at)
    SELECT 'other' || n, (SELECT id FROM rooms LIMIT 1), 'viewer', gen_random_uuid(), now() + '1 day'
    FROM generate_series(1, 2000) n;

    ANALYZE;
"""


@pytest.fixture(scope="module")
async def filled(postgres: Postgres) -> AsyncIterator[Connection]:
    async with postgres.clone("rooms") as url:
        database = Database(
            DatabaseSettings(bind="", passport_secret="", database_url=url, database_seconds=60), "test"
        )
        await database.connect()
        async with database.connection() as connection:
            await connection.execute(_FILL)
            yield connection
        await database.disconnect()


async def test_every_statement_reads_by_index(filled: Connection) -> None:
    recorder = Recorder(filled)
    connection = cast("Connection", recorder)
    row = (await filled.fetch("SELECT room_id, code FROM invites OFFSET 9000 LIMIT 1"))[0]
    room_id, code = row["room_id"], row["code"]
    rooms = [row["id"] for row in await filled.fetch("SELECT id FROM rooms LIMIT 200")]
    async with filled.transaction():
        await queries.insert_room(connection, new_id(), NewRoom(name="New"))
        assert len(await queries.find_rooms(connection, rooms)) == 200
        assert await queries.hold_room(connection, room_id)
        assert await queries.update_room(connection, room_id, RoomChange(name="Bath"))
        assert await queries.insert_invite(connection, "new", room_id, NewInvite(role="viewer"), room_id, None)
        first = queries.InviteKey(datetime.min.replace(tzinfo=UTC), "")
        assert len(await queries.list_invites(connection, room_id, ["viewer"], first, 51)) == 3
        assert await queries.find_open_invite(connection, code)
        assert await queries.use_invite(connection, code)
        revoked = await queries.revoke_invite(connection, room_id, code)
        assert revoked
        assert await queries.restore_invite(connection, code, revoked[1])
        assert await queries.find_kept_invite(connection, code)
        await queries.delete_invites_of(connection, room_id, room_id, room_id, 200)
        await queries.delete_all_invites_of(connection, room_id, 200)
        await queries.delete_all_invites_in(connection, room_id, 200)
        assert await queries.delete_expired_invites(connection, 0, 200) == 0
        await queries.delete_room(connection, room_id)
    assert len(recorder.scans) >= 10
    assert [scan for scan in recorder.scans if scan.startswith("Seq Scan")] == []


async def test_what_a_maker_made_in_a_room_is_found_without_what_is_elsewhere_and_of_others(
    postgres: Postgres,
) -> None:
    """Whoever leaves n rooms, as an account that goes, would read n times n rows."""
    async with postgres.clone("rooms") as url, connected(url) as connection:
        await connection.execute(_MANY)
        explainer = Explainer(connection, "generic")
        room = await connection.fetchval("SELECT id FROM rooms OFFSET 50 LIMIT 1")
        await explainer.fetch(queries._DELETE_OF, room, MAKER, new_id(), 200)
        (plan,) = explainer.plans
    # The one row, found and then deleted by its key.
    assert plan.touched <= 2

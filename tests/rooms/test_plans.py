"""No statement costs more because there are more rooms or invites: each reads by index."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import cast

import pytest

from chassis.database import Connection, Database
from chassis.ids import new_id
from chassis.settings import DatabaseSettings
from rooms import queries
from rooms.models import NewInvite, NewRoom, RoomChange
from tests.plans import Recorder
from tests.postgres import Postgres

_FILL = """
    INSERT INTO rooms (id, name, description)
    SELECT gen_random_uuid(), 'Room ' || n, '' FROM generate_series(1, 20000) n;

    INSERT INTO invites (code, room_id, role, created_by, expires_at)
    SELECT 'code' || n || id, id, 'viewer', id, now() + '1 day' FROM rooms, generate_series(1, 2) n;

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

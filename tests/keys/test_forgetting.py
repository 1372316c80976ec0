"""What is old is forgotten whole, however much of it there is: else it would grow wherever more comes than goes."""

from collections.abc import AsyncIterator

import pytest

from chassis.database import Connection, Database
from keys import cascade
from keys.client.claims import prune_claims
from keys.client.stamps import NAMES
from keys.queries.stamps import stamp
from tests.postgres import Postgres

_OLD_CLAIMS = """
    INSERT INTO claims (id, landed, at)
    SELECT gen_random_uuid(), true, now() - make_interval(days => n % 2 * 2)
    FROM generate_series(1, $1::integer) AS n
"""
_OLD_NODES = """
    INSERT INTO nodes (type, id, buried_at, drained_at)
    SELECT 'task', gen_random_uuid(), now(), now() - make_interval(days => n % 2 * 40)
    FROM generate_series(1, $1::integer) AS n
"""
_STAMPED_ROOMS = """
    WITH rooms AS (
        INSERT INTO nodes (type, id, buried_at, drained_at)
        SELECT 'room', gen_random_uuid(), now(), now() - make_interval(days => n % 2 * 40)
        FROM generate_series(1, $1::integer) AS n
        RETURNING id
    )
    INSERT INTO stamps (of, stamp)
    SELECT id, pg_current_xact_id() FROM rooms
"""


@pytest.fixture
async def url(request: pytest.FixtureRequest, postgres: Postgres) -> AsyncIterator[str]:
    """A database of the service that the test names."""
    async with postgres.clone(request.param) as url:
        yield url


@pytest.mark.parametrize("url", ["rooms"], indirect=True)
async def test_claims_of_yesterday_are_forgotten(connection: Connection, database: Database) -> None:
    await connection.execute(_OLD_CLAIMS, 5_000)
    await prune_claims(database)
    assert await connection.fetchval("SELECT count(*) FROM claims") == 2_500


@pytest.mark.parametrize("url", ["keys"], indirect=True)
async def test_tombstones_of_last_month_are_forgotten(connection: Connection, database: Database) -> None:
    await connection.execute(_OLD_NODES, 5_000)
    await cascade.forget(database)
    assert await connection.fetchval("SELECT count(*) FROM nodes") == 2_500


@pytest.mark.parametrize("url", ["keys"], indirect=True)
async def test_a_room_of_last_month_is_forgotten_with_its_stamp(connection: Connection, database: Database) -> None:
    await connection.execute(_STAMPED_ROOMS, 4)
    await stamp(connection, [NAMES])
    await cascade.forget(database)
    left = {row["of"] for row in await connection.fetch("SELECT of FROM stamps")}
    assert left == {NAMES, *(row["id"] for row in await connection.fetch("SELECT id FROM nodes"))}
    assert len(left) == 3

"""Signing keys rotate without signing anybody out, and are of no use to who reads the database."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from joserfc.jwk import OKPKey

from chassis.database import EXTENSION as DATABASE
from chassis.database import Database
from chassis.settings import load
from tests.postgres import Postgres
from tests.system import System
from tests.users.people import Person, refresh, verified_claims
from users.app import Settings
from users.signing_keys import EXTENSION, KeyRing

_SECRET = "keys-" + "k" * 40
_AGE = "UPDATE signing_keys SET signs_from = signs_from - $1 * interval '1 minute'"
_MONTH = 31 * 24 * 60


@pytest_asyncio.fixture(loop_scope="session")
async def url(postgres: Postgres) -> AsyncIterator[str]:
    async with postgres.clone("users") as fresh:
        yield fresh


@pytest_asyncio.fixture(loop_scope="session")
async def pool(system: System, url: str) -> AsyncIterator[Database]:
    """The pool of a process on a database that has no keys yet."""
    opened = Database(load(Settings, "users", {**system.environ, "TASKSYNC_USERS_DATABASE_URL": url}), "users")
    await opened.connect()
    try:
        yield opened
    finally:
        await opened.disconnect()


async def test_processes_that_start_at_once_make_one_key(pool: Database) -> None:
    rings = [KeyRing(pool, _SECRET) for _ in range(5)]
    keys = await asyncio.gather(*(ring.signing_key() for ring in rings))
    assert len({key.kid for key in keys}) == 1
    assert len(await rings[0].published()) == 1


async def test_published_keys_are_public(system: System, ada: Person) -> None:
    reply = await system.call("users", "GET", "/internal/keys")
    assert {tuple(sorted(key)) for key in reply.json()["keys"]} == {("alg", "crv", "kid", "kty", "use", "x")}


async def test_a_private_key_is_stored_sealed(pool: Database) -> None:
    key = await KeyRing(pool, _SECRET).signing_key()
    async with pool.connection() as connection:
        row = await connection.fetchrow("SELECT * FROM signing_keys")
    assert row is not None
    assert str(key.as_dict(private=True)["d"]) not in str(dict(row))
    assert row["public"]["x"] == key.as_dict(private=False)["x"]


async def test_a_rotation_publishes_first_signs_later_and_retires_last(pool: Database) -> None:
    ring = KeyRing(pool, _SECRET)
    old = await ring.signing_key()
    await _pass(pool, minutes=_MONTH)
    await ring.maintain()
    assert len(await ring.published()) == 2
    assert (await ring.signing_key()).kid == old.kid
    await _pass(pool, minutes=15)
    await ring.maintain()
    new = await ring.signing_key()
    assert new.kid != old.kid
    assert {key["kid"] for key in await ring.published()} == {old.kid, new.kid}
    await _pass(pool, minutes=14)
    await ring.maintain()
    assert len(await ring.published()) == 2
    await _pass(pool, minutes=2)
    await ring.maintain()
    assert [key["kid"] for key in await ring.published()] == [new.kid]


async def test_a_rotation_signs_nobody_out(system: System, ada: Person) -> None:
    ring: KeyRing = system.apps["users"].extensions[EXTENSION]
    pool: Database = system.apps["users"].extensions[DATABASE]
    before = (await refresh(system, ada.refresh_token)).json()
    await _pass(pool, minutes=_MONTH)
    await ring.maintain()
    await _pass(pool, minutes=15)
    await ring.maintain()
    after = (await refresh(system, before["refresh_token"])).json()
    for answer in (before, after):
        assert (await verified_claims(system, answer["access_token"]))["sub"] == str(ada.id)


async def test_a_changed_secret_makes_a_new_key_and_keeps_the_old_published(pool: Database) -> None:
    old = await KeyRing(pool, _SECRET).signing_key()
    ring = KeyRing(pool, "another-" + "s" * 40)
    new: OKPKey = await ring.signing_key()
    assert new.kid != old.kid
    assert {key["kid"] for key in await ring.published()} == {old.kid, new.kid}


async def test_a_secret_that_is_changed_and_changed_back_ends_no_sign_in(pool: Database) -> None:
    old = await KeyRing(pool, _SECRET).signing_key()
    new = await KeyRing(pool, "another-" + "k" * 40).signing_key()
    await _pass(pool, minutes=60)
    ring = KeyRing(pool, _SECRET)
    assert (await ring.signing_key()).kid == old.kid
    assert {key["kid"] for key in await ring.published()} == {old.kid, new.kid}
    await _pass(pool, minutes=_MONTH)
    await ring.maintain()
    await _pass(pool, minutes=60)
    await ring.maintain()
    assert [key["kid"] for key in await ring.published()] == [(await ring.signing_key()).kid]


async def _pass(pool: Database, *, minutes: int) -> None:
    async with pool.connection() as connection:
        await connection.execute(_AGE, minutes)

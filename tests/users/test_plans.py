"""No statement costs more because the system has more accounts: each reads by index."""

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest_asyncio

from chassis.database import Connection, Database
from chassis.ids import new_id
from chassis.settings import load
from tests.plans import Recorder
from tests.postgres import Postgres
from tests.system import System
from users.app import Settings
from users.models import NewToken
from users.queries import accounts, attempts, buckets, housekeeping, revocations, sessions, tokens
from users.refresh_tokens import new_token

_ACCOUNTS = 20_000
_FILL = f"""
    INSERT INTO accounts (id, email, name, password_hash)
    SELECT gen_random_uuid(), 'person' || n || '@example.org', 'x', 'hash' FROM generate_series(1, {_ACCOUNTS}) n;

    INSERT INTO sessions (id, account_id, device, family_hash, secret_hash, expires_at)
    SELECT gen_random_uuid(), id, '', sha256(id::text::bytea), '', now() + '1 day' FROM accounts;

    INSERT INTO tokens (id, account_id, name, prefix, secret_hash, scopes, expires_at)
    SELECT gen_random_uuid(), id, '', '', sha256(id::text::bytea), '{{read}}', now() + '1 day' FROM accounts;

    INSERT INTO attempts (policy, subject, hits, resets_at)
    SELECT 'login-account', sha256(id::text::bytea), 1, now() + '1 day' FROM accounts;

    INSERT INTO buckets (policy, subject, full_at)
    SELECT 'read', sha256(id::text::bytea), now() + '1 day' FROM accounts;

    INSERT INTO revocations (xid, id)
    SELECT n::text::xid8, gen_random_uuid() FROM generate_series(1, {_ACCOUNTS}) n;

    ANALYZE;
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def filled(postgres: Postgres, system: System) -> AsyncIterator[Connection]:
    async with postgres.clone("users") as url:
        environ = {**system.environ, "TASKSYNC_USERS_DATABASE_URL": url, "TASKSYNC_DATABASE_SECONDS": "60"}
        pool = Database(load(Settings, "users", environ), "users")
        await pool.connect()
        async with pool.connection() as connection:
            await connection.execute(_FILL)
            yield connection
        await pool.disconnect()


async def test_every_statement_reads_by_index(filled: Connection) -> None:
    recorder = Recorder(filled)
    connection = cast("Connection", recorder)
    account, token = await filled.fetchval("SELECT id FROM accounts OFFSET 9000 LIMIT 1"), new_token()
    async with filled.transaction():
        await _use_accounts(connection, account)
        await _use_sessions(connection, account)
        bot = NewToken(name="bot", scopes=["read"])
        await tokens.insert_token(connection, account, new_id(), bot, "", b"", 100)
        await tokens.list_tokens(connection, account, new_id(), 50)
        await tokens.verify_token(connection, token.secret_hash)
        await tokens.end_token(connection, account, new_id())
        await tokens.end_tokens(connection, account, 200)
        await attempts.count_attempt(connection, ["login-account"], [b"x"], [900])
        await attempts.forgive_attempt(connection, ["login-account"], [b"x"], [10])
        await buckets.spend(connection, ["read"], [b"x"], [1], 60)
        since = f"{_ACCOUNTS - 5}:{_ACCOUNTS - 5}:"
        now = await filled.fetchval("SELECT pg_current_snapshot()::text")
        await revocations.take_snapshot(connection, since)
        await revocations.list_between(connection, since, now, revocations.Revocation("0", account), 1000)
        for table in housekeeping.TABLES:
            await housekeeping.prune(connection, table)
    assert len(recorder.scans) > 20
    # The table of the feed has one row.
    assert {scan for scan in recorder.scans if scan.startswith("Seq Scan")} == {"Seq Scan feed"}


async def test_the_recorder_sees_a_whole_table_read(filled: Connection) -> None:
    recorder = Recorder(filled)
    await recorder.fetch("SELECT id FROM accounts WHERE name = $1", "Ada")
    assert recorder.scans == ["Seq Scan accounts"]


async def _use_accounts(connection: Connection, account: Any) -> None:
    email = "PERSON77@example.org"
    assert await accounts.find_password_hash(connection, email)
    assert await accounts.lookup_email(connection, email)
    await accounts.find_account(connection, account)
    await accounts.find_secrets(connection, account)
    await accounts.list_profiles(connection, [account, new_id()], emails=False)
    await accounts.lock_account(connection, account)
    await accounts.change_account(connection, account, name="Ada")


async def _use_sessions(connection: Connection, account: Any) -> None:
    token, session = new_token(), new_id()
    await sessions.open_session(connection, account, "hash", session, "", token, days=30)
    await sessions.find_owner(connection, token)
    await sessions.lock_family(connection, token, fresh_seconds=10)
    await sessions.rotate(connection, session, token, b"nonce", idle_days=30, days=180)
    await sessions.list_sessions(connection, account, session, new_id(), 50)
    await sessions.is_fresh(connection, account, session, 900)
    await sessions.rename_session(connection, account, session, new_id())
    await sessions.end_session(connection, account, session)
    await sessions.end_others(connection, account, but=None, access_seconds=600, keep=1000, limit=1000)
    await sessions.end_others(connection, account, but=None, access_seconds=600)

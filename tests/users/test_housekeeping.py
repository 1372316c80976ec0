"""What has expired goes, the rest stays; and secrets stay out of the logs."""

import logging

from chassis.database import Connection, Database
from chassis.ids import new_id
from chassis.settings import load
from tests.postgres import Postgres
from tests.system import SECRETS, System, run_system
from tests.users.people import (
    GENEROUS,
    OTHER_PASSWORD,
    PASSWORD,
    login,
    new_email,
    refresh,
    register,
    revoked,
    to_person,
)
from users.app import Settings
from users.housekeeping import prune_all


async def test_what_has_expired_goes_and_the_rest_stays(system: System, database: Connection) -> None:
    kept, gone = await register(system), await register(system)
    for person in (kept, gone):
        await person.call("POST", "/v1/me/tokens", json={"name": "bot", "scopes": ["read"]})
    for table in ("sessions", "tokens"):
        await database.execute(
            f"UPDATE {table} SET expires_at = now() - interval '16 minutes' WHERE account_id = $1", gone.id
        )
    await login(system, new_email(), "not the password")
    await database.execute("UPDATE attempts SET resets_at = now()")
    await database.execute("INSERT INTO buckets VALUES ('read', 'kept', now() + '1 minute'), ('read', 'gone', now())")
    ended, old = new_id(), new_id()
    await database.execute(
        "INSERT INTO revocations (id, at) VALUES ($1, now()), ($2, now() - interval '16 minutes')", ended, old
    )
    await _prune(system)
    for table in ("sessions", "tokens"):
        count = f"SELECT count(*) FROM {table} WHERE account_id = $1"
        assert [await database.fetchval(count, person.id) for person in (kept, gone)] == [1, 0]
    assert await database.fetchval("SELECT count(*) FROM attempts") == 0
    left = "SELECT array_agg(subject) FROM buckets WHERE subject IN ('kept', 'gone')"
    assert await database.fetchval(left) == [b"kept"]
    assert await database.fetchval("SELECT array_agg(id) FROM revocations WHERE id IN ($1, $2)", ended, old) == [
        ended
    ]


async def test_the_last_access_token_of_a_session_that_expired_can_be_stopped(
    system: System, database: Connection
) -> None:
    ada = await register(system)
    other = await to_person(system, await login(system, ada.email))
    await database.execute("UPDATE sessions SET expires_at = now() WHERE id = $1", other.session)
    await _prune(system)
    assert (await ada.call("DELETE", "/v1/me/sessions")).status == 204
    assert other.session in await revoked(system)


async def test_more_than_a_batch_goes_in_one_round(system: System, database: Connection) -> None:
    await database.execute("""
        INSERT INTO revocations (id, at)
        SELECT gen_random_uuid(), now() - interval '2 hours'
        FROM generate_series(1, 2500)
    """)
    await _prune(system)
    assert await database.fetchval("SELECT count(*) FROM revocations WHERE at < now() - interval '15 minutes'") == 0


async def test_no_secret_is_ever_logged(postgres: Postgres) -> None:
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(f"{record.msg} {record.args} {record.exc_info}")  # type: ignore[method-assign]
    async with run_system(postgres, "keys", "users", TASKSYNC_LOG_LEVEL="debug", **GENEROUS) as system:
        logging.getLogger().addHandler(handler)
        try:
            secrets = await _use_secrets(system)
        finally:
            logging.getLogger().removeHandler(handler)
    assert any("/v1/auth/register" in line for line in lines)
    for secret in secrets:
        assert not any(secret in line for line in lines)


async def _use_secrets(system: System) -> list[str]:
    """Every secret of a life of an account, after a life of an account."""
    ada = await register(system)
    created = await ada.call("POST", "/v1/me/tokens", json={"name": "bot", "scopes": ["read"]})
    token: str = created.json()["token"]
    await system.call("users", "POST", "/internal/tokens/verify", json={"token": token})
    after = await ada.refresh()
    wrong = "a password with a slip"
    await login(system, ada.email, wrong)
    await refresh(system, ada.refresh_token + "x")
    await ada.call("PATCH", "/v1/me", json={"password": OTHER_PASSWORD, "current_password": PASSWORD})
    await system.call("users", "POST", "/v1/auth/login", data=f'{{"password": "{wrong}"')
    tokens = [ada.access_token, after.access_token, ada.refresh_token, after.refresh_token, token]
    return [PASSWORD, OTHER_PASSWORD, wrong, *tokens, *SECRETS.values()]


async def _prune(system: System) -> None:
    pool = Database(load(Settings, "users", system.environ), "users")
    await pool.connect()
    try:
        await prune_all(pool)
    finally:
        await pool.disconnect()

"""Limits on signing in hold exactly, over all processes, and say so in the standard headers."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from chassis.database import Connection
from chassis.ids import new_id
from tests.postgres import Postgres
from tests.system import Reply, System, run_replica, run_system
from tests.users.people import PASSWORD, login, new_email, refresh, register
from users import passwords

_QUOTAS = {
    "TASKSYNC_USERS_LOGIN_PER_ACCOUNT": "5",
    "TASKSYNC_USERS_LOGIN_PER_ADDRESS": "12",
    "TASKSYNC_USERS_REGISTER_PER_ACCOUNT": "3",
    "TASKSYNC_USERS_REGISTER_PER_ADDRESS": "6",
    "TASKSYNC_USERS_REFRESH_PER_ACCOUNT": "4",
    "TASKSYNC_USERS_REFRESH_PER_ADDRESS": "9",
    "TASKSYNC_USERS_LOOKUP_PER_ACCOUNT": "3",
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def strict(postgres: Postgres) -> AsyncIterator[System]:
    async with run_system(postgres, "keys", "users", **_QUOTAS) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def counts(strict: System) -> AsyncIterator[Connection]:
    """A connection to the database of users, where nothing is counted yet."""
    connection = await asyncpg.connect(strict.databases["users"])
    try:
        await connection.execute("TRUNCATE attempts")
        yield connection
    finally:
        await connection.close()


async def test_an_account_has_its_quota_exactly_when_all_come_at_once(strict: System) -> None:
    email = new_email()
    replies = await asyncio.gather(*(login(strict, email, "not the password", **_from(n)) for n in range(30)))
    assert _statuses(replies) == {401: 5, 429: 25}


async def test_an_address_has_its_quota_exactly_when_all_come_at_once(strict: System) -> None:
    replies = await asyncio.gather(*(login(strict, new_email(), "not the password", **_from(1)) for _ in range(30)))
    assert _statuses(replies) == {401: 12, 429: 18}


async def test_two_processes_share_one_quota(strict: System) -> None:
    email = new_email()
    async with run_replica(strict, "users") as other:
        replies = await asyncio.gather(
            *(login(each, email, "not the password", **_from(n)) for n in range(10) for each in (strict, other))
        )
    assert _statuses(replies) == {401: 5, 429: 15}


async def test_a_spent_quota_is_told_in_the_standard_headers(strict: System) -> None:
    email = new_email()
    first = await login(strict, email, "not the password", **_from(1))
    assert first.status == 401
    for _ in range(4):
        await login(strict, email, "not the password", **_from(1))
    reply = await login(strict, email, "not the password", **_from(1))
    assert (reply.status, reply.code) == (429, "rate_limited")
    assert reply.headers["RateLimit-Policy"] == '"login-account";q=5;w=900, "login-address";q=12;w=900'
    account, address = reply.headers["RateLimit"].split(", ")
    assert account.startswith('"login-account";r=0;t=')
    assert address.startswith('"login-address";r=6;t=')
    assert 0 < int(reply.headers["Retry-After"]) <= 900


async def test_an_answer_tells_what_remains(strict: System) -> None:
    reply = await login(strict, new_email(), "not the password", **_from(1))
    assert reply.headers["RateLimit"] == '"login-account";r=4;t=900, "login-address";r=11;t=900'


async def test_the_right_password_does_not_help_when_the_quota_is_spent(strict: System) -> None:
    ada = await register(strict)
    for _ in range(5):
        await login(strict, ada.email, "not the password")
    assert (await login(strict, ada.email)).status == 429


async def test_who_signs_in_rightly_spends_nothing(strict: System) -> None:
    ada = await register(strict)
    for _ in range(15):
        assert (await login(strict, ada.email)).status == 200


async def test_who_writes_ones_own_address_otherwise_spends_nothing(strict: System, counts: Connection) -> None:
    ada = await register(strict)
    await counts.execute("TRUNCATE attempts")
    change = {"email": ada.email.upper(), "current_password": PASSWORD}
    assert (await ada.call("PATCH", "/v1/me", json=change)).status == 200
    assert await counts.fetchval("SELECT sum(hits) FROM attempts") == 0


async def test_who_signs_in_rightly_many_times_at_once_spends_nothing(strict: System, counts: Connection) -> None:
    ada = await register(strict)
    await counts.execute("TRUNCATE attempts")
    replies = await asyncio.gather(*(login(strict, ada.email, **_from(1)) for _ in range(30)))
    assert {reply.status for reply in replies} == {200, 429}
    assert await counts.fetchval("SELECT sum(hits) FROM attempts") == 0


async def test_what_was_not_verified_is_no_attempt(
    strict: System, counts: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a storm, or Keys being away, would lock out who knows the password."""
    ada = await register(strict)
    await counts.execute("TRUNCATE attempts")
    change = {"email": new_email(), "current_password": PASSWORD}
    monkeypatch.setattr(passwords, "_WAIT_SECONDS", -1.0)
    replies = [await login(strict, ada.email), await _register(strict, new_email(), 1)]
    replies.append(await ada.call("PATCH", "/v1/me", json=change))
    assert [(reply.status, reply.code) for reply in replies] == [(503, "busy")] * 3
    assert await counts.fetchval("SELECT sum(hits) FROM attempts") == 0


async def test_a_window_ends(strict: System, counts: Connection) -> None:
    ada = await register(strict)
    for _ in range(5):
        await login(strict, ada.email, "not the password")
    assert (await login(strict, ada.email)).status == 429
    await counts.execute("UPDATE attempts SET resets_at = now()")
    assert (await login(strict, ada.email)).status == 200


async def test_the_current_password_is_guessed_under_the_same_quota(strict: System) -> None:
    ada = await register(strict)
    change = {"password": "eight blue trombones", "current_password": "not the password"}
    for _ in range(5):
        assert (await ada.call("PATCH", "/v1/me", json=change)).status == 403
    assert (await ada.call("PATCH", "/v1/me", json=change)).status == 429
    assert (await login(strict, ada.email)).status == 429


async def test_registering_is_limited(strict: System) -> None:
    replies = await asyncio.gather(*(_register(strict, new_email(), 1) for _ in range(12)))
    assert _statuses(replies) == {201: 6, 429: 6}
    email = new_email()
    replies = await asyncio.gather(*(_register(strict, email, n) for n in range(2, 10)))
    assert _statuses(replies) == {201: 1, 409: 2, 429: 5}


async def test_asking_for_addresses_by_changing_ones_own_counts_as_registering(strict: System) -> None:
    ada, eve = await register(strict), await register(strict)
    change = {"email": ada.email, "current_password": PASSWORD}
    statuses = [(await eve.call("PATCH", "/v1/me", json=change)).status for _ in range(4)]
    assert statuses == [409, 409, 429, 429]


async def test_refreshing_is_limited_by_account_and_address(strict: System) -> None:
    ada = await register(strict)
    statuses = [(await refresh(strict, ada.refresh_token)).status for _ in range(6)]
    assert statuses == [200] * 4 + [429] * 2
    again = (await login(strict, ada.email)).json()["refresh_token"]
    assert (await refresh(strict, again)).status == 429
    replies = await asyncio.gather(*(refresh(strict, f"tsr_{n:08}{'0' * 56}") for n in range(9)))
    assert _statuses(replies) == {401: 5, 429: 4}


async def test_looking_up_addresses_is_limited(strict: System) -> None:
    ada = await register(strict)
    grant = ada.grant(new_id(), "member.add")
    replies = [
        await ada.call("POST", "/internal/lookup", json={"email": new_email()}, headers=grant) for _ in range(5)
    ]
    assert _statuses(replies) == {404: 3, 429: 2}


async def test_no_address_of_anybody_is_stored(strict: System, counts: Connection) -> None:
    email = new_email()
    await login(strict, email, "not the password", **{"TaskSync-Client": "192.0.2.77"})
    rows = await counts.fetch("SELECT policy, subject FROM attempts")
    assert len(rows) == 2
    assert not any(email.encode() in row["subject"] or b"192.0.2.77" in row["subject"] for row in rows)


def _from(number: int) -> dict[str, str]:
    return {"TaskSync-Client": f"192.0.2.{number}"}


def _statuses(replies: list[Reply]) -> dict[int, int]:
    statuses = [reply.status for reply in replies]
    return {status: statuses.count(status) for status in sorted(set(statuses))}


async def _register(system: System, email: str, number: int) -> Reply:
    body = {"email": email, "name": "Ada", "password": PASSWORD}
    return await system.call("users", "POST", "/v1/auth/register", json=body, headers=_from(number))

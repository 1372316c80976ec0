"""One's own account: what changes it, what ends it, and what that stops."""

import asyncio
from uuid import UUID

import pytest

from chassis.database import Connection
from chassis.ids import new_id
from tests.system import Reply, System
from tests.users.people import (
    OTHER_PASSWORD,
    PASSWORD,
    Person,
    login,
    new_email,
    refresh,
    register,
    revoked,
    to_person,
    weaken,
)
from users.account import remove_account
from users.passwords import Passwords
from users.queries.accounts import change_account
from users.queries.sessions import end_others

_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


async def test_a_name_is_changed(system: System, ada: Person) -> None:
    reply = await ada.call("PATCH", "/v1/me", json={"name": "Augusta"})
    assert (reply.status, reply.json()["name"], reply.json()["version"]) == (200, "Augusta", 2)
    assert reply.headers["ETag"] == '"2"'
    assert reply.json()["updated_at"] > reply.json()["created_at"]
    assert (await ada.call("GET", "/v1/me")).json() == reply.json()


async def test_a_change_of_nothing_is_no_change(system: System, ada: Person) -> None:
    reply = await ada.call("PATCH", "/v1/me", json={})
    assert (reply.status, reply.json()["version"]) == (200, 1)


async def test_a_change_of_an_older_version_is_merged_or_refused(system: System, ada: Person) -> None:
    first = {"If-Match": '"1"'}
    assert (await ada.call("PATCH", "/v1/me", json={"name": "Augusta"}, headers=first)).status == 200
    email = {"email": new_email(), "current_password": PASSWORD}
    merged = await ada.call("PATCH", "/v1/me", json=email, headers=first)
    assert (merged.status, merged.json()["name"], merged.json()["version"]) == (200, "Augusta", 3)
    refused = await ada.call("PATCH", "/v1/me", json={"name": "Ada L."}, headers=first)
    assert (refused.status, refused.code, refused.json()["fields"]) == (412, "conflict", ["name"])
    assert refused.json()["current"] == merged.json()
    secret = await ada.call("PATCH", "/v1/me", json={**email, "email": new_email()}, headers=first)
    assert (secret.status, secret.code, secret.json()["fields"]) == (412, "conflict", ["email"])
    # The second is one that the account never had: a restored database has forgotten it.
    for seen in (first, {"If-Match": '"4"'}):
        assert (await ada.call("PATCH", "/v1/me", json={"name": "Ada L."}, headers=seen)).status == 412
        assert (await ada.call("DELETE", "/v1/me", headers=seen)).status == 412
    assert (await ada.call("GET", "/v1/me")).json() == merged.json()


async def test_the_same_name_again_changes_nothing(ada: Person) -> None:
    renamed = await ada.call("PATCH", "/v1/me", json={"name": "Augusta"})
    again = await ada.call("PATCH", "/v1/me", json={"name": "Augusta"})
    assert (again.status, again.json()) == (200, renamed.json())
    assert "TaskSync-Undo" not in again.headers
    undone = await ada.call("POST", "/v1/undo", json={"token": renamed.headers["TaskSync-Undo"]})
    assert undone.json()["results"][0]["account"]["name"] == "Ada"


async def test_of_sixteen_changes_of_one_version_one_holds(system: System, ada: Person) -> None:
    first = {"If-Match": '"1"'}
    replies = await asyncio.gather(
        *(ada.call("PATCH", "/v1/me", json={"name": f"Ada {n}"}, headers=first) for n in range(16))
    )
    assert sorted(reply.status for reply in replies) == [200] + [412] * 15


async def test_an_address_is_changed_with_the_password(system: System, ada: Person) -> None:
    email = new_email()
    reply = await ada.call("PATCH", "/v1/me", json={"email": email, "current_password": PASSWORD})
    assert (reply.status, reply.json()["email"]) == (200, email)
    assert (await login(system, email)).status == 200
    assert (await login(system, ada.email)).status == 401


async def test_an_address_of_another_is_refused(system: System, ada: Person) -> None:
    eve = await register(system)
    reply = await eve.call("PATCH", "/v1/me", json={"email": ada.email.upper(), "current_password": PASSWORD})
    assert (reply.status, reply.code) == (409, "email_taken")


async def test_secrets_need_the_current_password(system: System, ada: Person) -> None:
    for change in ({"email": new_email()}, {"password": OTHER_PASSWORD}):
        missing = await ada.call("PATCH", "/v1/me", json=change)
        assert (missing.status, missing.json()["errors"][0]["field"]) == (422, "current_password")
        wrong = await ada.call("PATCH", "/v1/me", json={**change, "current_password": "not the password"})
        assert (wrong.status, wrong.code) == (403, "wrong_password")
    assert (await ada.call("GET", "/v1/me")).json()["version"] == 1


async def test_a_common_password_is_refused_as_at_registration(system: System, ada: Person) -> None:
    for password in ("password123", "too short", ada.email):
        change = {"password": password, "current_password": PASSWORD}
        reply = await ada.call("PATCH", "/v1/me", json=change)
        assert (reply.status, reply.json()["errors"][0]["field"]) == (422, "password")


async def test_a_new_password_replaces_the_old(system: System, ada: Person) -> None:
    assert (await _change_password(ada)).status == 200
    assert (await login(system, ada.email, PASSWORD)).status == 401
    assert (await login(system, ada.email, OTHER_PASSWORD)).status == 200


async def test_a_new_password_ends_other_sessions_and_stops_all_access_tokens(system: System, ada: Person) -> None:
    other = await to_person(system, await login(system, ada.email))
    assert (await _change_password(ada)).status == 200
    assert {ada.session, other.session} <= await revoked(system)
    assert (await refresh(system, other.refresh_token)).status == 401
    after = await ada.refresh()
    assert after.session != ada.session
    assert after.session not in await revoked(system)
    assert (await after.call("GET", "/v1/me/sessions")).json()["items"][0]["current"]


async def test_a_sign_in_under_way_does_not_outlive_the_old_password(
    system: System, ada: Person, database: Connection
) -> None:
    """Its password was right when it was checked, and is not when the session opens."""
    hashed = await database.fetchval("SELECT password_hash FROM accounts WHERE id = $1", ada.id)
    async with database.transaction():
        assert await change_account(database, ada.id, verified=hashed, hashed="another") is not None
        opening = asyncio.create_task(login(system, ada.email))
        await _until_waiting(database, opening)
        await end_others(database, ada.id, but=None, access_seconds=600)
    assert (await opening).status == 401
    assert await database.fetchval("SELECT count(*) FROM sessions WHERE account_id = $1", ada.id) == 0


@pytest.mark.parametrize(("password", "right"), [(PASSWORD, True), (OTHER_PASSWORD, False)])
@pytest.mark.parametrize("signs_in", [True, False])
async def test_a_right_password_is_right_when_another_sign_in_hashed_it_again(
    system: System, ada: Person, database: Connection, password: str, right: bool, signs_in: bool
) -> None:
    """And wrong when what came between was another password."""
    await weaken(database, ada)
    async with database.transaction():
        await database.execute("SELECT FROM accounts WHERE id = $1 FOR UPDATE", ada.id)
        proving = asyncio.create_task(login(system, ada.email) if signs_in else _change_password(ada, "red bicycles"))
        await _until_waiting(database, proving)
        hashed = await Passwords(workers=1).hash(password)
        await database.execute("UPDATE accounts SET password_hash = $2 WHERE id = $1", ada.id, hashed)
    refused = 401 if signs_in else 403
    assert (await proving).status == (200 if right else refused)


async def test_of_two_right_sign_ins_at_once_none_is_refused(
    system: System, ada: Person, database: Connection
) -> None:
    await weaken(database, ada)
    replies = await asyncio.gather(*(login(system, ada.email) for _ in range(4)))
    assert [reply.status for reply in replies] == [200] * 4


async def test_of_two_new_passwords_at_once_one_holds(system: System, ada: Person) -> None:
    candidates = ["nine red bicycles", "four grey umbrellas"]
    replies = await asyncio.gather(*(_change_password(ada, each) for each in candidates))
    assert sorted(reply.status for reply in replies) == [200, 403]
    statuses = [(await login(system, ada.email, each)).status for each in candidates]
    assert statuses == [reply.status if reply.status == 200 else 401 for reply in replies]


async def test_a_deleted_account_is_gone_with_all_it_had(system: System, ada: Person, database: Connection) -> None:
    bot, eve = {"name": "bot", "scopes": ["read"]}, await register(system)
    token, eves = [(await each.call("POST", "/v1/me/tokens", json=bot)).json() for each in (ada, eve)]
    assert (await ada.call("PATCH", "/v1/me", json={"name": "Augusta"})).status == 200
    assert (await ada.call("DELETE", "/v1/me")).status == 204
    assert {ada.session, UUID(token["id"])} <= await revoked(system)
    assert (await login(system, ada.email)).status == 401
    assert (await refresh(system, ada.refresh_token)).status == 401
    assert (await ada.call("GET", "/v1/me")).status == 401
    for each, status in ((token, 401), (eves, 200)):
        verify = await system.call("users", "POST", "/internal/tokens/verify", json={"token": each["token"]})
        assert verify.status == status
    assert (await refresh(system, eve.refresh_token)).status == 200
    for table in ("sessions", "tokens", "changes"):
        left = await database.fetchval(f"SELECT count(*) FROM {table} WHERE account_id = $1", ada.id)
        assert left == 0


async def test_the_address_of_a_deleted_account_is_free(system: System, ada: Person) -> None:
    assert (await ada.call("DELETE", "/v1/me")).status == 204
    again = await register(system, ada.email)
    assert again.id != ada.id


async def test_an_account_is_deleted_only_from_a_fresh_sign_in(
    system: System, ada: Person, database: Connection
) -> None:
    await database.execute(
        "UPDATE sessions SET signed_in_at = now() - interval '16 minutes' WHERE id = $1", ada.session
    )
    reply = await ada.call("DELETE", "/v1/me")
    assert (reply.status, reply.code) == (403, "sign_in_again")
    again = await to_person(system, await login(system, ada.email))
    assert (await again.call("DELETE", "/v1/me")).status == 204


async def test_removing_an_account_twice_is_removing_it_once(ada: Person, database: Connection) -> None:
    for _ in range(2):
        async with database.transaction():
            await remove_account(database, ada.id)
    async with database.transaction():
        await remove_account(database, new_id())
    assert await database.fetchval("SELECT count(*) FROM accounts WHERE id = $1", ada.id) == 0
    assert await database.fetchval("SELECT count(*) FROM revocations WHERE id = $1", ada.session) == 1


async def test_a_sign_in_under_way_does_not_outlive_the_account(system: System, ada: Person) -> None:
    replies, gone = await asyncio.gather(
        asyncio.gather(*(login(system, ada.email) for _ in range(8))), ada.call("DELETE", "/v1/me")
    )
    assert gone.status == 204
    assert {reply.status for reply in replies} <= {200, 401}
    opened = [reply.json()["refresh_token"] for reply in replies if reply.status == 200]
    assert {(await refresh(system, token)).status for token in opened} <= {401}


async def test_a_token_that_is_made_while_the_account_goes_is_refused(ada: Person, database: Connection) -> None:
    async with database.transaction():
        await remove_account(database, ada.id)
        making = asyncio.create_task(ada.call("POST", "/v1/me/tokens", json={"name": "bot", "scopes": ["read"]}))
        await _until_waiting(database, making)
    assert (await making).status == 401


async def _until_waiting(database: Connection, task: asyncio.Task[Reply]) -> None:
    """Until `task` is done, or somebody waits for a lock that `database` holds."""
    async with asyncio.timeout(20):
        while True:
            if task.done() or await database.fetchval(_WAITING):
                return
            await asyncio.sleep(0.01)


async def _change_password(person: Person, password: str = OTHER_PASSWORD) -> Reply:
    change = {"password": password, "current_password": PASSWORD}
    return await person.call("PATCH", "/v1/me", json=change)

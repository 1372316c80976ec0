"""Registering and signing in."""

import statistics
import time
from typing import Any

import pytest

from chassis.database import Connection
from tests.system import System
from tests.users.people import PASSWORD, Person, login, new_email, to_person, verified_claims, weaken

_ROUNDS = 25


async def test_registering_signs_in(system: System) -> None:
    email = new_email()
    body = {"email": email, "name": "Ada", "password": PASSWORD}
    reply = await system.call("users", "POST", "/v1/auth/register", json=body)
    assert reply.status == 201
    assert set(reply.json()) == {"user", "access_token", "refresh_token", "expires_in"}
    assert set(reply.json()["user"]) == {"id", "name", "email", "created_at", "updated_at", "version"}
    assert (reply.json()["user"]["email"], reply.json()["user"]["version"]) == (email, 1)
    assert reply.headers["Cache-Control"] == "no-store"
    me = await (await to_person(system, reply)).call("GET", "/v1/me")
    assert (me.status, me.headers["ETag"]) == (200, '"1"')
    assert me.json() == reply.json()["user"]


async def test_an_access_token_carries_what_a_gateway_checks(system: System, ada: Person) -> None:
    claims = await verified_claims(system, ada.access_token)
    assert (claims["iss"], claims["aud"], claims["sub"]) == ("tasksync", "tasksync-api", str(ada.id))
    assert claims["exp"] - claims["iat"] == 660
    assert abs(claims["exp"] - 600 - time.time()) < 60


async def test_an_address_has_one_account_in_whatever_case(system: System, ada: Person) -> None:
    body = {"email": ada.email.upper(), "name": "Eve", "password": PASSWORD}
    reply = await system.call("users", "POST", "/v1/auth/register", json=body)
    assert (reply.status, reply.code) == (409, "email_taken")
    assert (await login(system, ada.email.upper())).status == 200


async def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(system: System, ada: Person) -> None:
    wrong = await login(system, ada.email, "not the password")
    unknown = await login(system, new_email(), "not the password")
    assert wrong.status == unknown.status == 401
    assert {**wrong.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}
    assert wrong.code == "wrong_credentials"
    ours = {name.lower() for name in wrong.headers}
    assert ours == {name.lower() for name in unknown.headers}


async def test_an_unknown_address_and_a_wrong_password_take_the_same_time(system: System, ada: Person) -> None:
    wrong, unknown = [], []
    for _ in range(_ROUNDS):
        wrong.append(await _time_of(system, ada.email))
        unknown.append(await _time_of(system, new_email()))
    ratio = statistics.median(wrong) / statistics.median(unknown)
    assert 0.75 < ratio < 1.33


async def _time_of(system: System, email: str) -> float:
    started = time.perf_counter()
    await login(system, email, "not the password")
    return time.perf_counter() - started


async def test_a_password_is_stored_with_owasps_parameters(ada: Person, database: Connection) -> None:
    hashed = await database.fetchval("SELECT password_hash FROM accounts WHERE id = $1", ada.id)
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_a_password_is_hashed_again_when_the_parameters_rise(
    system: System, ada: Person, database: Connection
) -> None:
    await weaken(database, ada)
    assert (await login(system, ada.email)).status == 200
    hashed = await database.fetchval("SELECT password_hash FROM accounts WHERE id = $1", ada.id)
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert (await login(system, ada.email)).status == 200


async def test_one_password_typed_in_two_unicode_forms_is_one(system: System) -> None:
    email, composed, decomposed = new_email(), "caf\u00e9 au lait!", "cafe\u0301 au lait!"
    body = {"email": email, "name": "Ada", "password": composed}
    assert (await system.call("users", "POST", "/v1/auth/register", json=body)).status == 201
    assert (await login(system, email, decomposed)).status == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password": "too short"}, "password"),
        ({"password": "x" * 257}, "password"),
        ({"password": "password123"}, "password"),
        ({"password": "PASSWORD123"}, "password"),
        ({"password": "Augusta Lovelace", "name": "Augusta Lovelace"}, "password"),
        ({"password": "augusta.ada@example.org", "email": "Augusta.Ada@example.org"}, "password"),
        ({"email": "no address"}, "email"),
        ({"email": "two@signs@example.org"}, "email"),
        ({"email": "ada@example.org\n"}, "email"),
        ({"email": "ada\u200b@example.org"}, "email"),
        ({"email": "a" * 251 + "@b.c"}, "email"),
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "\u200b\u3164"}, "name"),
        ({"name": "a \u202eb"}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "nul\0"}, "name"),
        ({"admin": True}, "admin"),
        ({"email": 7}, "email"),
    ],
)
async def test_bad_input_is_refused_by_its_field(system: System, change: dict[str, Any], field: str) -> None:
    body = {"email": new_email(), "name": "Ada", "password": PASSWORD, **change}
    reply = await system.call("users", "POST", "/v1/auth/register", json=body)
    assert reply.status == 422
    assert [error["field"] for error in reply.json()["errors"]] == [field]


async def test_a_refused_registration_leaves_nothing(system: System, database: Connection) -> None:
    email = new_email()
    body = {"email": email, "name": "Ada", "password": "password123"}
    await system.call("users", "POST", "/v1/auth/register", json=body)
    assert await database.fetchval("SELECT count(*) FROM accounts WHERE email = $1", email) == 0


@pytest.mark.parametrize("path", ["/v1/auth/register", "/v1/auth/login", "/v1/auth/refresh"])
async def test_what_is_not_json_is_refused(system: System, path: str) -> None:
    json = {"Content-Type": "application/json"}
    assert (await system.call("users", "POST", path, data=b"{", headers=json)).status == 400
    assert (await system.call("users", "POST", path, data=b"a=b")).status == 415
    assert (
        await system.call("users", "POST", path, data=b'{"a": "' + b"x" * 2**19 + b'"}', headers=json)
    ).status == 413


async def test_a_sign_in_needs_a_passport(system: System, ada: Person) -> None:
    body = {"email": ada.email, "password": PASSWORD}
    reply = await system.request("users", "POST", "/v1/auth/login", json=body)
    assert (reply.status, reply.code) == (401, "no_passport")

"""Sessions and personal access tokens: listed, narrowed, ended; and nobody's but one's own."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from chassis.database import Connection
from chassis.ids import new_id
from tests.system import Reply, System
from tests.users.people import Person, login, refresh, register, revoked, to_person
from users import personal_tokens

_SOME_ID = UUID(int=7)


async def test_sessions_are_listed_with_device_and_last_use(system: System) -> None:
    ada = await register(system, agent="Firefox on Linux")
    other = await to_person(system, await login(system, ada.email, **{"TaskSync-Agent": "x" * 500}))
    items = (await ada.call("GET", "/v1/me/sessions")).json()["items"]
    assert [UUID(item["id"]) for item in items] == [other.session, ada.session]
    assert [item["current"] for item in items] == [False, True]
    assert items[1]["device"] == "Firefox on Linux"
    assert len(items[0]["device"]) == 200
    before = items[1]["used_at"]
    await ada.refresh()
    assert (await ada.call("GET", "/v1/me/sessions")).json()["items"][1]["used_at"] > before


async def test_signing_out_ends_the_session(system: System, ada: Person) -> None:
    assert (await ada.call("POST", "/v1/auth/logout")).status == 204
    assert (await refresh(system, ada.refresh_token)).status == 401
    assert ada.session in await revoked(system)
    assert (await ada.call("POST", "/v1/auth/logout")).status == 204


async def test_one_session_is_ended_and_the_others_go_on(system: System, ada: Person) -> None:
    other = await to_person(system, await login(system, ada.email))
    assert (await ada.call("DELETE", f"/v1/me/sessions/{other.session}")).status == 204
    assert (await refresh(system, other.refresh_token)).status == 401
    assert other.session in await revoked(system)
    assert (await refresh(system, ada.refresh_token)).status == 200


async def test_all_sessions_are_ended_this_one_too(system: System, ada: Person) -> None:
    other, eve = await to_person(system, await login(system, ada.email)), await register(system)
    assert (await ada.call("DELETE", "/v1/me/sessions")).status == 204
    assert {ada.session, other.session} <= await revoked(system)
    for person in (ada, other):
        assert (await refresh(system, person.refresh_token)).status == 401
    assert (await login(system, ada.email)).status == 200
    assert (await refresh(system, eve.refresh_token)).status == 200


async def test_a_token_is_shown_once_and_stored_hashed(system: System, ada: Person, database: Connection) -> None:
    created = await _create(ada)
    assert created.status == 201
    text = created.json()["token"]
    assert text.startswith(created.json()["prefix"])
    listed = await ada.call("GET", "/v1/me/tokens")
    assert [item["id"] for item in listed.json()["items"]] == [created.json()["id"]]
    assert text not in listed.body.decode()
    row = await database.fetchrow("SELECT * FROM tokens WHERE id = $1", UUID(created.json()["id"]))
    assert row is not None
    assert text not in str(dict(row))


async def test_a_token_proves_its_user_scopes_and_rooms(system: System, ada: Person) -> None:
    room = new_id()
    created = await _create(ada, scopes=["read", "write"], rooms=[str(room)], expires_in=3600)
    verified = await _verify(system, created.json()["token"])
    assert verified.status == 200
    assert verified.json() == {
        "id": created.json()["id"],
        "user": str(ada.id),
        "scopes": ["read", "write"],
        "rooms": [str(room)],
        "expires_at": created.json()["expires_at"],
    }
    lifetime = _time(created.json()["expires_at"]) - _time(created.json()["created_at"])
    assert lifetime == timedelta(hours=1)
    used = (await ada.call("GET", "/v1/me/tokens")).json()["items"][0]["used_at"]
    assert used is not None


async def test_a_token_without_rooms_is_for_all_and_expires_all_the_same(system: System, ada: Person) -> None:
    created = (await _create(ada)).json()
    assert created["rooms"] is None
    assert _time(created["expires_at"]) - _time(created["created_at"]) == timedelta(days=90)


async def test_a_revoked_token_proves_nothing(system: System, ada: Person) -> None:
    created, kept = (await _create(ada)).json(), (await _create(ada)).json()
    assert (await ada.call("DELETE", f"/v1/me/tokens/{created['id']}")).status == 204
    assert (await _verify(system, created["token"])).code == "invalid_token"
    assert UUID(created["id"]) in await revoked(system)
    assert [each["id"] for each in (await ada.call("GET", "/v1/me/tokens")).json()["items"]] == [kept["id"]]
    assert (await _verify(system, kept["token"])).status == 200


async def test_an_expired_token_proves_nothing(system: System, ada: Person, database: Connection) -> None:
    created = (await _create(ada)).json()
    await database.execute("UPDATE tokens SET expires_at = now() WHERE id = $1", UUID(created["id"]))
    assert (await _verify(system, created["token"])).status == 401


async def test_an_account_has_only_so_many_tokens_that_are_good(
    ada: Person, database: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personal_tokens, "MOST", 3)
    made = await asyncio.gather(*(_create(ada) for _ in range(8)))
    assert sorted(reply.status for reply in made) == [201] * 3 + [409] * 5
    assert {reply.code for reply in made if reply.status == 409} == {"too_many_tokens"}
    assert (await _create(await register(ada.system))).status == 201
    first, second, _ = (reply.json()["id"] for reply in made if reply.status == 201)
    await database.execute("UPDATE tokens SET expires_at = now() WHERE id = $1", UUID(first))
    assert (await ada.call("DELETE", f"/v1/me/tokens/{second}")).status == 204
    assert [(await _create(ada)).status for _ in range(3)] == [201, 201, 409]


async def test_a_refresh_token_is_no_personal_token(system: System, ada: Person) -> None:
    for text in (ada.refresh_token, "tsp_", "", "tsp_" + "x" * 43):
        assert (await _verify(system, text)).status == 401
    assert (await refresh(system, (await _create(ada)).json()["token"])).status == 401


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["admin"]}, "scopes[0]"),
        ({"scopes": ["read", "read"]}, "scopes"),
        ({"rooms": []}, "rooms"),
        ({"rooms": ["x"]}, "rooms[0]"),
        ({"expires_in": 59}, "expires_in"),
        ({"expires_in": 367 * 86_400}, "expires_in"),
        ({"expires_in": None}, "expires_in"),
        ({"name": ""}, "name"),
    ],
)
async def test_a_bad_token_request_names_its_field(
    system: System, ada: Person, change: dict[str, object], field: str
) -> None:
    reply = await _create(ada, **change)
    assert (reply.status, reply.json()["errors"][0]["field"]) == (422, field)


async def test_lists_come_in_pages(system: System, ada: Person) -> None:
    made = [(await _create(ada)).json()["id"] for _ in range(5)]
    found: list[str] = []
    path, params = "/v1/me/tokens", {"limit": "2"}
    while True:
        page = (await ada.call("GET", path, params=params)).json()
        found += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        params["after"] = page["next"]
    assert found == made[::-1]
    assert (await ada.call("GET", path, params={"after": "x"})).status == 422


async def test_nobody_ends_what_is_anothers(system: System, ada: Person) -> None:
    eve = await register(system)
    token = (await _create(ada)).json()
    assert (await eve.call("DELETE", f"/v1/me/sessions/{ada.session}")).status == 404
    assert (await eve.call("DELETE", f"/v1/me/tokens/{token['id']}")).status == 404
    assert (await refresh(system, ada.refresh_token)).status == 200
    assert (await _verify(system, token["token"])).status == 200
    assert (await eve.call("GET", "/v1/me/tokens")).json()["items"] == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/auth/logout", None),
        ("PATCH", "/v1/me", {"password": "eight blue trombones", "current_password": "seven green kettles"}),
        ("DELETE", "/v1/me", None),
        ("GET", "/v1/me/sessions", None),
        ("DELETE", "/v1/me/sessions", None),
        ("DELETE", f"/v1/me/sessions/{_SOME_ID}", None),
        ("GET", "/v1/me/tokens", None),
        ("POST", "/v1/me/tokens", {"name": "more", "scopes": ["read", "write"]}),
        ("DELETE", f"/v1/me/tokens/{_SOME_ID}", None),
    ],
)
async def test_a_personal_token_manages_no_credentials(
    system: System, ada: Person, method: str, path: str, body: dict[str, object] | None
) -> None:
    reply = await system.call("users", method, path, user=ada.id, json=body)
    assert (reply.status, reply.code) == (403, "session_required")
    assert (await system.call("users", "GET", "/v1/me", user=ada.id)).status == 200


async def test_every_route_of_ones_own_needs_a_caller(system: System) -> None:
    for rule in system.apps["users"].url_map.iter_rules():
        if not rule.rule.startswith("/v1/me"):
            continue
        path = rule.rule.split("<")[0] + (str(new_id()) if "<" in rule.rule else "")
        for method in set(rule.methods or ()) - {"HEAD", "OPTIONS"}:
            body = {"POST": {"name": "x", "scopes": ["read"]}, "PATCH": {"name": "x"}}.get(method)
            assert (await system.call("users", method, path, json=body)).status == 401, (method, path)


async def _create(person: Person, **change: object) -> Reply:
    return await person.call("POST", "/v1/me/tokens", json={"name": "bot", "scopes": ["read"], **change})


async def _verify(system: System, text: str) -> Reply:
    return await system.call("users", "POST", "/internal/tokens/verify", json={"token": text})


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)

"""A web client's session: its refresh token is out of reach of scripts, other sites and the rest of the API."""

from http.cookies import Morsel, SimpleCookie
from typing import Any

import aiohttp
import pytest

from chassis.ids import new_id
from gateway.policies.cookies import REFRESH
from tests.gateway.people import PASSWORD, Person
from tests.system import Reply, System

ASKED = {"TaskSync-Session": "cookie"}
COOKIE = REFRESH.name


def cookie_of(reply: Reply, name: str = COOKIE) -> "Morsel[str]":
    cookies: SimpleCookie = SimpleCookie()
    for line in reply.headers.getall("Set-Cookie"):
        cookies.load(line)
    return cookies[name]


async def post(system: System, path: str, json: Any = None, *, cookie: str | None = None, **headers: str) -> Reply:
    """As a page of the gateway's own site; headers are named with underscores."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()} or {"Sec-Fetch-Site": "same-origin"}
    if cookie is not None:
        sent["Cookie"] = f"{COOKIE}={cookie}"
    options = {} if json is None else {"json": json}
    return await system.request("gateway", "POST", f"/v1/auth/{path}", headers={**ASKED, **sent}, **options)


def credentials(person: Person) -> dict[str, str]:
    return {"email": person.email, "password": PASSWORD}


async def test_the_token_is_in_the_cookie_and_not_in_the_body(system: System) -> None:
    body = {"email": f"{new_id().hex}@example.org", "name": "Ada", "password": PASSWORD}
    for path, sent in (("register", body), ("login", {"email": body["email"], "password": PASSWORD})):
        reply = await post(system, path, sent)
        assert reply.status in {200, 201}
        assert set(reply.json()) == {"user", "access_token", "expires_in"}
        morsel = cookie_of(reply)
        assert morsel.value.startswith("tsr_")
        assert (morsel["path"], morsel["samesite"], morsel["httponly"], morsel["secure"]) == (
            "/v1/auth",
            "Strict",
            True,
            "",
        )
        assert int(reply.headers["Content-Length"]) == len(reply.body)


async def test_a_session_is_renewed_by_its_cookie(ada: Person, system: System) -> None:
    first = cookie_of(await post(system, "login", credentials(ada))).value
    reply = await post(system, "refresh", cookie=first)
    assert (reply.status, reply.json()["user"]["id"]) == (200, ada.id)
    second = cookie_of(reply).value
    assert second != first
    assert (await post(system, "refresh", cookie=second)).status == 200


async def test_without_the_header_the_cookie_is_nothing(ada: Person, system: System) -> None:
    """A form of another site can send the cookie of an old browser, but no such header."""
    cookie = cookie_of(await post(system, "login", credentials(ada))).value
    headers = {"Cookie": f"{COOKIE}={cookie}"}
    assert (await system.request("gateway", "POST", "/v1/auth/refresh", headers=headers)).status == 415
    reply = await system.request("gateway", "POST", "/v1/auth/refresh", headers=headers, json={})
    assert (reply.status, reply.json()["errors"][0]["field"]) == (422, "refresh_token")
    for value in (cookie, "x"):
        assert (
            await system.request("gateway", "GET", "/v1/me", headers={"Cookie": f"{COOKIE}={value}"})
        ).status == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"},
    ],
    ids=str,
)
async def test_another_site_opens_and_renews_nothing(ada: Person, system: System, headers: dict[str, str]) -> None:
    cookie = cookie_of(await post(system, "login", credentials(ada))).value
    for path, json in (("login", credentials(ada)), ("refresh", None)):
        reply = await post(system, path, json, cookie=cookie, **headers)
        assert (reply.status, reply.code) == (403, "other_site")
        assert "Set-Cookie" not in reply.headers
    assert (await post(system, "refresh", cookie=cookie)).status == 200


async def test_its_own_pages_may_be_known_by_their_origin_alone(ada: Person, system: System) -> None:
    assert (await post(system, "login", credentials(ada), Origin=system.url("gateway"))).status == 200


async def test_a_session_that_is_over_takes_its_cookie_along(ada: Person, system: System) -> None:
    reply = await post(system, "login", credentials(ada))
    signed_in = {"Authorization": f"Bearer {reply.json()['access_token']}", "Sec-Fetch-Site": "same-origin"}
    out = await post(system, "logout", **signed_in)
    assert (out.status, cookie_of(out)["max-age"], cookie_of(out)["path"]) == (204, "0", "/v1/auth")
    late = await post(system, "refresh", cookie=cookie_of(reply).value)
    assert (late.status, late.code, cookie_of(late)["max-age"]) == (401, "invalid_refresh_token", "0")
    none = await post(system, "refresh")
    assert (none.status, none.code) == (401, "invalid_refresh_token")


async def test_a_wrong_password_sets_no_cookie(ada: Person, system: System) -> None:
    reply = await post(system, "login", {"email": ada.email, "password": "wrong wrong wrong"})
    assert reply.status == 401
    assert "Set-Cookie" not in reply.headers


async def test_another_value_of_the_header_is_refused(ada: Person, system: System) -> None:
    reply = await post(system, "login", credentials(ada), TaskSync_Session="header")
    assert (reply.status, reply.json()["errors"][0]["field"]) == (422, "TaskSync-Session")


async def test_a_browser_keeps_the_cookie_to_the_sign_in_calls(ada: Person, system: System) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as browser:
        url = system.url("gateway")
        async with browser.post(f"{url}/v1/auth/login", json=credentials(ada), headers=ASKED) as reply:
            assert reply.status == 200
        async with browser.post(f"{url}/v1/auth/refresh", headers=ASKED) as reply:
            assert reply.status == 200
        async with browser.get(f"{url}/v1/me") as reply:
            assert reply.status == 401
            assert COOKIE not in reply.request_info.headers["Cookie"]

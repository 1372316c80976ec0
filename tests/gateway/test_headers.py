"""What answers tell a browser, and which other origins it lets in."""

from collections.abc import AsyncIterator

import pytest

from chassis.settings import SettingsError, load
from gateway.app import Settings, create_app
from gateway.policies.cors import parse_origins
from tests.gateway.people import GENEROUS, PASSWORD, Person, sign_up
from tests.postgres import Postgres
from tests.system import Reply, System, run_system, until_ready

APP, OTHER = "https://app.example.org", "https://evil.example"
SETTINGS = {"TASKSYNC_GATEWAY_CORS_ORIGINS": f"{APP}, http://localhost:5173"}
BEHIND_PROXY = {"TASKSYNC_GATEWAY_TRUSTED_PROXIES": "127.0.0.0/8"}


@pytest.fixture(scope="module")
async def open_system(postgres: Postgres) -> AsyncIterator[System]:
    """Behind a trusted proxy, with other origins let in."""
    async with run_system(postgres, **GENEROUS, **SETTINGS, **BEHIND_PROXY) as running:
        yield await until_ready(running)


async def preflight(system: System, origin: str) -> Reply:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-other",
    }
    return await system.request("gateway", "OPTIONS", "/v1/rooms", headers=headers)


def cors_headers(reply: Reply) -> set[str]:
    return {name.lower() for name in reply.headers if name.lower().startswith("access-control-")}


@pytest.mark.parametrize("path", ["/v1/me", "/v1/rooms", "/v1/nowhere", "/livez", "/openapi.json"])
async def test_every_answer_protects_who_shows_it(ada: Person, path: str) -> None:
    for reply in (await ada.call("GET", path), await ada.system.request("gateway", "GET", path)):
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Referrer-Policy"] == "no-referrer"
        policy = reply.headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy)
        assert reply.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert reply.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Cache-Control" in reply.headers
        assert "Server" not in reply.headers
        assert "Strict-Transport-Security" not in reply.headers


async def test_what_is_personal_is_kept_in_no_cache_unasked(ada: Person) -> None:
    """A view may be kept by its client alone, which asks each time whether it is still right."""
    assert (await ada.call("GET", "/v1/me")).headers["Cache-Control"] == "no-store"
    for path in ("/v1/rooms", "/v1/me/home"):
        assert (await ada.call("GET", path)).headers["Cache-Control"] == "private, no-cache"


async def test_strict_transport_is_told_over_https_alone(open_system: System, system: System) -> None:
    https = {"X-Forwarded-Proto": "https"}
    told = await open_system.request("gateway", "GET", "/livez", headers=https)
    assert told.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    for headers in ({}, {"X-Forwarded-Proto": "http"}, {"X-Forwarded-Proto": "https, http"}):
        reply = await open_system.request("gateway", "GET", "/livez", headers=headers)
        assert "Strict-Transport-Security" not in reply.headers
    stranger = await system.request("gateway", "GET", "/livez", headers=https)
    assert "Strict-Transport-Security" not in stranger.headers


async def test_a_cookie_is_secure_over_https(open_system: System) -> None:
    person = await sign_up(open_system)
    headers = {"TaskSync-Session": "cookie", "X-Forwarded-Proto": "https"}
    body = {"email": person.email, "password": PASSWORD}
    reply = await open_system.request("gateway", "POST", "/v1/auth/login", json=body, headers=headers)
    lines = reply.headers.getall("Set-Cookie")
    for name, line in zip(("tasksync_refresh", "tasksync_stream"), lines, strict=True):
        assert line.startswith(f"__Secure-{name}=")
        assert {"Secure", "HttpOnly", "SameSite=Strict"} <= set(line.split("; "))
    headers["Cookie"] = lines[0].replace("__Secure-", "").partition(";")[0]
    # What http may have set is not taken over https.
    assert (await open_system.request("gateway", "POST", "/v1/auth/refresh", headers=headers)).status == 401
    headers["Cookie"] = lines[0].partition(";")[0]
    assert (await open_system.request("gateway", "POST", "/v1/auth/refresh", headers=headers)).status == 200


async def test_without_the_setting_no_origin_is_let_in(system: System) -> None:
    for origin in (APP, OTHER, "null"):
        assert cors_headers(await preflight(system, origin)) == set()


@pytest.mark.parametrize("origin", [APP, "http://localhost:5173"])
async def test_a_listed_origin_is_let_in_with_credentials(open_system: System, origin: str) -> None:
    reply = await preflight(open_system, origin)
    assert reply.status == 200
    assert reply.headers["Access-Control-Allow-Origin"] == origin
    assert reply.headers["Access-Control-Allow-Credentials"] == "true"
    assert "POST" in reply.headers["Access-Control-Allow-Methods"]
    assert "Origin" in reply.headers["Vary"]
    allowed = {each.strip() for each in reply.headers["Access-Control-Allow-Headers"].lower().split(",")}
    assert allowed == {"authorization", "content-type"}
    refused = await open_system.request("gateway", "GET", "/v1/me", headers={"Origin": origin})
    assert (refused.status, refused.headers["Access-Control-Allow-Origin"]) == (401, origin)
    assert "ETag" in refused.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    "origin", [OTHER, "null", f"{APP}.evil.example", "http://app.example.org", f"{APP}:8443", ""]
)
async def test_no_other_origin_is_let_in(open_system: System, origin: str) -> None:
    for reply in (
        await preflight(open_system, origin),
        await open_system.request("gateway", "GET", "/v1/me", headers={"Origin": origin}),
    ):
        assert cors_headers(reply) == set()


async def test_a_listed_origin_may_open_a_session(open_system: System) -> None:
    person = await sign_up(open_system)
    body = {"email": person.email, "password": PASSWORD}
    for origin, status in ((APP, 200), (OTHER, 403)):
        headers = {"TaskSync-Session": "cookie", "Origin": origin, "Sec-Fetch-Site": "same-site"}
        reply = await open_system.request("gateway", "POST", "/v1/auth/login", json=body, headers=headers)
        assert reply.status == status


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "app.example.org",
        "ftp://x",
        "https://",
        "https://app.example.org/",
        "https://A.example",
        "https://*.example.org",
        "https://user@app.example.org",
        "https://app.example.org:443",
        "http://localhost:80",
        "http://localhost:0080",
        "http://localhost:",
        "http://localhost:65536",
        "http://[::1",
        "http://[0:0::1]",
        "https://app example.org",
        "https://müller.example",
        "https://app..example.org",
    ],
)
def test_what_no_browser_sends_as_an_origin_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no origin, such as"):
        parse_origins(f"{APP}, {text}")


def test_what_browsers_send_as_an_origin_is_taken() -> None:
    origins = [
        APP,
        "http://localhost:5173",
        "http://127.0.0.1:8080",
        "https://[2001:db8::1]:8443",
        "http://a_b.example",
    ]
    assert parse_origins(", ".join(origins)) == set(origins)


async def test_a_wrong_setting_is_named(system: System) -> None:
    for name, value in (("CORS_ORIGINS", "*"), ("TRUSTED_PROXIES", "nearby")):
        settings = load(Settings, "gateway", {**system.environ, f"TASKSYNC_GATEWAY_{name}": value})
        with pytest.raises(SettingsError, match=f"TASKSYNC_GATEWAY_{name}"):
            create_app(settings)

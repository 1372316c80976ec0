"""A browser's stream of events can send no header: its cookie is a token there, and nothing anywhere else."""

from collections.abc import AsyncIterator

import pytest

from gateway import public
from gateway.policies.cookies import REFRESH, STREAM
from gateway.routes import ROUTES
from tests.gateway.people import Person
from tests.gateway.test_browser import cookie_of, credentials, post
from tests.system import Reply, System, run_replica, until_ready

OPENED = "/v1/me"
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
COOKIE = STREAM.name


@pytest.fixture(scope="module")
async def gateway(system: System) -> AsyncIterator[System]:
    """One more gateway, to which one more route is open by cookie."""
    routes = [route._replace(by_cookie=route.method == "GET" and route.path == OPENED) for route in ROUTES]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(public, "ROUTES", tuple(routes))
        async with run_replica(system, "gateway") as replica:
            yield await until_ready(replica)


@pytest.fixture
async def signed_in(ada: Person) -> Reply:
    return await post(ada.system, "login", credentials(ada))


async def ask(system: System, cookie: str, path: str = OPENED, method: str = "GET", **headers: str) -> Reply:
    sent = {name.replace("_", "-"): value for name, value in headers.items()} or OWN_PAGE
    return await system.request("gateway", method, path, headers={**sent, "Cookie": f"{COOKIE}={cookie}"})


async def test_the_cookie_is_the_access_token_for_as_long_as_it_lives(signed_in: Reply) -> None:
    morsel = cookie_of(signed_in, COOKIE)
    assert morsel.value == signed_in.json()["access_token"]
    assert int(morsel["max-age"]) == signed_in.json()["expires_in"] == 600
    assert (morsel["path"], morsel["samesite"], morsel["httponly"]) == ("/v1", "Strict", True)


async def test_it_lets_in_where_the_table_says_so(gateway: System, ada: Person, signed_in: Reply) -> None:
    reply = await ask(gateway, cookie_of(signed_in, COOKIE).value)
    assert (reply.status, reply.json()["id"]) == (200, ada.id)


def test_the_streams_alone_are_open_to_it() -> None:
    assert {route.path for route in ROUTES if route.by_cookie} == {"/v1/events", "/v1/rooms/<uuid:room_id>/events"}


async def test_it_opens_the_streams(system: System, ada: Person, signed_in: Reply) -> None:
    cookie = {"Cookie": f"{COOKIE}={cookie_of(signed_in, COOKIE).value}"}
    for path in ("/v1/events", f"/v1/rooms/{await ada.room()}/events"):
        url = system.url("gateway") + path
        for headers, status in ((OWN_PAGE, 200), ({"Sec-Fetch-Site": "cross-site"}, 403), ({"Cookie": ""}, 401)):
            async with system.session.get(url, headers={**cookie, **headers}) as answer:
                assert answer.status == status, (path, headers)


async def test_it_lets_in_nowhere_else(gateway: System, signed_in: Reply) -> None:
    """Not even beside the cookie that renews the session."""
    value = f"{cookie_of(signed_in, COOKIE).value}; {REFRESH.name}={cookie_of(signed_in).value}"
    closed = [
        ("PATCH", OPENED),
        ("DELETE", OPENED),
        ("GET", "/v1/rooms"),
        ("POST", "/v1/rooms"),
        ("GET", "/v1/me/home"),
    ]
    for method, path in closed:
        reply = await ask(gateway, value, path, method)
        assert (reply.status, reply.code) == (401, "unauthorized"), (method, path)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://["},
        {"Origin": "null", "Sec_Fetch_Site": "cross-site"},
    ],
    ids=str,
)
async def test_another_site_reads_nothing_by_it(gateway: System, signed_in: Reply, headers: dict[str, str]) -> None:
    reply = await ask(gateway, cookie_of(signed_in, COOKIE).value, **headers)
    assert (reply.status, reply.code) == (403, "other_site")


async def test_a_header_goes_before_it(gateway: System, signed_in: Reply) -> None:
    reply = await ask(gateway, cookie_of(signed_in, COOKIE).value, Authorization="Bearer nonsense")
    assert (reply.status, reply.code) == (401, "invalid_token")


async def test_what_is_no_token_is_none_in_a_cookie_too(gateway: System, signed_in: Reply) -> None:
    good = cookie_of(signed_in, COOKIE).value
    for value in ("x", good[:-2], cookie_of(signed_in).value):
        assert (await ask(gateway, value)).code == "invalid_token"
    assert (await gateway.request("gateway", "GET", OPENED)).code == "unauthorized"


async def test_a_refresh_renews_it(gateway: System, signed_in: Reply) -> None:
    renewed = await post(gateway, "refresh", cookie=cookie_of(signed_in).value)
    assert cookie_of(renewed, COOKIE).value == renewed.json()["access_token"] != signed_in.json()["access_token"]


async def test_it_ends_with_its_session(gateway: System, signed_in: Reply) -> None:
    value = cookie_of(signed_in, COOKIE).value
    out = await post(gateway, "logout", Authorization=f"Bearer {value}", Sec_Fetch_Site="same-origin")
    late = await post(gateway, "refresh", cookie=cookie_of(signed_in).value)
    for reply, status in ((out, 204), (late, 401)):
        morsel = cookie_of(reply, COOKIE)
        assert (reply.status, morsel.value, morsel["max-age"], morsel["path"]) == (status, "", "0", "/v1")
    while (reply := await ask(gateway, value)).status != 401:
        assert reply.status == 200
    assert reply.code == "invalid_token"

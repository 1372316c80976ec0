"""How often one may ask: each caller has their own share, and is told where they stand."""

import itertools
from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest

from chassis.ids import new_id
from chassis.problems import Problem
from chassis.ratelimits import network_of
from gateway.policies import limits
from gateway.policies.limits import Limits
from tests.gateway.people import PASSWORD, sign_up
from tests.postgres import Postgres
from tests.system import Reply, System, run_system, until_ready

TIGHT = {
    "TASKSYNC_GATEWAY_READ_PER_MINUTE": "5",
    "TASKSYNC_GATEWAY_TRUSTED_PROXIES": "127.0.0.0/8",
    "TASKSYNC_USERS_LOOKUP_PER_ACCOUNT": "2",
    "TASKSYNC_USERS_LOGIN_PER_ADDRESS": "3",
}


@pytest.fixture(scope="module")
async def tight(postgres: Postgres) -> AsyncIterator[System]:
    async with run_system(postgres, **TIGHT) as running:
        yield await until_ready(running)


async def test_each_caller_and_class_has_its_own_share(tight: System) -> None:
    ada, bob = await sign_up(tight), await sign_up(tight)
    for left in (4, 3, 2, 1, 0):
        reply = await ada.call("GET", "/v1/me")
        assert reply.status == 200
        assert reply.headers["RateLimit-Policy"] == '"read";q=5;w=60'
        assert reply.headers["RateLimit"].startswith(f'"read";r={left};t=')
    refused = await ada.call("GET", "/v1/rooms")
    assert_limited(refused)
    assert 1 <= int(refused.headers["Retry-After"]) <= 12
    assert (await bob.call("GET", "/v1/me")).status == 200
    assert (await ada.call("POST", "/v1/rooms", json={"name": "Kitchen"})).status == 201


async def test_a_limit_of_a_service_is_told_as_it_is(tight: System) -> None:
    ada = await sign_up(tight)
    room = await ada.room()
    for status in (404, 404, 429):
        body = {"email": f"{new_id().hex}@example.org", "role": "viewer"}
        reply = await ada.call("POST", f"/v1/rooms/{room}/members", json=body)
        assert reply.status == status
    assert_limited(reply)
    assert '"lookup-account"' in reply.headers["RateLimit-Policy"]


async def test_behind_a_proxy_the_address_is_that_of_the_client(tight: System) -> None:
    """What the client claims of itself stands further left, and does not count."""
    for status in (401, 401, 401, 429):
        assert (await guess(tight, f"203.0.113.{status}, 198.51.100.1")).status == status
    assert (await guess(tight, "198.51.100.2")).status == 401
    assert_limited(await guess(tight, "198.51.100.1"))


async def test_tokens_are_guessed_no_faster_than_the_limit(tight: System) -> None:
    """Each costs a look at the keys, or a question to users, before it can be refused."""
    ada = await sign_up(tight)
    assert (await ada.call("GET", "/v1/me")).status == 200
    for status in (401, 401, 401, 401, 401, 429):
        headers = {"Authorization": f"Bearer tsp_{new_id().hex}", "X-Forwarded-For": "198.51.100.3"}
        assert (await tight.request("gateway", "GET", "/v1/me", headers=headers)).status == status
    assert (await ada.call("GET", "/v1/me", headers={"X-Forwarded-For": "198.51.100.3"})).status == 200


async def test_all_addresses_of_an_ipv6_customer_guess_tokens_as_one(tight: System) -> None:
    for number, status in enumerate((401, 401, 401, 401, 401, 429), start=1):
        headers = {"Authorization": f"Bearer tsp_{new_id().hex}", "X-Forwarded-For": f"2001:db8:1:2::{number}"}
        assert (await tight.request("gateway", "GET", "/v1/me", headers=headers)).status == status


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_an_ipv6_customer_is_one_address(address: str, network: str) -> None:
    assert network_of(address) == network


async def guess(system: System, forwarded: str) -> Reply:
    body = {"email": f"{new_id().hex}@example.org", "password": PASSWORD}
    return await system.request(
        "gateway", "POST", "/v1/auth/login", json=body, headers={"X-Forwarded-For": forwarded}
    )


def test_who_is_remembered_is_bounded_and_the_busy_ones_are_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_CALLERS", 3)
    counted = Limits({"read": 10, "write": 10})
    for number in range(9):
        counted.spend("read", "busy")
        counted.spend("read", str(number))
    assert len(counted._buckets) == 3
    counted.spend("read", "busy")
    with pytest.raises(Problem):
        counted.spend("read", "busy")


def test_what_was_spent_comes_back_as_it_was_told_and_never_more_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    now, counted = 1000.0, Limits({"read": 10})
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: now))
    assert spend_all(counted) == (10, 6)
    for seconds, *told in ((3.0, 0, 3), (3.0, 1, 6), (30.0, 5, 6), (600.0, 10, 6)):
        now += seconds
        assert spend_all(counted) == tuple(told)


def spend_all(counted: Limits) -> tuple[int, int]:
    """How many requests are let through, and in how many seconds the next one will be."""
    for number in itertools.count():
        try:
            counted.spend("read", "ada")
        except Problem as refused:
            return number, int(refused.headers["Retry-After"])
    raise RuntimeError("it counts without end")


def assert_limited(reply: Reply) -> None:
    assert (reply.status, reply.code) == (429, "rate_limited")
    assert int(reply.headers["Retry-After"]) >= 1

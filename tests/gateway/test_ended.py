"""What ended stops: on every gateway, within a second, for good."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from types import SimpleNamespace
from uuid import UUID

import msgspec
import pytest

from gateway.doorway import EXTENSION as DOORWAY
from gateway.policies import identity, revocations
from tests.gateway.forging import me, signed
from tests.gateway.people import (
    PASSWORD,
    Person,
    assert_refused,
    reuse_refresh_token,
    sign_up,
    to_person,
)
from tests.quick import quickest
from tests.system import System, run_replica, until_ready

# Ended tokens stop within a second; a machine that is busy with other tests may be late by as much.
STOP_SECONDS = 2.0


@pytest.fixture(scope="module")
async def other_gateway(system: System) -> AsyncIterator[System]:
    async with run_replica(system, "gateway") as replica:
        yield await until_ready(replica)


End = Callable[[Person], Awaitable[object]]


async def log_out(person: Person) -> None:
    assert (await person.call("POST", "/v1/auth/logout")).status == 204


async def end_all(person: Person) -> None:
    assert (await person.call("DELETE", "/v1/me/sessions")).status == 204


async def end_from_another_session(person: Person) -> None:
    body = {"email": person.email, "password": PASSWORD}
    other = to_person(person.system, await person.system.request("gateway", "POST", "/v1/auth/login", json=body))
    sessions = (await other.get("/v1/me/sessions"))["items"]
    ended = next(each["id"] for each in sessions if not each["current"])
    assert (await other.call("DELETE", f"/v1/me/sessions/{ended}")).status == 204


async def change_password(person: Person) -> None:
    body = {"password": "eight blue trombones", "current_password": PASSWORD}
    assert (await person.call("PATCH", "/v1/me", json=body)).status == 200


async def delete_account(person: Person) -> None:
    assert (await person.call("DELETE", "/v1/me")).status == 204


@pytest.mark.parametrize(
    "end", [log_out, end_all, end_from_another_session, change_password, delete_account, reuse_refresh_token]
)
async def test_what_ended_stops_on_every_gateway(system: System, other_gateway: System, end: End) -> None:
    async def end_one() -> float:
        person = await sign_up(system)
        return await outlives(person, other_gateway, lambda: end(person))

    assert await quickest(end_one, STOP_SECONDS) < STOP_SECONDS


async def test_a_personal_token_stops_when_it_is_revoked(ada: Person, other_gateway: System) -> None:
    async def revoke_one() -> float:
        token = await ada.personal_token("read")
        path = f"/v1/me/tokens/{token.refresh_token}"
        return await outlives(token, other_gateway, lambda: ada.call("DELETE", path))

    assert await quickest(revoke_one, STOP_SECONDS) < STOP_SECONDS


async def test_a_personal_token_stops_with_its_account(system: System, other_gateway: System) -> None:
    async def delete_one() -> float:
        person = await sign_up(system)
        token = await person.personal_token("read")
        return await outlives(token, other_gateway, lambda: delete_account(person))

    assert await quickest(delete_one, STOP_SECONDS) < STOP_SECONDS


async def test_a_revoked_token_stays_so_when_its_revocation_is_forgotten(ada: Person) -> None:
    """Seen before it was fixed: the gateway remembered the token for as long as it would have lived."""
    system = ada.system
    authenticator = system.apps["gateway"].extensions[DOORWAY].authenticator
    token = await ada.personal_token("read")
    assert (await token.call("GET", "/v1/me")).status == 200
    until = authenticator._known[token.token].good_until
    assert until <= time.time() + identity._PERSONAL_SECONDS
    # As if it had been revoked so long ago that no gateway is told of it any more.
    await system.fetch_value("users", "DELETE FROM tokens WHERE id = $1", UUID(token.refresh_token))
    known = authenticator._known[token.token]
    authenticator._known[token.token] = msgspec.structs.replace(known, good_until=time.time() - 1)
    assert_refused(await token.call("GET", "/v1/me"))


async def test_a_token_that_was_revoked_long_ago_stays_so_when_the_clock_is_set_back(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the clock on the wall it would be good for an hour, and its revocation is remembered for eleven minutes."""
    token = await ada.personal_token("read")
    assert (await token.call("GET", "/v1/me")).status == 200
    await ada.system.fetch_value("users", "DELETE FROM tokens WHERE id = $1", UUID(token.refresh_token))
    # The hour before, eleven minutes later.
    clocks = SimpleNamespace(time=lambda: time.time() - 3600, monotonic=lambda: time.monotonic() + 660)
    monkeypatch.setattr(identity, "time", clocks)
    assert_refused(await token.call("GET", "/v1/me"))


async def test_a_personal_token_is_remembered_no_longer_than_it_lives(ada: Person) -> None:
    authenticator = ada.system.apps["gateway"].extensions[DOORWAY].authenticator
    token = await ada.personal_token("read")
    shorten = "UPDATE tokens SET expires_at = now() + interval '30 seconds' WHERE id = $1"
    await ada.system.fetch_value("users", shorten, UUID(token.refresh_token))
    assert (await token.call("GET", "/v1/me")).status == 200
    assert authenticator._known[token.token].good_until <= time.time() + 30


async def test_what_is_remembered_is_bounded(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "_REMEMBERED", 3)
    authenticator = ada.system.apps["gateway"].extensions[DOORWAY].authenticator
    authenticator._known.clear()
    tokens = [await signed(ada) for _ in range(6)]
    for token in tokens:
        assert (await me(ada.system, token)).status == 200
    assert list(authenticator._known) == tokens[-3:]


async def outlives(token: Person, other_gateway: System, end: Callable[[], Awaitable[object]]) -> float:
    """How long a token is still let in by one of two gateways after `end`."""
    doors = [token, token.through(other_gateway)]
    for door in doors:
        assert (await door.call("GET", "/v1/me")).status == 200
    await end()
    started = time.monotonic()
    async with asyncio.timeout(10 * STOP_SECONDS):
        for door in doors:
            await until_refused(door)
    return time.monotonic() - started


async def until_refused(person: Person) -> None:
    """By the gateway itself: whatever it does not pass on."""
    while (reply := await person.call("GET", "/v1/me")).status != 401 or reply.code != "invalid_token":
        await asyncio.sleep(0.01)


async def test_a_gateway_that_cannot_know_what_ended_serves_nothing(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(revocations, "_STALE_SECONDS", -1.0)
        reply = await ada.call("GET", "/v1/me")
        assert (reply.status, reply.code) == (503, "unavailable")
        assert (await sign_up(ada.system)).id
    assert (await ada.call("GET", "/v1/me")).status == 200

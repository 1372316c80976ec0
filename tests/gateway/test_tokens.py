"""Tokens that are none: the front door refuses them, whatever they look like."""

import asyncio
import hmac
import time
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from chassis.ids import new_id
from chassis.peers import Answer, TimedOut
from gateway.doorway import EXTENSION as DOORWAY
from gateway.policies.identity import Authenticator, Identity
from tests.gateway.forging import claims_of, me, signed, signing_key, to_base64, unsigned
from tests.gateway.people import Person, assert_refused, to_person
from users.access_tokens import ALGORITHM


async def test_the_token_that_the_others_vary_is_good(ada: Person) -> None:
    assert (await me(ada.system, await signed(ada))).json()["id"] == ada.id


async def test_a_new_token_is_good_at_once_where_the_clock_is_behind(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of `users` is ahead, which is the same."""
    monkeypatch.setattr("users.access_tokens.time", SimpleNamespace(time=lambda: time.time() + 10))
    reply = await ada.system.request("gateway", "POST", "/v1/auth/refresh", json={"refresh_token": ada.refresh_token})
    assert (await me(ada.system, to_person(ada.system, reply).token)).json()["id"] == ada.id


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", "HS256", ALGORITHM])
async def test_a_token_without_a_signature_is_none(ada: Person, alg: str) -> None:
    key = await signing_key(ada.system)
    for kid in ({}, {"kid": key.kid}):
        assert_refused(await me(ada.system, unsigned({"alg": alg, "typ": "at+jwt", **kid}, claims_of(ada))))


async def test_the_public_key_is_no_secret_to_sign_with(ada: Person) -> None:
    key = await signing_key(ada.system)
    public = key.as_dict(private=False)
    texts = [
        key.as_pem(private=False),
        key.as_der(private=False),
        str(public["x"]).encode(),
        msgspec.json.encode(public),
    ]
    for text in texts:
        head = unsigned({"alg": "HS256", "typ": "at+jwt", "kid": key.kid}, claims_of(ada)).rstrip(".")
        signature = hmac.digest(text, head.encode(), "sha256")
        assert_refused(await me(ada.system, f"{head}.{to_base64(signature)}"))


async def test_a_key_in_the_token_itself_is_not_taken(ada: Person) -> None:
    own = OKPKey.generate_key("Ed25519", {"kid": str((await signing_key(ada.system)).kid)}, private=True)
    for more in ({}, {"jwk": own.as_dict(private=False)}, {"jku": "https://example.org/keys"}):
        header = {"alg": ALGORITHM, "typ": "at+jwt", "kid": own.kid, **more}
        assert_refused(await me(ada.system, jwt.encode(header, claims_of(ada), own, algorithms=[ALGORITHM])))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "another"},
        {"iss": None},
        {"aud": "another-api"},
        {"aud": ["another-api"]},
        {"aud": None},
        {"exp": 1},
        pytest.param({"exp": int(time.time()) - 1}, id="over a second ago"),
        {"exp": None},
        {"exp": "tomorrow"},
        {"sub": None},
        {"sub": "somebody"},
        {"sid": None},
        {"sid": "../../x"},
        pytest.param({"nbf": int(time.time()) + 3600}, id="in an hour"),
    ],
    ids=str,
)
async def test_a_token_for_elsewhere_or_another_time_is_none(ada: Person, changes: dict[str, Any]) -> None:
    assert_refused(await me(ada.system, await signed(ada, **changes)))


@pytest.mark.parametrize("header", [{"typ": "JWT"}, {"typ": "rt+jwt"}, {"kid": "no-such"}], ids=str)
async def test_a_token_of_another_kind_is_none(ada: Person, header: dict[str, Any]) -> None:
    assert_refused(await me(ada.system, await signed(ada, header)))


async def test_what_is_no_token_is_none(ada: Person) -> None:
    personal = await ada.personal_token("read")
    for text in (ada.refresh_token, personal.token[:-1], "tsp_", "tsp_" + "x" * 5000, "a.b.c", "ÿ", "..", ada.id):
        assert_refused(await me(ada.system, text))
    head, body, signature = ada.token.split(".")
    assert_refused(await me(ada.system, f"{head}.{body}.{signature[::-1]}"))
    for value in ("", "Bearer", "Bearer ", f"Basic {ada.token}", ada.token):
        reply = await ada.system.request("gateway", "GET", "/v1/me", headers={"Authorization": value})
        assert (reply.status, reply.code) == (401, "unauthorized")


@pytest.mark.parametrize(
    "header", ['{"kid":' + "[" * 3000, '{"kid":' + "[" * 2000 + "]" * 2000 + "}"], ids=["open", "closed"]
)
async def test_a_header_that_goes_too_deep_is_that_of_no_token(ada: Person, header: str) -> None:
    assert_refused(await me(ada.system, f"{to_base64(header.encode())}.a.b"))


async def test_no_token_stands_in_a_url(ada: Person) -> None:
    for name in ("access_token", "token"):
        assert (await ada.system.request("gateway", "GET", f"/v1/me?{name}={ada.token}")).status == 401


async def test_who_signs_with_a_withdrawn_key_is_forgotten(ada: Person) -> None:
    """A leaked key's row is deleted: what it signed stops with the gateway's next fetch, remembered or not."""
    authenticator = ada.system.apps["gateway"].extensions[DOORWAY].authenticator
    leaked = OKPKey.generate_key("Ed25519", {"kid": str(new_id())}, private=True)
    own = [key.as_dict(private=False) for key in authenticator._keys.keys]
    authenticator._keys = KeySet.import_key_set({"keys": [*own, leaked.as_dict(private=False)]})
    header = {"alg": ALGORITHM, "typ": "at+jwt", "kid": leaked.kid}
    token = jwt.encode(header, claims_of(ada, exp=int(time.time()) + 10**6), leaked, algorithms=[ALGORITHM])
    assert (await me(ada.system, token)).status == 200
    await authenticator.fetch_keys()
    assert_refused(await me(ada.system, token))


@pytest.fixture
async def outdated(ada: Person) -> Authenticator:
    """The gateway's, which has another key than the one that signs now."""
    authenticator: Authenticator = ada.system.apps["gateway"].extensions[DOORWAY].authenticator
    authenticator._keys = KeySet([OKPKey.generate_key("Ed25519", {"kid": str(new_id())})])
    authenticator._fetched = float("-inf")
    return authenticator


async def test_all_who_come_while_the_keys_are_fetched_wait_for_them(
    ada: Person, outdated: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify, call = outdated._verify, outdated._users.call
    verifying, fetched, asked = list[str](), asyncio.Event(), list[str]()

    async def note(token: str) -> Identity:
        verifying.append(token)
        return await verify(token)

    async def be_slow(method: str, path: str, **options: Any) -> Answer:
        asked.append(path)
        await fetched.wait()
        return await call(method, path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(outdated, "_verify", note)
        patch.setattr(outdated._users, "call", be_slow)
        replies = [asyncio.create_task(me(ada.system, await signed(ada))) for _ in range(3)]
        async with asyncio.timeout(20):
            while len(verifying) < len(replies):
                await asyncio.sleep(0.005)
        fetched.set()
        assert [reply.status for reply in await asyncio.gather(*replies)] == [200] * 3
    assert asked.count("/internal/keys") == 1


async def test_keys_that_could_not_be_fetched_are_fetched_again(
    ada: Person, outdated: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> Answer:
        raise TimedOut("users", "took too long", sent=True)

    token = await signed(ada)
    with monkeypatch.context() as patch:
        patch.setattr(outdated._users, "call", fail)
        assert (await me(ada.system, token)).status in {503, 504}
    assert (await me(ada.system, token)).status == 200

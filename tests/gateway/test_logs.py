"""The logs hold no secret: everything secret is used once, in good requests and in bad ones, and then looked for."""

import io
import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from structlog.stdlib import ProcessorFormatter

from chassis.passport import HEADER
from chassis.peers import Answer, HttpTransport
from gateway.policies.cookies import REFRESH, STREAM
from keys.client.grants import HEADER as GRANT_HEADER
from tests.gateway.forging import signing_key
from tests.gateway.people import GENEROUS, PASSWORD, Person, reuse_refresh_token, sign_up
from tests.postgres import Postgres
from tests.system import SECRETS, System, run_system, until_ready

NEW, WRONG, COMMON = "eight blue trombones", "nine wrong umbrellas", "password1234"
AUTH = "/v1/auth"


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """All lines as the services write them, from here on."""
    root, stream = logging.getLogger(), io.StringIO()
    formatter = next(each.formatter for each in root.handlers if isinstance(each.formatter, ProcessorFormatter))
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root.addHandler(handler)
    try:
        yield stream
    finally:
        root.removeHandler(handler)


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The passports and grants that go between services."""
    seen: set[str] = set()
    send = HttpTransport.send

    async def noting(
        self: HttpTransport, method: str, path: str, params: Any, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        seen.update(headers[name] for name in (HEADER, GRANT_HEADER) if name in headers)
        return await send(self, method, path, params, headers, body)

    monkeypatch.setattr(HttpTransport, "send", noting)
    return seen


async def test_no_secret_is_in_the_logs(postgres: Postgres, sealed: set[str]) -> None:
    settings = {**GENEROUS, "TASKSYNC_LOG_LEVEL": "debug"}
    async with run_system(postgres, **settings) as system:
        with logged() as stream:
            secrets = {*SECRETS.values(), PASSWORD, NEW, WRONG, COMMON}
            secrets |= await use_all(await until_ready(system), postgres)
        key = (await signing_key(system)).as_dict(private=True)
    text = stream.getvalue()
    assert text.count('"event": "request"') > 30, "nothing was logged"
    assert '"user": "' in text, "nobody knows who asked"
    assert {"session.opened", "password.wrong", "refresh_token.reused", "token.created"} <= set(
        re.findall(r"\w+\.\w+", text)
    )
    assert '"event": "request.failed"' in text or "database" in text
    found = {secret for secret in {*secrets, *sealed, str(key["d"])} if shows(text, secret)}
    assert found == set()
    assert len(sealed) > 30


def shows(text: str, secret: str) -> bool:
    """Its middle is enough: nothing may log half of one."""
    middle = secret[len(secret) // 4 : len(secret) // 4 + 24] if len(secret) > 40 else secret
    return middle in text or json.dumps(middle)[1:-1] in text


async def use_all(system: System, postgres: Postgres) -> set[str]:
    """Signs up, in and out, rightly and wrongly; returns every token and code that was answered."""
    ada = await sign_up(system)
    token = await ada.personal_token("read", "write")
    code = (await ada.make(f"/v1/rooms/{await ada.room()}/invites", role="viewer"))["code"]
    bob = await sign_up(system, "Bob")
    for _ in range(2):
        await bob.call("POST", f"/v1/invites/{code}")
    for person in (token, bob, Person(system, "", "", "tsp_" + "q" * 43, "")):
        await person.call("GET", "/v1/me/home")
    cookies = await use_cookies(system, ada)
    await use_wrongly(system, ada)
    await without_database(system, postgres, ada)
    body = {"password": NEW, "current_password": PASSWORD}
    assert (await bob.call("PATCH", "/v1/me", json=body)).status == 200
    tokens = {each for person in (ada, bob) for each in (person.token, person.refresh_token)}
    return {*tokens, *cookies, token.token, "tsp_" + "q" * 43, code}


async def use_cookies(system: System, person: Person) -> list[str]:
    body = {"email": person.email, "password": PASSWORD}
    headers = {"TaskSync-Session": "cookie"}
    reply = await system.request("gateway", "POST", f"{AUTH}/login", json=body, headers=headers)
    refresh, stream = (line.partition(";")[0].partition("=")[2] for line in reply.headers.getall("Set-Cookie"))
    for value in (refresh, refresh[:-3]):
        headers["Cookie"] = f"{REFRESH.name}={value}; {STREAM.name}={stream}"
        await system.request("gateway", "POST", f"{AUTH}/refresh", headers=headers)
    return [refresh, stream]


async def use_wrongly(system: System, person: Person) -> None:
    async def post(path: str, **options: Any) -> int:
        return (await system.request("gateway", "POST", path, **options)).status

    given = {"email": person.email, "name": "Ada", "password": COMMON}
    assert await post(f"{AUTH}/register", json=given) == 422
    assert await post(f"{AUTH}/register", json={**given, "password": NEW}) == 409
    assert await post(f"{AUTH}/login", json={"email": person.email, "password": WRONG}) == 401
    assert await post(f"{AUTH}/login", json={"email": person.email, "password": [WRONG]}) == 422
    assert await post(f"{AUTH}/login", json={"email": person.email, "password": WRONG, WRONG: 1}) == 422
    assert await post(f"{AUTH}/login?password={WRONG}", data=f'{{"password":"{WRONG}"') in {400, 415, 422}
    await reuse_refresh_token(person)
    await system.request("users", "GET", "/v1/me", headers={HEADER: person.token})


async def without_database(system: System, postgres: Postgres, person: Person) -> None:
    name = system.databases["users"].partition("?")[0].rpartition("/")[2]
    await postgres.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    await postgres.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    body = {"email": person.email, "password": WRONG}
    assert (await system.request("gateway", "POST", f"{AUTH}/login", json=body)).status == 503
    await postgres.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

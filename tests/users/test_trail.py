"""What an investigation finds in the log: who signed in or failed to, and what changed of an account."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from chassis.ratelimits import Policy
from tests.system import System
from tests.users.people import OTHER_PASSWORD, PASSWORD, Person, login, new_email, refresh, register
from users.limits import EXTENSION

Lines = list[tuple[str, str, str | None]]


@pytest.fixture(autouse=True)
def at_info(system: System) -> Iterator[None]:
    """Whatever level the system that started last has set."""
    before = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    yield
    structlog.configure(wrapper_class=before)


def trail(logs: Any) -> Lines:
    """Level, event and account of the lines that a sign-in or a change left."""
    return [(each["log_level"], each["event"], each["account"]) for each in logs if "account" in each]


async def change_password(person: Person) -> None:
    body = {"password": OTHER_PASSWORD, "current_password": PASSWORD}
    assert (await person.call("PATCH", "/v1/me", json=body)).status == 200


async def change_email(person: Person) -> None:
    body = {"email": new_email(), "current_password": PASSWORD}
    assert (await person.call("PATCH", "/v1/me", json=body)).status == 200


async def end_session(person: Person) -> None:
    assert (await person.call("DELETE", f"/v1/me/sessions/{person.session}")).status == 204


async def end_sessions(person: Person) -> None:
    assert (await person.call("DELETE", "/v1/me/sessions")).status == 204


async def log_out(person: Person) -> None:
    assert (await person.call("POST", "/v1/auth/logout")).status == 204


async def delete_account(person: Person) -> None:
    assert (await person.call("DELETE", "/v1/me")).status == 204


@pytest.mark.parametrize(
    ("act", "event"),
    [
        (change_password, "password.changed"),
        (change_email, "email.changed"),
        (end_session, "session.ended"),
        (end_sessions, "sessions.ended"),
        (log_out, "session.ended"),
        (delete_account, "account.deleted"),
    ],
)
async def test_a_change_of_what_signs_in_is_told(ada: Person, act: Any, event: str) -> None:
    with capture_logs() as logs:
        await act(ada)
    assert trail(logs) == [("info", event, str(ada.id))]


async def test_tokens_are_told_of(ada: Person) -> None:
    with capture_logs() as logs:
        made = (await ada.call("POST", "/v1/me/tokens", json={"name": "Script", "scopes": ["read"]})).json()
        await ada.call("DELETE", f"/v1/me/tokens/{made['id']}")
    assert trail(logs) == [("info", "token.created", str(ada.id)), ("info", "token.ended", str(ada.id))]


async def test_sign_ins_are_told_of_whether_they_are_done_or_refused(system: System) -> None:
    with capture_logs() as logs:
        ada = await register(system)
        await login(system, ada.email, PASSWORD)
        await login(system, ada.email, OTHER_PASSWORD)
        await login(system, new_email(), PASSWORD)
        await ada.call("PATCH", "/v1/me", json={"email": new_email(), "current_password": OTHER_PASSWORD})
    assert trail(logs) == [
        ("info", "account.registered", str(ada.id)),
        ("info", "session.opened", str(ada.id)),
        ("warning", "password.wrong", str(ada.id)),
        ("warning", "password.wrong", None),
        ("warning", "password.wrong", str(ada.id)),
    ]
    assert all(ada.email not in str(each) and PASSWORD not in str(each) for each in logs)


async def test_a_stolen_refresh_token_is_told_of(ada: Person) -> None:
    renewed = await ada.refresh()
    await renewed.refresh()
    with capture_logs() as logs:
        assert (await refresh(ada.system, ada.refresh_token)).status == 401
    assert trail(logs) == [("warning", "refresh_token.reused", str(ada.id))]


async def test_a_spent_quota_is_told_of_with_who_asked_and_from_where(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    extensions, once = ada.system.apps["users"].extensions, Policy("login-account", 1, 900)
    monkeypatch.setitem(extensions, EXTENSION, extensions[EXTENSION]._replace(login_account=once))
    body = {"email": new_email(), "current_password": OTHER_PASSWORD}
    headers = {"TaskSync-Client": "192.0.2.7"}
    with capture_logs() as logs:
        for status in (403, 429):
            assert (await ada.call("PATCH", "/v1/me", json=body, headers=headers)).status == status
        assert (await login(ada.system, ada.email, **headers)).status == 429
    told = [each for each in logs if each["event"] == "limit.reached"]
    assert [(each["account"], each["client"], each["policies"]) for each in told] == [
        (str(ada.id), "192.0.2.7", ["login-account"]),
        (None, "192.0.2.7", ["login-account"]),
    ]
    assert ada.email not in str(logs)

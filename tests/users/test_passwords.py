"""Hashing happens beside the event loop, on few threads, and sheds what it cannot do."""

import asyncio
import statistics
import time

import pytest

from chassis.problems import Problem
from chassis.settings import SettingsError, load
from users import passwords
from users.app import Settings
from users.passwords import Passwords, refuse_common


async def test_the_loop_turns_while_passwords_are_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_WAIT_SECONDS", 60.0)
    pool = Passwords(workers=1)
    hashing = asyncio.gather(*(pool.hash("seven green kettles") for _ in range(10)))
    began, turns = time.perf_counter(), list[float]()
    while not hashing.done():
        started = time.perf_counter()
        await asyncio.sleep(0.001)
        turns.append(time.perf_counter() - started)
    await hashing
    # Were each to wait for a hash, there would be as many as hashes.
    assert len(turns) > 20
    assert statistics.median(turns) < (time.perf_counter() - began) / 20


async def test_who_waits_too_long_for_a_turn_is_told_to_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_WAIT_SECONDS", 1.0)
    pool = Passwords(workers=1)
    results = await asyncio.gather(
        *(pool.verify(None, "seven green kettles") for _ in range(90)), return_exceptions=True
    )
    refused = [each for each in results if isinstance(each, Problem)]
    assert results[0] is False
    assert results[-1] in refused
    assert {(each.status, each.headers["Retry-After"]) for each in refused} == {(503, "1")}
    assert await pool.verify(None, "seven green kettles") is False


async def test_who_would_wait_too_long_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen before: each of a storm was kept for as long as there is to wait, and then refused."""
    monkeypatch.setattr(passwords, "_WAIT_SECONDS", 0.5)
    pool = Passwords(workers=1)
    storm = [asyncio.create_task(pool.verify(None, "seven green kettles")) for _ in range(40)]
    await asyncio.sleep(0)
    one_more = pool.verify(None, "seven green kettles")
    with pytest.raises(Problem, match="busy"):
        # Its first step, before it waits for anything.
        one_more.send(None)
    await asyncio.gather(*storm, return_exceptions=True)
    assert await pool.verify(None, "seven green kettles") is False


@pytest.mark.parametrize("password", ["1234567890", "qwertyuiop", "Password123", "iloveyou123"])
def test_the_most_used_passwords_are_refused(password: str) -> None:
    with pytest.raises(Problem) as raised:
        refuse_common(password, email="ada@example.org", name="Ada")
    assert raised.value.errors[0].field == "password"


@pytest.mark.parametrize(
    "password", ["tasksync 2026", "!!TaskSync!!", "Ada18151852", "lady@example.org", "Lady_1815_27"]
)
def test_a_password_that_is_little_more_than_who_or_where_is_refused(password: str) -> None:
    with pytest.raises(Problem) as raised:
        refuse_common(password, email="lady@example.org", name="Ada")
    assert raised.value.errors[0].field == "password"


@pytest.mark.parametrize("password", ["PassWord123", "tasksync2026"])
def test_full_width_letters_hide_nothing(password: str) -> None:
    """As a sign-in takes them for the plain ones."""
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in password)
    with pytest.raises(Problem):
        refuse_common(wide, email="lady@example.org", name="Ada")


def test_a_name_in_another_form_is_still_the_name() -> None:
    with pytest.raises(Problem):
        refuse_common("zoe\u0308 1815 1852", email="lady@example.org", name="Zo\u00eb")


@pytest.mark.parametrize(
    "password", ["seven green kettles", "ada likes tasksync", "a-1815-27-11-1852", "12 10 1815 27"]
)
def test_a_phrase_of_ones_own_is_taken(password: str) -> None:
    refuse_common(password, email="ada@example.org", name="Ada")
    refuse_common(password, email="a@example.org", name="A")


def test_the_service_refuses_to_start_without_its_secrets() -> None:
    with pytest.raises(SettingsError, match="TASKSYNC_USERS_KEY_SECRET") as raised:
        load(Settings, "users", {})
    assert "TASKSYNC_PASSPORT_SECRET" in str(raised.value)


def test_a_short_key_secret_is_refused_without_being_shown() -> None:
    environ = {
        "TASKSYNC_BIND": "127.0.0.1:1",
        "TASKSYNC_PASSPORT_SECRET": "p" * 40,
        "TASKSYNC_GRANT_SECRET": "g" * 40,
        "TASKSYNC_DATABASE_URL": "postgresql://x",
        "TASKSYNC_KEYS_URL": "http://x",
        "TASKSYNC_USERS_KEY_SECRET": "hunter2",
    }
    with pytest.raises(SettingsError, match="key_secret") as raised:
        load(Settings, "users", environ)
    assert "hunter2" not in str(raised.value)

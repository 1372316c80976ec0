"""The doctor finds nothing wrong with what is well, and names each thing that is not, with what to do."""

import time
from collections.abc import AsyncIterator, Callable

import asyncpg
import pytest

from chassis.doctor.__main__ import examine
from tests.postgres import Postgres
from tests.system import SECRETS, System, free_port, run_system


@pytest.fixture(scope="module")
async def system(postgres: Postgres) -> AsyncIterator[System]:
    secrets = {name: f"{'0123456789abcdef' * 2}-{number}" for number, name in enumerate(SECRETS)}
    async with run_system(postgres, "keys", "rooms", **secrets) as system:
        yield system


@pytest.fixture
def given(system: System, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the environment of the service `rooms`, with changes."""

    def give(**changes: str) -> None:
        for name, value in {**system.environ, **changes}.items():
            monkeypatch.setenv(name, value)

    give(TASKSYNC_PASSPORT_SECRET=system.environ["TASKSYNC_PASSPORT_SECRET"])
    return give


async def wrongs() -> list[str]:
    return [str(finding) for finding in await examine("rooms") if finding.wrong]


async def test_nothing_is_wrong_with_a_system_that_is_well(given: Callable[..., None]) -> None:
    findings = await examine("rooms")
    assert [str(finding) for finding in findings if finding.wrong] == []
    assert len(findings) == 9


_BREAKS = {
    "TASKSYNC_PASSPORT_SECRET": (
        "",
        "cannot start without TASKSYNC_ROOMS_PASSPORT_SECRET or TASKSYNC_PASSPORT_SECRET",
    ),
    "TASKSYNC_ROOMS_PASSPORT_SECRET": ("fedcba9876543210" * 2, "reaches keys: it does not take our passport"),
    "TASKSYNC_GRANT_SECRET": ("at-least-32-random-characters-as-they-say", "TASKSYNC_GRANT_SECRET can be guessed"),
    "TASKSYNC_ROOMS_GRANT_SECRET": ("a" * 32, "TASKSYNC_GRANT_SECRET can be guessed"),
    "TASKSYNC_ROOMS_DATABASE_URL": ("postgresql://postgres@/nothing?host=/nowhere", "database: it cannot be reached"),
    "TASKSYNC_KEYS_URL": (f"http://127.0.0.1:{free_port()}", "reaches keys: nothing answers at http://127.0.0.1"),
    "TASKSYNC_ROOMS_BIND": (f"127.0.0.1:{free_port()}", "nothing answers. Start it"),
    # A file system that has no room.
    "TASKSYNC_DATA": ("/proc", "disk: 0 MB are free at /proc. Make room"),
    "TASKSYNC_ROOMS_DATABASE_POOL": ("5000", "Raise max_connections, or lower TASKSYNC_ROOMS_DATABASE_POOL"),
}


@pytest.mark.parametrize("variable", _BREAKS)
async def test_what_is_wrong_is_named_with_what_to_do(given: Callable[..., None], variable: str) -> None:
    value, said = _BREAKS[variable]
    given(**{variable: value})
    found = await wrongs()
    assert (len(found), said in found[0]) == (1, True), found
    is_secret = "SECRET" in variable or "DATABASE_URL" in variable
    assert not (is_secret and value and value in found[0])


@pytest.mark.parametrize(
    ("revision", "said"),
    [("0001", "the database is at 0001, the code at"), ("9999", "which this code does not know")],
)
async def test_a_database_of_another_version_is_told(
    system: System, given: Callable[..., None], revision: str, said: str
) -> None:
    connection = await asyncpg.connect(system.databases["rooms"])
    head = await connection.fetchval("SELECT version_num FROM alembic_version")
    try:
        await connection.execute("UPDATE alembic_version SET version_num = $1", revision)
        found = await wrongs()
    finally:
        await connection.execute("UPDATE alembic_version SET version_num = $1", head)
        await connection.close()
    assert (len(found), said in found[0]) == (1, True), found


async def test_a_clock_that_is_off_is_told(given: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    clock = time.time
    monkeypatch.setattr("chassis.doctor.database.time.time", lambda: clock() - 10)
    found = await wrongs()
    assert any("that of the database is +10.0 s off" in each for each in found), found
    assert any("keys: its clock is +" in each for each in found), found


async def test_a_service_that_is_not_here_is_told() -> None:
    (finding,) = await examine("nonsense")
    assert str(finding).startswith("WRONG  nonsense: there is no such service here. Name one of users, rooms,")

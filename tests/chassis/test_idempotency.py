"""One key, one write: whoever repeats a request gets the bytes of the first answer, whatever happened meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg
import pytest

from chassis.database import Database
from chassis.idempotency import prune, storage
from chassis.ids import new_id
from chassis.passport import HEADER
from chassis.settings import DatabaseSettings
from tests.chassis.laboratory import OFFICE, Lab, ask_database, count_things, lab_database, run_lab
from tests.postgres import Postgres
from tests.settling import until_one_waits
from tests.system import Reply

CROWD = 16
ADA, EVE = new_id(), new_id()


@pytest.fixture(scope="module")
async def database_url(postgres: Postgres) -> AsyncIterator[str]:
    async with lab_database(postgres) as url:
        yield url


@pytest.fixture(scope="module")
async def running(database_url: str) -> AsyncIterator[Lab]:
    async with run_lab(database_url) as lab:
        yield lab


@pytest.fixture
async def url(database_url: str) -> str:
    """Empty tables: they are counted."""
    await _run(database_url, "TRUNCATE things, idempotency_keys RESTART IDENTITY")
    return database_url


@pytest.fixture
async def desk(running: Lab, url: str) -> Lab:
    return running


async def send(
    lab: Lab, key: str | None = "k", *, user: UUID = ADA, room: int = 1, name: str = "one", **extra: str
) -> Reply:
    headers = {} if key is None else {"Idempotency-Key": key}
    json: dict[str, Any] = {"name": name, "extra": extra}
    return await lab.call("POST", f"/once/{room}", user=user, headers=headers, json=json)


def whole(reply: Reply) -> tuple[int, bytes, str | None, str | None]:
    return reply.status, reply.body, reply.headers.get("ETag"), reply.headers.get("Content-Type")


async def test_without_a_key_each_request_is_a_write(desk: Lab, url: str) -> None:
    replies = await asyncio.gather(*(send(desk, None) for _ in range(CROWD)))
    assert [reply.status for reply in replies] == [201] * CROWD
    assert await count_things(url) == CROWD


@pytest.mark.parametrize("wait", ["0", "0.3"])
async def test_sixteen_at_once_are_one_write_and_one_answer(desk: Lab, url: str, wait: str) -> None:
    replies = await asyncio.gather(*(send(desk, wait=wait) for _ in range(CROWD)))
    assert {whole(reply) for reply in replies} == {(201, b'{"name":"one","version":1}', '"1"', "application/json")}
    assert await count_things(url) == 1


async def test_a_process_that_died_after_its_commit_has_answered(url: str) -> None:
    async with run_lab(url) as lab:
        with pytest.raises(aiohttp.ClientError):
            await send(lab, die="")
    async with run_lab(url) as lab:
        assert whole(await send(lab, die=""))[:3] == (201, b'{"name":"one","version":1}', '"1"')
    assert await count_things(url) == 1


async def test_another_body_or_path_with_the_key_is_refused(desk: Lab, url: str) -> None:
    await send(desk)
    for reply in (await send(desk, name="two"), await send(desk, room=2)):
        assert (reply.status, reply.code) == (422, "idempotency_key_reused")
        assert reply.json()["errors"][0]["field"] == "Idempotency-Key"
    assert await count_things(url) == 1


async def test_a_key_is_its_callers_and_so_is_its_answer(desk: Lab, url: str) -> None:
    asked: list[tuple[str, UUID]] = [("k", ADA), ("k", EVE), ("other", ADA)]
    first = [await send(desk, key, user=user) for key, user in asked]
    assert [reply.json()["version"] for reply in first] == [1, 2, 3]
    again = [await send(desk, key, user=user) for key, user in asked]
    assert [whole(reply) for reply in again] == [whole(reply) for reply in first]


async def test_a_write_that_failed_can_be_tried_again(desk: Lab, url: str) -> None:
    assert (await send(desk, fail="")).code == "first"
    await send(desk, "other")
    assert (await send(desk, fail="")).status == 201
    assert await count_things(url) == 2


async def test_who_waits_for_one_that_fails_writes(desk: Lab, url: str) -> None:
    replies = await asyncio.gather(*(send(desk, fail="", wait="0.1") for _ in range(3)))
    assert {reply.code for reply in replies} == {"first"}
    assert await ask_database(url, "SELECT count(*) FROM idempotency_keys") == 0


async def test_who_waits_too_long_is_told(desk: Lab, url: str) -> None:
    other = await asyncpg.connect(url)
    holding = other.transaction()
    await holding.start()
    await other.execute("INSERT INTO idempotency_keys (caller, key, fingerprint) VALUES ($1, 'k', '')", ADA)
    waited = await send(desk)
    assert (waited.status, waited.code, waited.headers["Retry-After"]) == (409, "in_progress", "1")
    await holding.rollback()
    await other.close()
    assert (await send(desk)).status == 201
    assert await count_things(url) == 1


async def test_after_a_day_a_key_is_new(desk: Lab, url: str) -> None:
    await send(desk)
    await _run(url, "UPDATE idempotency_keys SET at = now() - interval '23 hours 59 minutes'")
    assert (await send(desk, name="two")).code == "idempotency_key_reused"
    await _run(url, "UPDATE idempotency_keys SET at = now() - interval '1 day 1 second'")
    second = await send(desk, name="two")
    assert second.json() == {"name": "two", "version": 2}
    assert whole(await send(desk, name="two")) == whole(second)


async def test_after_a_day_a_write_that_is_refused_is_not_answered_as_the_first_was(desk: Lab, url: str) -> None:
    """The key is not forgotten yet, and not taken anew either."""
    await send(desk, "other")
    first = await send(desk, fail="")
    await _run(url, "TRUNCATE things")
    assert whole(await send(desk, fail="")) == whole(first)
    await _run(url, "UPDATE idempotency_keys SET at = now() - interval '1 day 1 second'")
    assert (await send(desk, fail="")).code == "first"


async def test_old_keys_are_forgotten_and_young_ones_not(desk: Lab, url: str) -> None:
    await send(desk)
    await _run(
        url,
        "INSERT INTO idempotency_keys (caller, key, fingerprint, at)"
        " SELECT gen_random_uuid(), n, '', now() - interval '25 hours' FROM generate_series(1, 2500) n",
    )
    database = Database(DatabaseSettings(bind="", passport_secret="", database_url=url), "tests")
    await database.connect()
    await prune(database)
    await database.disconnect()
    assert await ask_database(url, "SELECT array_agg(key) FROM idempotency_keys") == ["k"]


async def test_a_key_that_is_used_anew_while_the_old_are_forgotten_is_kept(url: str) -> None:
    database = Database(DatabaseSettings(bind="", passport_secret="", database_url=url), "tests")
    await database.connect()
    await _run(
        url,
        "INSERT INTO idempotency_keys (caller, key, fingerprint, at)"
        f" VALUES ('{ADA}', 'nightly', '', now() - interval '25 hours')",
    )
    async with database.transaction() as connection:
        assert await storage.take(connection, ADA, "nightly", b"", seconds=10)
        pruning = asyncio.create_task(prune(database))
        await until_one_waits(connection)
    await pruning
    await database.disconnect()
    assert await ask_database(url, "SELECT array_agg(key) FROM idempotency_keys") == ["nightly"]


@pytest.mark.parametrize("key", ["!", "~" * 255, '"quoted-8e03978e"'])
async def test_a_key_is_any_visible_characters(desk: Lab, key: str) -> None:
    assert whole(await send(desk, key)) == whole(await send(desk, key))


@pytest.mark.parametrize("key", ["", "x" * 256, "two words", "a\tb", "schl\u00fcssel", "a,b, c"])
async def test_what_is_no_key_is_named(desk: Lab, url: str, key: str) -> None:
    reply = await send(desk, key)
    assert (reply.status, reply.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert await count_things(url) == 0


async def test_two_keys_are_none(desk: Lab) -> None:
    headers = (("Idempotency-Key", "a"), ("Idempotency-Key", "b"))
    reply = await desk.request("POST", "/once/1", headers=[*headers, (HEADER, OFFICE.issue(ADA))], json={"name": "x"})
    assert (reply.status, reply.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


async def test_a_secret_takes_no_key(desk: Lab) -> None:
    refused = await desk.call("POST", "/secret", user=ADA, headers={"Idempotency-Key": "k"})
    assert (refused.status, refused.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert (await desk.call("POST", "/secret", user=ADA)).status == 201


async def test_a_handler_that_forgets_its_answer_is_found(desk: Lab) -> None:
    assert (await send(desk, forget="")).status == 500


async def _run(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()

"""What ended reaches every gateway: at once, and none of it is skipped."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from chassis import pages
from chassis.database import Connection
from chassis.ids import new_id
from tests.postgres import Postgres, connected
from tests.settling import until_one_waits
from tests.system import System
from tests.users.people import OTHER_PASSWORD, PASSWORD, Person, login, register, revoked, to_person
from users import revocations
from users.account import remove_account
from users.queries.sessions import open_session
from users.refresh_tokens import new_token
from users.revocations import read_revocations

NEW_PASSWORD = {"password": OTHER_PASSWORD, "current_password": PASSWORD}
_FIRST = ("0", UUID(int=0))
_INSERT = "INSERT INTO revocations (id) VALUES ($1)"
_NEWER = "SELECT id FROM revocations WHERE xid > (SELECT xid FROM revocations WHERE id = $1)"


async def test_an_ended_session_is_told_once(system: System, ada: Person) -> None:
    start = await _ask(system, None)
    while start["more"]:
        start = await _ask(system, start["next"])
    await ada.call("POST", "/v1/auth/logout")
    told = await _ask(system, start["next"])
    assert (told["items"], told["more"]) == ([str(ada.session)], False)
    assert (await _ask(system, told["next"]))["items"] == []


async def test_a_late_commit_is_not_skipped(system: System, database: Connection) -> None:
    """A transaction takes its number first and commits last: reading on from the highest number seen skips it."""
    late, early = new_id(), new_id()
    other = await asyncpg.connect(system.databases["users"])
    try:
        start = await read_revocations(database, None)
        transaction = database.transaction()
        await transaction.start()
        await database.execute(_INSERT, late)
        await other.execute(_INSERT, early)
        first = await read_revocations(other, start.next)
        assert first.items == [early]
        await transaction.commit()
        assert late not in {row["id"] for row in await other.fetch(_NEWER, early)}
        second = await read_revocations(other, first.next)
        assert second.items == [late]
        assert (await read_revocations(other, second.next)).items == []
    finally:
        await other.close()


async def test_a_transaction_under_way_delays_nobody(system: System, database: Connection, ada: Person) -> None:
    start = await read_revocations(database, None)
    async with database.transaction():
        await database.fetchval("SELECT pg_current_xact_id()")
        await ada.call("POST", "/v1/auth/logout")
        assert (await _ask(system, start.next))["items"] == [str(ada.session)]


async def test_many_come_in_pages_each_once(
    system: System, database: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revocations, "_PAGE", 3)
    start = (await _all(database, None))[1]
    ids = [new_id() for _ in range(10)]
    async with database.transaction():
        await database.executemany(_INSERT, [(each,) for each in ids[:7]])
    for each in ids[7:]:
        await database.execute(_INSERT, each)
    page = await read_revocations(database, start)
    assert (len(page.items), page.more) == (3, True)
    late = new_id()
    await database.execute(_INSERT, late)
    rest, end = await _all(database, page.next)
    assert page.items + rest == ids
    assert (await _all(database, end))[0] == [late]


async def test_pages_follow_the_numbers_of_transactions_and_not_their_digits(
    database: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revocations, "_PAGE", 1)
    ended = [new_id() for _ in range(3)]
    for xid, each in zip(("9", "10", "100"), ended, strict=True):
        await database.execute("INSERT INTO revocations (id, xid) VALUES ($1, $2::text::xid8)", each, xid)
    assert [each for each in (await _all(database, None))[0] if each in ended] == ended


async def test_a_cursor_of_a_restored_database_starts_again(system: System, database: Connection) -> None:
    ended = new_id()
    await database.execute(_INSERT, ended)
    ahead = pages.encode(revocations.Position("4000000000:4000000000:"))
    page = await read_revocations(database, ahead)
    assert ended in page.items


async def test_a_cursor_of_another_history_starts_again(postgres: Postgres) -> None:
    """A promoted replica may lack the last transactions, and give their numbers to others."""
    async with postgres.clone("users") as url:
        database = await asyncpg.connect(url)
        ended = new_id()
        await database.execute(_INSERT, ended)
        start = await read_revocations(database, None)
        assert start.items == [ended]
        assert (await read_revocations(database, start.next)).items == []
        await database.execute("UPDATE feed SET epoch = 'another'")
        assert (await read_revocations(database, start.next)).items == [ended]
        await database.close()


async def test_a_cursor_of_an_older_version_goes_on(database: Connection) -> None:
    await database.execute(_INSERT, new_id())
    snapshot = await database.fetchval("SELECT pg_current_snapshot()::text")
    ended = new_id()
    await database.execute(_INSERT, ended)
    page = await read_revocations(database, pages.encode({"since": snapshot, "until": None, "after": _FIRST}))
    assert page.items == [ended]


async def test_what_is_no_cursor_is_refused(system: System) -> None:
    for cursor in ("x", pages.encode("x"), pages.encode({"since": "x"}), pages.encode({"since": "9:1:"})):
        reply = await system.call("users", "GET", "/internal/revocations", params={"after": cursor})
        assert (reply.status, reply.json()["errors"][0]["field"]) == (422, "after")


async def test_a_session_long_unused_has_no_access_token_to_stop(system: System, database: Connection) -> None:
    ada = await register(system)
    await database.execute("UPDATE sessions SET used_at = now() - interval '1 hour' WHERE id = $1", ada.session)
    assert (await ada.call("DELETE", "/v1/me/sessions")).status == 204
    assert await database.fetchval("SELECT count(*) FROM revocations WHERE id = $1", ada.session) == 0


@pytest.mark.parametrize("ending", [("DELETE", "/v1/me/sessions", None), ("PATCH", "/v1/me", NEW_PASSWORD)], ids=str)
async def test_the_access_token_of_a_retry_at_the_last_moment_is_stopped(
    system: System, database: Connection, ending: tuple[str, str, Any]
) -> None:
    """Its refresh token was used ten seconds before it, and it lives ten minutes, and some more where a clock is
    behind."""
    ada = await register(system)
    other = await to_person(system, await login(system, ada.email))
    await other.refresh()
    assert (await other.refresh()).session == other.session
    await database.execute(
        "UPDATE sessions SET used_at = used_at - interval '660 seconds' WHERE id = $1", other.session
    )
    method, path, body = ending
    assert (await ada.call(method, path, json=body)).status in {200, 204}
    assert other.session in await revoked(system)


async def _ask(system: System, cursor: str | None) -> dict[str, Any]:
    params = {"after": cursor} if cursor else {}
    reply = await system.call("users", "GET", "/internal/revocations", params=params)
    assert reply.status == 200
    body: dict[str, Any] = reply.json()
    return body


async def _all(database: Connection, cursor: str | None) -> tuple[list[UUID], str]:
    items: list[UUID] = []
    while True:
        page = await read_revocations(database, cursor)
        items += page.items
        cursor = page.next
        if not page.more:
            return items, page.next


async def test_the_access_token_of_a_sign_in_under_way_stops_with_the_account(
    system: System, ada: Person, database: Connection
) -> None:
    session, hashed = new_id(), await database.fetchval("SELECT password_hash FROM accounts WHERE id = $1", ada.id)
    async with connected(system.databases["users"]) as other:
        async with database.transaction():
            assert await open_session(database, ada.id, hashed, session, "", new_token(), days=1)
            removing = asyncio.create_task(_remove(other, ada.id))
            await until_one_waits(database)
        await removing
    assert session in await revoked(system)


async def _remove(connection: Connection, account_id: UUID) -> None:
    async with connection.transaction():
        await remove_account(connection, account_id)

"""Refresh tokens rotate, and a stolen one ends its session."""

import asyncio
import hashlib

from chassis.database import Connection
from tests.system import System
from tests.users.people import Person, login, refresh, revoked, to_person

_LATER = "UPDATE sessions SET used_at = used_at - interval '11 seconds' WHERE id = $1"


async def test_a_refresh_gives_new_tokens_of_the_same_session(system: System, ada: Person) -> None:
    after = await ada.refresh()
    assert (after.id, after.session) == (ada.id, ada.session)
    assert after.refresh_token != ada.refresh_token
    assert after.access_token != ada.access_token


async def test_a_chain_of_refreshes_goes_on(system: System, ada: Person) -> None:
    seen = {ada.refresh_token}
    for _ in range(5):
        ada = await ada.refresh()
        assert ada.refresh_token not in seen
        seen.add(ada.refresh_token)


async def test_a_reused_token_ends_its_session(system: System, ada: Person) -> None:
    second = await ada.refresh()
    third = await second.refresh()
    reply = await refresh(system, ada.refresh_token)
    assert (reply.status, reply.code) == (401, "invalid_refresh_token")
    assert (await refresh(system, third.refresh_token)).status == 401
    assert ada.session in await revoked(system)


async def test_the_previous_token_is_reused_once_its_successor_was_used(system: System, ada: Person) -> None:
    """Also within the seconds in which a retry would be taken."""
    second = await ada.refresh()
    await second.refresh()
    assert (await refresh(system, ada.refresh_token)).status == 401


async def test_a_retry_after_a_lost_answer_gets_the_lost_token(system: System, ada: Person) -> None:
    lost = await ada.refresh()
    again = await ada.refresh()
    assert again.refresh_token == lost.refresh_token
    assert (await refresh(system, again.refresh_token)).status == 200


async def test_a_retry_that_comes_late_ends_the_session(system: System, ada: Person, database: Connection) -> None:
    lost = await ada.refresh()
    await database.execute(_LATER, ada.session)
    assert (await refresh(system, ada.refresh_token)).status == 401
    assert (await refresh(system, lost.refresh_token)).status == 401


async def test_sixteen_refreshes_of_one_token_at_once_continue_one_family(system: System, ada: Person) -> None:
    replies = await asyncio.gather(*(refresh(system, ada.refresh_token) for _ in range(16)))
    assert {reply.status for reply in replies} == {200}
    successors = {reply.json()["refresh_token"] for reply in replies}
    assert len(successors) == 1
    assert (await refresh(system, successors.pop())).status == 200


async def test_a_thief_and_the_owner_cannot_both_go_on(system: System, ada: Person) -> None:
    """Both hold the same token. Whoever is second, sooner or later, ends the session for both."""
    thief = await ada.refresh()
    thief = await thief.refresh()
    assert (await refresh(system, ada.refresh_token)).status == 401
    assert (await refresh(system, thief.refresh_token)).status == 401


async def test_another_session_of_the_account_goes_on(system: System, ada: Person) -> None:
    other = await to_person(system, await login(system, ada.email))
    await (await ada.refresh()).refresh()
    assert (await refresh(system, ada.refresh_token)).status == 401
    assert (await refresh(system, other.refresh_token)).status == 200


async def test_an_expired_session_is_not_refreshed(system: System, ada: Person, database: Connection) -> None:
    await database.execute("UPDATE sessions SET expires_at = now() WHERE id = $1", ada.session)
    assert (await refresh(system, ada.refresh_token)).status == 401


async def test_a_session_ends_after_half_a_year_whatever_its_use(
    system: System, ada: Person, database: Connection
) -> None:
    await database.execute(
        "UPDATE sessions SET signed_in_at = now() - interval '179 days' WHERE id = $1", ada.session
    )
    await ada.refresh()
    left = await database.fetchval("SELECT expires_at - now() FROM sessions WHERE id = $1", ada.session)
    assert left.days == 0


async def test_what_never_was_a_token_is_refused(system: System, ada: Person) -> None:
    for text in ("", "x", "tsr_", "tsr_" + "A" * 64, "é" * 10, ada.access_token[:200], ada.refresh_token[4:]):
        reply = await refresh(system, text)
        assert (reply.status, reply.code) == (401, "invalid_refresh_token")
    assert (await refresh(system, ada.refresh_token)).status == 200


async def test_a_token_is_stored_only_as_hashes(system: System, ada: Person, database: Connection) -> None:
    row = await database.fetchrow("SELECT * FROM sessions WHERE id = $1", ada.session)
    assert row is not None
    stored = b"".join(value for value in row.values() if isinstance(value, bytes))
    token = ada.refresh_token.encode()
    assert token[4:] not in stored
    assert len(row["secret_hash"]) == hashlib.sha256().digest_size

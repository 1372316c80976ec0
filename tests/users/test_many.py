"""What an account has a great many of ends page by page: in one statement it would take longer than one may."""

import pytest

from chassis.database import Connection
from keys.client import Change
from tests.users.people import OTHER_PASSWORD, PASSWORD, Person
from users import account, cascades

_TOKENS = """
    INSERT INTO tokens (id, account_id, name, prefix, secret_hash, scopes, expires_at)
    SELECT gen_random_uuid(), $1, 'bot', 'tsp_', uuid_send(gen_random_uuid()), '{read}', now() + interval '1 day'
    FROM generate_series(1, $2::integer)
    RETURNING id
"""


_SESSIONS = """
    INSERT INTO sessions (id, account_id, device, family_hash, secret_hash, expires_at)
    SELECT gen_random_uuid(), $1, '', uuid_send(gen_random_uuid()), '', now() + interval '1 day'
    FROM generate_series(1, $2::integer)
    RETURNING id
"""
_TOGETHER = "SELECT count(*) FROM revocations WHERE id = ANY($1::uuid[]) GROUP BY xid ORDER BY xid"


async def test_an_account_with_a_great_many_tokens_goes_page_by_page(
    ada: Person, database: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one transaction they would take longer than a statement may, and the account would never go."""
    monkeypatch.setattr(account, "_PAGE", 2)
    made = [row["id"] for row in await database.fetch(_TOKENS, ada.id, 5)]
    left, buried = [5], Change("a position", "user", ada.id, "buried")
    while await cascades.apply(database, buried):
        left.append(await database.fetchval("SELECT count(*) FROM tokens WHERE account_id = $1", ada.id))
    assert left == [5, 3, 1]
    assert await database.fetchval("SELECT count(*) FROM accounts WHERE id = $1", ada.id) == 0
    assert await database.fetchval("SELECT count(*) FROM revocations WHERE id = ANY($1::uuid[])", made) == 5


@pytest.mark.parametrize(
    ("method", "path", "pages"),
    [
        ("PATCH", "/v1/me", [2, 2, 1, 2]),
        ("DELETE", "/v1/me/sessions", [2, 2, 2, 1]),
        ("DELETE", "/v1/me", [2, 2, 2, 1]),
    ],
)
async def test_a_great_many_sessions_end_page_by_page(
    ada: Person, database: Connection, monkeypatch: pytest.MonkeyPatch, method: str, path: str, pages: list[int]
) -> None:
    """Of a script that signs in every few seconds: together they would take longer than a statement may."""
    monkeypatch.setattr(account, "_SESSIONS", 2)
    made = [row["id"] for row in await database.fetch(_SESSIONS, ada.id, 7)]
    body = {"json": {"password": OTHER_PASSWORD, "current_password": PASSWORD}} if method == "PATCH" else {}
    assert (await ada.call(method, path, **body)).status in {200, 204}
    assert [row["count"] for row in await database.fetch(_TOGETHER, made)] == pages
    left = await database.fetchval("SELECT count(*) FROM sessions WHERE account_id = $1", ada.id)
    assert left == (1 if method == "PATCH" else 0)

"""What a database held before a migration is as what is written after it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from alembic import command

from chassis.ids import new_id
from chassis.migrate import configure
from tasks.models import STATUSES
from tasks.queries import lists, texts
from tasks.queries.lists import Filters
from tests.postgres import Postgres

_WRITE = """
    INSERT INTO changes (room_id, actor, kind, entity_id, op, version, before, after)
    VALUES ($1, $1, 'task', $2, $3, $4, $5::text::jsonb, jsonb_build_object('updated_at', $6::text))
"""
_FORGET = "UPDATE changes SET actor = NULL WHERE version > 1 AND version <> 5"
_POSITION, _BOTH = '{"position": "a"}', '{"status": "todo", "position": "a"}'

_TASK = """
    INSERT INTO tasks (id, room_id, number, title, description, status, priority, position)
    VALUES ($1, $1, 1, 'Fix login/logout', 'On Q3-2026', 'todo', 'none', 'a0')
"""
_COMMENT = "INSERT INTO comments (id, task_id, body) VALUES ($1, $2, 'See README.md')"
_WORDS = """
    INSERT INTO texts (id, task_id, room_id, words)
    VALUES ($1, $2, $2, array_to_tsvector(ARRAY['room:' || $2::uuid::text]) || to_tsvector('simple', $3))
"""


# As launch makes its databases. What is a letter there depends on nothing, and signs are letters.
_LAUNCHED = "TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
# Normalized, the first sign is six times as long; in small letters, the second is half again as long.
_SQUARE, _STROKED = "\u3316", "\u023a"


@asynccontextmanager
async def database_of(postgres: Postgres, revision: str, options: str = "") -> AsyncIterator[tuple[Any, str]]:
    """A connection to a database of tasks as of `revision`, and its URL."""
    name = f"test_{new_id().hex}"
    await postgres.run(f"CREATE DATABASE {name} {options}")
    url = postgres.url(name)
    await migrate(url, revision)
    connection = await asyncpg.connect(url)
    try:
        yield connection, url
    finally:
        await connection.close()
        await postgres.run(f"DROP DATABASE {name} WITH (FORCE)")


async def migrate(url: str, to: str) -> None:
    await asyncio.to_thread(command.upgrade, configure("tasks", url), to)


async def write(connection: Any, task: UUID, *versions: tuple[str, str | None, str]) -> None:
    """The log of a task as the version before wrote it: of each version op, before, and the time of its update."""
    for version, (op, before, updated) in enumerate(versions, 1):
        await connection.execute(_WRITE, UUID(int=1), task, op, version, before, updated)


async def test_old_entries_of_shortened_keys_are_marked_and_those_of_the_forgotten_are_not(
    postgres: Postgres,
) -> None:
    created, moved, shortened, dragged = (
        ("create", None, "12:00"),
        ("update", _POSITION, "12:01"),
        ("update", _POSITION, "12:01"),
        ("update", _BOTH, "12:02"),
    )
    task, other = new_id(), new_id()
    async with database_of(postgres, "0010") as (connection, url):
        await write(connection, task, created, moved, shortened, dragged, ("update", _POSITION, "12:02"))
        silent = ("update", '{"created_by": null}', "12:00"), ("update", "{}", "12:00")
        await write(connection, other, created, *silent)
        await connection.execute(_FORGET)
        await migrate(url, "head")
        marked = await connection.fetch("SELECT entity_id, version FROM changes WHERE is_spread")
    assert [tuple(row) for row in marked] == [(task, 3)]


async def test_old_texts_are_found_by_each_of_their_words(postgres: Postgres) -> None:
    task, comment = new_id(), new_id()
    async with database_of(postgres, "0011") as (connection, url):
        await connection.execute(_TASK, task)
        await connection.execute(_COMMENT, comment, task)
        await connection.execute(_WORDS, task, task, "Fix login/logout\nOn Q3-2026")
        await connection.execute(_WORDS, comment, task, "See README.md")
        await migrate(url, "head")
        of_room = Filters(task, STATUSES, None, None, None, None)
        found = {
            q: await lists.probe(connection, of_room._replace(words=q), 10)
            for q in ("logout", "fix 2026", "readme", "see logout")
        }
    assert found == {"logout": [[task]], "fix 2026": [[task]], "readme": [[task]], "see logout": [[]]}


# Quotation marks, dashes, a telephone's apostrophe, a fraction once it is normalized, and signs of other scripts.
_SAID = (
    "\u201cQuoted\u201d\u2026\u2014see l\u2019\u00e9t\u00e9, \u00bd for 20\u20ac, "
    "\u4f1a\u8b70\u3001\u30c6\u30b9\u30c8\u3002, party\U0001f389 \u2764\ufe0f"
)
_ASKED_OF_NEW = (
    "quoted",
    "see",
    "\u00c9T\u00c9",
    "l'\u00e9t\u00e9",
    "1/2",
    "20",
    "\u4f1a\u8b70",
    "\u30c6\u30b9\u30c8",
    "party",
    "\u2764\ufe0f",
)
_ASKED_OF_BOTH = ("l\u2019\u00e9t\u00e9", "party\U0001f389")


async def test_signs_part_words_also_where_they_are_letters(postgres: Postgres) -> None:
    """What was written before is found as it was."""
    old, new = new_id(), new_id()
    async with database_of(postgres, "head", _LAUNCHED) as (connection, _):

        async def misses(task: UUID, *asked: str) -> list[str]:
            of_room = Filters(task, STATUSES, None, None, None, None)
            return [q for q in asked if await lists.probe(connection, of_room._replace(words=q), 10) != [[task]]]

        for task in (old, new):
            await connection.execute(_TASK, task)
        await connection.execute(_WORDS, old, old, _SAID.lower())
        await texts.put(connection, new, new, new, _SAID)
        assert await misses(new, *_ASKED_OF_NEW, *_ASKED_OF_BOTH) == []
        assert await misses(old, *_ASKED_OF_BOTH) == []
        assert await misses(new, "eau", "\u201c", "party see none") == ["eau", "\u201c", "party see none"]


def swelling() -> str:
    """As many characters as a task may have, in words that are all different."""
    places = ((small, at) for small in "\u3315\u3317\u3319\u331a" for at in range(113))
    return " ".join(_SQUARE * at + small + _SQUARE * (112 - at) for small, at in places)[:50_480]


@pytest.mark.parametrize("text", [swelling(), " ".join([_STROKED * 1000] * 49)], ids=["whole", "a word"])
async def test_a_text_that_swells_is_taken_of_before_and_of_now(postgres: Postgres, text: str) -> None:
    """Both were seen: a write that the search could not hold, and words that no backup could be restored with."""
    old, new = new_id(), new_id()
    async with database_of(postgres, "0011", _LAUNCHED) as (connection, url):
        for task in (old, new):
            await connection.execute(_TASK, task)
            await connection.execute("UPDATE tasks SET description = $2 WHERE id = $1", task, text)
        await connection.execute(_WORDS, old, old, "Fix login/logout")
        await migrate(url, "head")
        await texts.put(connection, new, new, new, f"Fix login/logout\n{text}")
        words = await connection.fetch("SELECT words::text FROM texts")
    assert ["'logout'" in row["words"] for row in words] == [True, True]

"""The wires count what changes something outside a service, and nothing else that it says."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from tests.faults.effects import asks_for_more
from tests.faults.processes import Program
from tests.faults.wires import Switchboard, Trigger, Wire, lay
from tests.postgres import Postgres

_NEVER = 1_000_000
_LONG = "x" * 1_000_000
Doing = Callable[["asyncpg.Connection[asyncpg.Record]"], Awaitable[object]]


@asynccontextmanager
async def counted(postgres: Postgres, place: Path) -> AsyncIterator[tuple[str, Trigger]]:
    """The URL of a database at the end of a wire, and what counts the messages there."""
    async with postgres.clone("rooms") as url:
        socket = Path(parse_qs(urlsplit(url).query)["host"][0]) / ".s.PGSQL.5432"
        board = Switchboard(Trigger(Program("rooms", {}, place), _NEVER))
        assert board.trigger
        async with lay(Wire(board, "rooms", "postgres", socket), place / socket.name):
            yield urlsplit(url)._replace(query=f"host={place}").geturl(), board.trigger


async def _in_transaction(connection: "asyncpg.Connection[asyncpg.Record]", statement: str) -> None:
    async with connection.transaction():
        await connection.execute(statement)


@pytest.mark.parametrize(
    ("doing", "count"),
    [
        (lambda it: it.fetch("SELECT count(*) FROM rooms"), 0),
        (lambda it: it.execute("SET statement_timeout = 0"), 0),
        (lambda it: it.fetch("UPDATE rooms SET name = $1", "Hall"), 1),
        (lambda it: it.execute("DELETE FROM rooms"), 1),
        (lambda it: it.fetch("SELECT pg_notify('changes', '')"), 1),
        # The statement and the commit.
        (lambda it: _in_transaction(it, "DELETE FROM rooms"), 2),
    ],
    ids=["read", "set", "prepared write", "write", "notify", "transaction"],
)
async def test_of_what_is_said_to_postgresql_writes_count(
    postgres: Postgres, place: Path, doing: Doing, count: int
) -> None:
    async with counted(postgres, place) as (url, trigger):
        connection = await asyncpg.connect(url)
        await doing(connection)
        await connection.close()
        assert trigger.seen == count


async def test_a_write_whose_values_come_in_pieces_counts_at_least_once(postgres: Postgres, place: Path) -> None:
    async with counted(postgres, place) as (url, trigger):
        connection = await asyncpg.connect(url)
        await connection.fetch("UPDATE rooms SET name = $1", _LONG)
        await connection.close()
        assert trigger.seen >= 1


@pytest.mark.parametrize(("request_line", "counts"), [(b"GET / HTTP/1.1\r\n", False), (b"POST / HTTP/1.1\r\n", True)])
def test_a_question_to_another_service_does_not_count(request_line: bytes, counts: bool) -> None:
    assert asks_for_more(request_line) is counts

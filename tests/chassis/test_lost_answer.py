"""A write whose commit was not answered may have been done: that is said so, and not that it was not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

from tests.chassis.laboratory import ask_database, lab_database, run_lab
from tests.postgres import Postgres


@asynccontextmanager
async def broken_at_commit(url: str) -> AsyncIterator[str]:
    """A URL of the same database, whose connections break when a COMMIT was done and before that is told."""
    parts = urlsplit(url)
    folder = parse_qs(parts.query)["host"][0]

    async def accept(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, writer = await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.5432")
        answers = asyncio.create_task(carry(far, back))
        while data := await near.read(65536):
            if b"COMMIT" in data:
                answers.cancel()
                await asyncio.gather(answers, return_exceptions=True)
                writer.write(data)
                await far.read(100)
                break
            writer.write(data)
        answers.cancel()
        writer.close()
        back.transport.abort()

    async with await asyncio.start_server(accept, "127.0.0.1", 0) as server:
        yield f"postgresql://postgres@127.0.0.1:{server.sockets[0].getsockname()[1]}{parts.path}"


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)


async def test_a_commit_that_is_not_answered_is_told_as_what_may_have_been_done(postgres: Postgres) -> None:
    async with lab_database(postgres) as url, broken_at_commit(url) as near, run_lab(near) as lab:
        reply = await lab.call("POST", "/finish/0.0")
        assert (reply.status, reply.code) == (504, "timeout")
        assert await ask_database(url, "SELECT count(*) FROM things WHERE name = 'committed'") == 1

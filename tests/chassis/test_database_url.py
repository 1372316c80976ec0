"""What the URL of a database says holds for all who connect by it: a managed database is reached by its URL alone."""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest
from sqlalchemy.exc import DBAPIError

from chassis.database import Database
from chassis.migrate import upgrade
from chassis.problems import Problem
from chassis.settings import DatabaseSettings

_SSL_REQUEST = 80_877_103


class Plain:
    """A PostgreSQL without TLS, as far as its first answer. `told` is how many bytes it was sent in the clear."""

    def __init__(self) -> None:
        self.asked, self.told = 0, 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length, code = struct.unpack("!II", await reader.readexactly(8))
        if code == _SSL_REQUEST:
            self.asked += 1
            writer.write(b"N")
            self.told += len(await reader.read(1000))
        else:
            self.told += length
        writer.close()


@pytest.fixture
async def plain() -> AsyncIterator[tuple[Plain, str]]:
    """The server, and its URL."""
    server = Plain()
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        yield server, f"postgresql://somebody:s3cret@127.0.0.1:{port}/tasksync_rooms"


async def by_service(url: str) -> None:
    settings = DatabaseSettings(bind="", passport_secret="", database_url=url, database_seconds=2)
    database = Database(settings, "rooms")
    await database.connect()
    with suppress(Problem):
        async with database.connection():
            pass
    await database.disconnect()


async def by_migration(url: str) -> None:
    with suppress(ConnectionError, DBAPIError):
        await asyncio.to_thread(upgrade, "rooms", url)


@pytest.mark.parametrize("connect", [by_service, by_migration])
async def test_a_url_that_demands_tls_never_speaks_without(
    plain: tuple[Plain, str], connect: Callable[[str], Awaitable[None]]
) -> None:
    server, url = plain
    await connect(f"{url}?sslmode=require")
    assert (server.asked, server.told) == (1, 0)


@pytest.mark.parametrize("connect", [by_service, by_migration])
async def test_a_url_that_forbids_tls_does_not_ask_for_it(
    plain: tuple[Plain, str], connect: Callable[[str], Awaitable[None]]
) -> None:
    server, url = plain
    await connect(f"{url}?sslmode=disable")
    assert (server.asked, server.told > 0) == (0, True)


async def test_a_service_goes_on_to_the_next_host_of_its_url(plain: tuple[Plain, str]) -> None:
    server, url = plain
    await by_service(url.replace("@", "@127.0.0.1:9,") + "?sslmode=disable")
    assert server.told > 0

"""A container is well when it was ready once and lives since: a database that is away starts no service anew."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chassis.probe import probe


class Service:
    """Answers `/livez` and `/readyz` as it is told."""

    def __init__(self) -> None:
        self.lives, self.ready = True, False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readline()).split(b" ")[1]
        is_well = {b"/livez": self.lives, b"/readyz": self.ready}[path]
        status = b"200 OK" if is_well else b"503 Service Unavailable"
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
async def service() -> AsyncIterator[tuple[Service, str]]:
    """It, and its address."""
    service = Service()
    async with await asyncio.start_server(service.serve, "127.0.0.1", 0) as server:
        yield service, f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_it_is_well_from_its_first_readiness_for_as_long_as_it_lives(
    service: tuple[Service, str], tmp_path: Path
) -> None:
    told, address = service
    states = [(True, False), (True, True), (True, False), (False, False)]
    seen = []
    for told.lives, told.ready in states:
        seen.append(await asyncio.to_thread(probe, address, tmp_path / "ready"))
    assert seen == [False, True, True, False]


async def test_where_nothing_can_be_written_it_is_well_while_it_is_ready(service: tuple[Service, str]) -> None:
    told, address = service
    told.ready = True
    assert await asyncio.to_thread(probe, address, Path("/nowhere/ready"))


async def test_an_address_of_ipv6_stands_in_brackets(tmp_path: Path) -> None:
    told = Service()
    told.ready = True
    try:
        server = await asyncio.start_server(told.serve, "::1", 0)
    except OSError:
        pytest.skip("this machine has no IPv6")
    async with server:
        address = f"[::1]:{server.sockets[0].getsockname()[1]}"
        assert await asyncio.to_thread(probe, address, tmp_path / "ready")


async def test_where_nobody_listens_nobody_is_well(tmp_path: Path) -> None:
    assert not await asyncio.to_thread(probe, "127.0.0.1:9", tmp_path / "ready")

"""The launcher says that all are ready when its own are, and not those of another."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from launch.programs import Kept
from launch.screen import LaunchError
from launch.settings import SERVICES, load
from launch.waiting import until_ready
from tests.launch.conftest import Make
from tests.launch.ports import free_ports


async def answer_well(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    writer.close()


async def test_who_has_the_ports_of_another_launcher_that_began_at_the_same_time_is_told(
    make: Make, tmp_path: Path
) -> None:
    """Seen before: both said that all were ready, and each had some services of the other."""
    settings = load({"TASKSYNC_PORT": str(free_ports())}, tmp_path / "none")
    async with AsyncExitStack() as stack:
        for step in range(len(SERVICES)):
            server = await asyncio.start_server(answer_well, "127.0.0.1", settings.port + step)
            await stack.enter_async_context(server)
        kept = {name: Kept(make("import sys; sys.exit('the address is in use')", name)) for name in SERVICES}
        try:
            with pytest.raises(LaunchError, match=r"does not start\.(.|\n)* the address is in use"):
                await until_ready(settings, kept)
        finally:
            await asyncio.gather(*(each.stop(5) for each in kept.values()))

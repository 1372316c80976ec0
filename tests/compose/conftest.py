"""One system for all, built from this tree."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.compose.engine import Compose, run
from tests.compose.job import Work, begin


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        yield session


@pytest.fixture(scope="session")
async def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deployment") / "secrets"
    status, output = await run("sh", "deploy/secrets.sh", str(folder))
    assert status == 0, output
    return folder


@pytest.fixture(scope="session")
async def compose(secrets: Path) -> AsyncIterator[Compose]:
    """The running system."""
    system = Compose("tasksync-test", free_port(), secrets, {"TASKSYNC_BACKUPS": str(secrets.parent / "backups")})
    await system("--profile", "operator", "build", seconds=900)
    try:
        await system.up()
        yield system
    finally:
        await system.attempt("--profile", "operator", "down", "-v", "--remove-orphans")


@pytest.fixture(scope="session")
async def work(compose: Compose, http: aiohttp.ClientSession) -> Work:
    """The main job, done once: what comes after it must find it there."""
    return await begin(http, compose.base)

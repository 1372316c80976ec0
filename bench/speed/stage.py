"""The stage: TaskSync as `make up` runs it, on a data folder of its own, and the yardstick beside it."""

import asyncio
import os
import random
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import aiohttp
import asyncpg
import psutil

from bench.speed.bare_hops import PARTS
from bench.speed.fill import Connection, fill_yardstick
from bench.speed.yardstick import TABLES

_SECONDS = 60.0
EMAIL, PASSWORD = "bench@example.org", "seven green kettles"
# The modules that serve them, with their first arguments.
_HOPS = {
    "aiohttp": ["bench.speed.bare_hops"],
    "stock": ["bench.speed.quart_hops", "stock"],
    "ours": ["bench.speed.quart_hops", "ours"],
}
_OWNERS = ("users", "rooms", "tasks", "keys")


@dataclass
class Stage:
    """Ports of the gateway, the yardstick and the bare hops, by what these are made of; the databases by service, to
    fill; who is signed in."""

    port: int
    yardstick: int
    hops: dict[str, int]
    databases: dict[str, Connection]
    plain: Connection
    user: UUID
    token: str
    folder: Path

    def cpu_seconds(self) -> dict[str, float]:
        """What each process has spent so far."""
        found = {}
        for file in (self.folder / "run").glob("*.pid"):
            process = psutil.Process(int(file.read_text()))
            found[file.stem] = _spent(process) + sum(_spent(child) for child in process.children(recursive=True))
        return found


def _spent(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


@asynccontextmanager
async def run_stage(**extra: str) -> AsyncIterator[Stage]:
    """`extra` are settings, by their full variable name."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tasksync-bench-", dir="/tmp")))
        port = _free_ports(6 + len(PARTS) * len(_HOPS))
        environ = {**os.environ, "TASKSYNC_DATA": str(folder), "TASKSYNC_PORT": str(port)}
        environ |= {"TASKSYNC_LOG_LEVEL": "warning", **extra}
        _start(stack, ["-m", "launch", "up"], environ)
        await _until_answers(port, "/readyz")
        url = f"postgresql://postgres@/{{}}?host={folder}/postgres"
        databases = {name: await _connect(stack, url.format(f"tasksync_{name}")) for name in _OWNERS}
        await databases["users"].execute("CREATE DATABASE yardstick")
        plain = await _connect(stack, url.format("yardstick"))
        await plain.execute(TABLES)
        environ |= {"YARDSTICK_URL": url.format("yardstick")}
        _start(stack, ["-m", "bench.speed.yardstick", str(port + 5)], environ)
        hops = {name: await _start_hops(stack, name, environ, first) for first, name in _first_ports(port + 6)}
        await _until_answers(port + 5, "/")
        user, token = await _sign_up(port)
        yield Stage(port, port + 5, hops, databases, plain, user, token, folder)


def _first_ports(port: int) -> list[tuple[int, str]]:
    return [(port + number * len(PARTS), name) for number, name in enumerate(_HOPS)]


async def _start_hops(stack: AsyncExitStack, name: str, environ: dict[str, str], first: int) -> int:
    """The port of the door."""
    for port, part in enumerate(PARTS, first):
        _start(stack, ["-m", *_HOPS[name], part, str(port)], environ)
        await _until_answers(port, "/")
    return first


def _start(stack: AsyncExitStack, arguments: list[str], environ: dict[str, str]) -> None:
    process = subprocess.Popen([sys.executable, *arguments], env=environ, stdout=subprocess.DEVNULL)
    stack.callback(process.wait)
    stack.callback(process.terminate)


async def _connect(stack: AsyncExitStack, url: str) -> Connection:
    connection = await asyncpg.connect(url)
    stack.push_async_callback(connection.close)
    return connection


async def _until_answers(port: int, path: str) -> None:
    async with asyncio.timeout(_SECONDS), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}{path}") as response:
                    if response.status in {200, 404}:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)


async def _sign_up(port: int) -> tuple[UUID, str]:
    body = {"email": EMAIL, "name": "Bench", "password": PASSWORD}
    async with aiohttp.ClientSession() as session:
        async with session.post(f"http://127.0.0.1:{port}/v1/auth/register", json=body) as response:
            made = await response.json()
    return UUID(made["user"]["id"]), made["access_token"]


def _free_ports(count: int) -> int:
    """The first of `count` free ports in a row."""
    firsts = list(range(20000, 32000, count))
    random.shuffle(firsts)
    for first in firsts:
        if all(_is_free(first + number) for number in range(count)):
            return first
    raise RuntimeError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) != 0


__all__ = ["EMAIL", "PASSWORD", "Stage", "fill_yardstick", "run_stage"]

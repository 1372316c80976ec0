"""Services under test: each on a real socket and its own clone, in this process's event loop."""

import asyncio
import importlib
import itertools
import os
import random
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import aiohttp
import msgspec
from quart import Quart

from chassis.passport import HEADER, PassportOffice
from chassis.server import serve
from chassis.settings import load
from tests.postgres import Postgres, connected
from tests.promises import assert_promised

SERVICES = ("users", "rooms", "tasks", "keys", "gateway")
SECRETS = {
    "TASKSYNC_PASSPORT_SECRET": "passport-" + "p" * 40,
    "TASKSYNC_GRANT_SECRET": "grant-" + "g" * 40,
    "TASKSYNC_USERS_KEY_SECRET": "keys-" + "k" * 40,
}


# What a machine that stalls may take without a test failing: the time-outs themselves have tests of their own.
PATIENT = {"TASKSYNC_CALL_SECONDS": "8", "TASKSYNC_GATEWAY_REQUEST_SECONDS": "8", "TASKSYNC_DATABASE_SECONDS": "8"}

# Below what the launcher's tests take, and what systems hand out to clients: these would take a port meanwhile. None
# comes twice, for it may take a while until one is listened at; and each process of the tests has its own, else two
# could find the same one free, and hear each other's services.
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_OWN = range(10_000 + _WORKER, 20_000, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
_PORTS = itertools.cycle(random.sample(_OWN, len(_OWN)))


def free_port() -> int:
    """A port at which nobody listens, and that no other process of these tests chooses."""
    while True:
        port = next(_PORTS)
        with socket.socket() as sock, suppress(OSError):
            sock.bind(("127.0.0.1", port))
            return port


@dataclass
class Reply:
    """An answer, read whole."""

    status: int
    headers: Any
    body: bytes

    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def code(self) -> str:
        """The `code` of a problem."""
        code: str = self.json()["code"]
        return code


@dataclass
class System:
    """Running services, by name. `call` speaks as a peer would: with a passport, in a user's name or nobody's."""

    environ: dict[str, str]
    ports: dict[str, int]
    databases: dict[str, str]
    apps: dict[str, Quart] = field(default_factory=dict)
    session: aiohttp.ClientSession = field(init=False)

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}"

    async def request(self, service: str, method: str, path: str, **options: Any) -> Reply:
        """A plain request, as anybody could send it. A stream is not read: it has no end."""
        async with self.session.request(method, self.url(service) + path, **options) as response:
            body = b"" if response.content_type == "text/event-stream" else await response.read()
        assert_promised(method, path, response.status, response.headers, body)
        return Reply(response.status, response.headers, body)

    async def call(
        self,
        service: str,
        method: str,
        path: str,
        *,
        user: UUID | None = None,
        session: UUID | None = None,
        sender: str = "gateway",
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> Reply:
        passport = PassportOffice(sender, SECRETS["TASKSYNC_PASSPORT_SECRET"]).issue(user, session)
        return await self.request(service, method, path, headers={HEADER: passport, **(headers or {})}, **options)

    async def fetch_value(self, service: str, statement: str, *values: object) -> Any:
        """The first value that a statement answers, in the database of `service`; None if it answers no row."""
        async with connected(self.databases[service]) as connection:
            return await connection.fetchval(statement, *values)


@asynccontextmanager
async def run_system(postgres: Postgres, *services: str, **extra: str) -> AsyncIterator[System]:
    """Runs `services` (all five without names). `extra` are settings, by their full variable name."""
    services = services or SERVICES
    async with AsyncExitStack() as stack:
        ports = {name: free_port() for name in SERVICES}
        databases = {
            name: await stack.enter_async_context(postgres.clone(name)) for name in services if name != "gateway"
        }
        quiet = {"TASKSYNC_LOG_LEVEL": "warning", "TASKSYNC_SHUTDOWN_SECONDS": "0.5"}
        environ = {**SECRETS, **PATIENT, **quiet, **extra}
        for name in SERVICES:
            environ[f"TASKSYNC_{name.upper()}_URL"] = f"http://127.0.0.1:{ports[name]}"
            environ[f"TASKSYNC_{name.upper()}_BIND"] = f"127.0.0.1:{ports[name]}"
        for name, url in databases.items():
            environ[f"TASKSYNC_{name.upper()}_DATABASE_URL"] = url
        system = System(environ, ports, databases)
        system.session = await stack.enter_async_context(aiohttp.ClientSession())
        for name in services:
            await stack.enter_async_context(_running(system, name))
        yield system


async def until_ready(system: System) -> System:
    """A gateway serves nobody before it has heard of every service, and knows which tokens ended."""
    async with asyncio.timeout(30):
        while (await system.request("gateway", "GET", "/readyz")).status != 200:
            await asyncio.sleep(0.02)
    return system


@asynccontextmanager
async def run_replica(system: System, name: str) -> AsyncIterator[System]:
    """Runs one more of the service `name` on the same database; the system as seen through it."""
    port = free_port()
    environ = {**system.environ, f"TASKSYNC_{name.upper()}_BIND": f"127.0.0.1:{port}"}
    replica = replace(system, environ=environ, ports={**system.ports, name: port}, apps=dict(system.apps))
    replica.session = system.session
    async with _running(replica, name):
        yield replica


@asynccontextmanager
async def _running(system: System, name: str) -> AsyncIterator[None]:
    module = importlib.import_module(f"{name}.app")
    settings = load(module.Settings, name, system.environ)
    app = module.create_app(settings)
    system.apps[name] = app
    stop = asyncio.Event()
    server = asyncio.create_task(serve(app, settings, stop))
    try:
        await _until_open(system.ports[name], server)
        yield
    finally:
        stop.set()
        await server


async def _until_open(port: int, server: asyncio.Task[None]) -> None:
    async with asyncio.timeout(30):
        while True:
            if server.done():
                await server
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.005)
            else:
                writer.close()
                return

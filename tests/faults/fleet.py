"""The five services as processes, every connection between them and to PostgreSQL over a wire of its own."""

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import asyncpg

from tests.faults.processes import Program
from tests.faults.wires import Switchboard, Trigger, Wire, lay, lay_to_port
from tests.postgres import Postgres
from tests.system import SECRETS, SERVICES, System, free_port
from tests.users.people import GENEROUS

OWNERS = ("users", "rooms", "tasks")
GATEWAYS = ("gateway", "gateway-2")
_CALLS = [("test", name) for name in SERVICES]
_CALLS += [(name, "keys") for name in OWNERS] + [("keys", "users")]
_CALLS += [("gateway", name) for name in SERVICES if name != "gateway"]
_SETTINGS = {
    "TASKSYNC_LOG_LEVEL": "warning",
    "TASKSYNC_CALL_SECONDS": "5",
    "TASKSYNC_GATEWAY_REQUEST_SECONDS": "5",
    "TASKSYNC_TASKS_PURGE_SECONDS": "0.2",
    **GENEROUS,
}


@dataclass
class Fleet:
    """`system` speaks with the services over the wires of the caller `test`."""

    system: System
    programs: dict[str, Program]
    board: Switchboard
    databases: dict[str, "asyncpg.Connection[asyncpg.Record]"] = field(default_factory=dict)

    async def start(self) -> None:
        for program in self.programs.values():
            if not program.runs:
                await program.start()

    def arm(self, name: str, step: int) -> Trigger:
        """From now on, `kill -9` of the service instead of its `step`-th message."""
        self.board.trigger = Trigger(self.programs[name], step)
        return self.board.trigger

    def disarm(self) -> None:
        self.board.trigger = None

    def log(self, name: str) -> str:
        """The end of what the service has logged."""
        return self.programs[name].log.read_text()[-4000:]

    async def fetch(self, database: str, statement: str, *values: Any) -> list[asyncpg.Record]:
        """A look into a database, past the services."""
        return list(await self.databases[database].fetch(statement, *values))


@asynccontextmanager
async def run_fleet(postgres: Postgres, *names: str, **extra: str) -> AsyncIterator[Fleet]:
    """Runs `names` (all five without); `extra` are settings, by their full variable name."""
    names = names or SERVICES
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tasksync-faults-")))
        urls = {name: await stack.enter_async_context(postgres.clone(name)) for name in names if name != "gateway"}
        ports = {call: free_port() for call in _CALLS if call[1] in names}
        programs = {name: Program(name, _environ(name, ports, folder, extra), folder) for name in names}
        board = Switchboard()
        for (near, far), port in ports.items():
            await stack.enter_async_context(lay_to_port(Wire(board, near, far, programs[far].address), port))
        for name, url in urls.items():
            socket = Path(parse_qs(urlsplit(url).query)["host"][0]) / ".s.PGSQL.5432"
            entry = _socket_folder(folder, name)
            await stack.enter_async_context(lay(Wire(board, name, "postgres", socket), entry / socket.name))
            programs[name].environ[f"TASKSYNC_{name.upper()}_DATABASE_URL"] = _through(url, entry)
        system = System({}, {far: port for (near, far), port in ports.items() if near == "test"}, urls)
        system.session = await stack.enter_async_context(aiohttp.ClientSession())
        fleet = Fleet(system, programs, board)
        for name, url in urls.items():
            fleet.databases[name] = await asyncpg.connect(url)
            stack.push_async_callback(fleet.databases[name].close)
        try:
            await fleet.start()
            yield fleet
        finally:
            for program in programs.values():
                program.kill()


def _environ(name: str, ports: dict[tuple[str, str], int], folder: Path, extra: Mapping[str, str]) -> dict[str, str]:
    peers = {
        f"TASKSYNC_{far.upper()}_URL": f"http://127.0.0.1:{port}"
        for (near, far), port in ports.items()
        if near == name
    }
    return {**SECRETS, **_SETTINGS, **peers, **extra}


def _socket_folder(folder: Path, name: str) -> Path:
    made = folder / f"{name}-postgres"
    made.mkdir()
    return made


def _through(url: str, folder: Path) -> str:
    """The same database, at a socket in `folder`."""
    return urlsplit(url)._replace(query=f"host={folder}").geturl()


@asynccontextmanager
async def run_replicas(fleet: Fleet) -> AsyncIterator[Fleet]:
    """A second Keys, and a second tasks service that asks it, on the same databases; the fleet as seen past them."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tasksync-faults-")))
        ports = {name: free_port() for name in ("keys", "tasks")}
        for name, port in ports.items():
            environ = {**fleet.programs[name].environ, "TASKSYNC_KEYS_URL": f"http://127.0.0.1:{ports['keys']}"}
            program = Program(name, environ, folder)
            await program.start()
            stack.callback(program.kill)
            await stack.enter_async_context(lay_to_port(Wire(fleet.board, "test", name, program.address), port))
        system = replace(fleet.system, ports={**fleet.system.ports, **ports})
        system.session = fleet.system.session
        yield replace(fleet, system=system)


@asynccontextmanager
async def run_second_gateway(fleet: Fleet) -> AsyncIterator[None]:
    """One more gateway, as `gateway-2` of the fleet: it is started and killed as the others are."""
    first, second = GATEWAYS
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tasksync-faults-")))
        program, port = Program(first, fleet.programs[first].environ, folder), free_port()
        await program.start()
        stack.callback(program.kill)
        await stack.enter_async_context(lay_to_port(Wire(fleet.board, "test", second, program.address), port))
        fleet.programs[second], fleet.system.ports[second] = program, port
        try:
            yield
        finally:
            del fleet.programs[second], fleet.system.ports[second]

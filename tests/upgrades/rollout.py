"""The five services of the release before, and those of now beside them and then in their place."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.postgres import Postgres
from tests.system import SECRETS
from tests.upgrades.databases import DATABASES, bare_environ, database_environ, empty, migrate
from tests.upgrades.replicas import PRESENT, Code, Replica, previous
from tests.upgrades.ways import Way, opened
from tests.users.people import GENEROUS

# As deploy/roll.sh does it.
ORDER = ("keys", "users", "rooms", "tasks", "gateway")
_CALLS = [("users", "keys"), ("rooms", "keys"), ("tasks", "keys"), ("keys", "users")]
_CALLS += [("gateway", name) for name in DATABASES]
_SETTINGS = {
    "TASKSYNC_LOG_LEVEL": "warning",
    "TASKSYNC_CALL_SECONDS": "5",
    "TASKSYNC_GATEWAY_REQUEST_SECONDS": "5",
    "TASKSYNC_USERS_LOOKUP_PER_ACCOUNT": "100000",
    **SECRETS,
    **GENEROUS,
}


@dataclass
class Rollout:
    """`serving` are the replicas that get new connections, by service; `entrance` leads to the gateways.

    `calls` are the ways of each caller: of its version and name, to the service that it calls.
    """

    old: Code
    urls: dict[str, str]
    folder: Path
    stack: AsyncExitStack
    serving: dict[str, list[Replica]] = field(default_factory=lambda: {name: [] for name in ORDER})
    started: list[Replica] = field(default_factory=list)
    calls: dict[tuple[str, str, str], Way] = field(default_factory=dict)
    entrance: Way = field(init=False)

    async def open(self) -> None:
        """Starts the old services, which wait for each other."""
        self.entrance = await self.stack.enter_async_context(opened(Way(self.serving["gateway"])))
        for replica in await self._start(self.old):
            self.serving[replica.name].append(replica)
        await asyncio.gather(*(replica.until_ready() for replica in self.started))

    async def add_new(self) -> None:
        """The new services beside the old: they get connections when they are ready."""
        replicas = await self._start(PRESENT)
        await asyncio.gather(*(replica.until_ready() for replica in replicas))
        for replica in replicas:
            self.serving[replica.name].append(replica)

    async def retire_old(self, name: str) -> None:
        """No new connections, then SIGTERM."""
        replica = self.serving[name].pop(0)
        assert replica.code is self.old
        assert await replica.stop() == 0, replica.log.read_text()

    async def _start(self, code: Code) -> list[Replica]:
        replicas = [Replica(name, code, await self._environ(code, name), self.folder) for name in ORDER]
        self.started += replicas
        for replica in replicas:
            await replica.start()
        return replicas

    async def _environ(self, code: Code, name: str) -> dict[str, str]:
        own = {name: self.urls[name]} if name in self.urls else {}
        environ = {**bare_environ(), **_SETTINGS, **database_environ(own)}
        for far in (far for near, far in _CALLS if near == name):
            way = await self.stack.enter_async_context(opened(Way(self.serving[far])))
            self.calls[code.version, name, far] = way
            environ[f"TASKSYNC_{far.upper()}_URL"] = f"http://127.0.0.1:{way.port}"
        return environ

    def untried(self) -> list[str]:
        """The calls between two versions that are possible now, and that nobody has made yet.

        An old caller keeps the connections that it has: it needs a new one when the old service is gone.
        """
        found = []
        for (version, near, far), way in self.calls.items():
            if version not in {each.version for each in self.serving[near]}:
                continue
            others = {each.version for each in self.serving[far]} - {version}
            if (
                others
                and not others & way.used.keys()
                and (version == PRESENT.version or len(self.serving[far]) == 1)
            ):
                found.append(f"{near} {version} to {far} {others}")
        return found


@asynccontextmanager
async def deployed(postgres: Postgres) -> AsyncIterator[Rollout]:
    """The release before, on databases that it has made itself."""
    async with AsyncExitStack() as stack:
        old = stack.enter_context(previous())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tasksync-test-")))
        urls = await stack.enter_async_context(empty(postgres))
        await migrate(old, urls, folder)
        rollout = Rollout(old, urls, folder, stack)
        try:
            await rollout.open()
            yield rollout
        finally:
            await asyncio.gather(*(replica.kill() for replica in rollout.started))

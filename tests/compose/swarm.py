"""TaskSync as a stack of Docker Swarm, two replicas of each service, with a PostgreSQL beside it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from launch.settings import ROOT
from tests.compose.engine import POSTGRES, docker, run

STACK = "tasksync-swarm"
NETWORK = f"{STACK}_services"
DATABASE, BALANCER = f"{STACK}-postgres", f"{STACK}-balancer"
SERVICES = ("gateway", "users", "rooms", "tasks", "keys")


@dataclass
class Swarm:
    """The deployed stack. `secrets` is its folder of secrets; `port` that of the proxy before the gateways.

    The swarm's own way in needs IPVS in the kernel, which not every machine has: the proxy finds replicas by name.
    """

    port: int
    secrets: Path

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def deploy(self, version: str = "0.2.0") -> None:
        command = ["docker", "stack", "deploy", "--resolve-image", "never", "-c", "stack.yml", STACK]
        environ = {
            "TASKSYNC_SECRETS": str(self.secrets),
            "TASKSYNC_PORT": str(self.port + 1),
            "TASKSYNC_VERSION": version,
        }
        status, output = await run(*command, environ=environ)
        assert status == 0, output

    async def roll(self, version: str) -> None:
        """An update of every service, one after the other."""
        environ = {"TASKSYNC_VERSION": version, "TASKSYNC_LOCAL_IMAGES": "yes"}
        status, output = await run("sh", "deploy/roll.sh", STACK, environ=environ, seconds=900)
        assert status == 0, output

    async def migrate(self) -> None:
        status, output = await run(
            "sh", "deploy/migrate.sh", "--network", NETWORK, environ={"TASKSYNC_SECRETS": str(self.secrets)}
        )
        assert status == 0, output

    async def replicas(self, service: str) -> dict[str, str]:
        """The image of each replica that runs, by its id."""
        listed = await docker(
            "service", "ps", f"{STACK}_{service}", "--no-trunc", "--filter", "desired-state=running",
            "--format", "{{.ID}} {{.Image}} {{.CurrentState}}",
        )  # fmt: skip
        rows = [line.split(" ") for line in listed.splitlines()]
        return {row[0]: row[1] for row in rows if row[2] == "Running"}

    async def update_state(self, service: str) -> str:
        """`updating`, `completed`, `rollback_completed` and so on; empty before a first update."""
        found = json.loads(await docker("service", "inspect", f"{STACK}_{service}"))[0]
        state: str = (found.get("UpdateStatus") or {}).get("State", "")
        return state

    async def until_running(self, version: str) -> None:
        """Until two replicas of each service run that version, and no others, and no update is under way."""
        async with asyncio.timeout(600):
            for service in SERVICES:
                while not await self._is_at(service, version):
                    await asyncio.sleep(0.5)

    async def _is_at(self, service: str, version: str) -> bool:
        images = list((await self.replicas(service)).values())
        is_there = len(images) == 2 and all(image.endswith(f":{version}") for image in images)
        return is_there and await self.update_state(service) in {"", "completed"}


@asynccontextmanager
async def swarming(port: int, secrets: Path) -> AsyncIterator[Swarm]:
    """Deploys it, and takes all of it down at the end; the engine joins a swarm of its own if it is in none."""
    joined = (await run("docker", "swarm", "init", "--advertise-addr", "127.0.0.1"))[0] == 0
    swarm = Swarm(port, secrets)
    try:
        await swarm.deploy()
        await _start_postgres(secrets)
        await _start_balancer(port)
        await swarm.migrate()
        await swarm.until_running("0.2.0")
        yield swarm
    finally:
        await run("docker", "stack", "rm", STACK)
        await run("docker", "rm", "-f", "-v", DATABASE, BALANCER)
        if joined:
            await run("docker", "swarm", "leave", "--force")


async def _start_postgres(secrets: Path) -> None:
    """Under the name that the URLs of the secrets say; in earnest that is a server beside the swarm."""
    password = (secrets / "postgres_password").read_text()
    await docker(
        "run", "-d", "--name", DATABASE, "--network", NETWORK, "--network-alias", "postgres",
        "-e", f"POSTGRES_PASSWORD={password}", POSTGRES, "postgres", "-c", "max_connections=300",
    )  # fmt: skip
    async with asyncio.timeout(60):
        while (await run("docker", "exec", DATABASE, "pg_isready", "-q", "-h", "127.0.0.1"))[0]:
            await asyncio.sleep(0.3)
    await docker(
        "run", "--rm", "--network", NETWORK, "-v", f"{secrets}:/run/secrets:ro",
        "-v", f"{ROOT}/deploy:/deploy:ro", "--entrypoint", "sh", POSTGRES, "/deploy/databases.sh",
    )  # fmt: skip


async def _start_balancer(port: int) -> None:
    await docker(
        "run", "-d", "--name", BALANCER, "--network", NETWORK, "-p", f"127.0.0.1:{port}:8000",
        "-v", f"{ROOT}/tests/compose:/tests:ro", "tasksync/keys:0.2.0",
        "python", "/tests/balancer.py", "tasks.gateway", "8000",
    )  # fmt: skip

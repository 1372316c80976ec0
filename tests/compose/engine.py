"""The Docker engine, by its own command, and TaskSync as `compose.yml` runs it, under another name and port."""

import asyncio
import json
import os
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launch.settings import ROOT

POSTGRES = os.environ.get("POSTGRES_IMAGE", "postgres:17")


async def run(*command: str, environ: Mapping[str, str] | None = None, seconds: float = 300) -> tuple[int, str]:
    """The exit status of `command`, and all that it said."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env={**os.environ, **(environ or {})}, stdout=PIPE, stderr=STDOUT
    )
    async with asyncio.timeout(seconds):
        output, _ = await process.communicate()
    return process.returncode or 0, output.decode(errors="replace")


async def docker(*arguments: str) -> str:
    """What `docker` says; it must succeed."""
    status, output = await run("docker", *arguments)
    assert status == 0, (arguments, output)
    return output.strip()


async def beside(*command: str, options: tuple[str, ...] = ()) -> tuple[int, str]:
    """Runs `command` in a container of its own, which is no part of any system."""
    start = ["docker", "run", "--rm", "--user", "0", *options, "--entrypoint", command[0], POSTGRES]
    return await run(*start, *command[1:])


@dataclass
class Compose:
    """One system. `secrets` is its folder of secrets; `port` the gateway's on this machine."""

    project: str
    port: int
    secrets: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def attempt(self, *arguments: str, seconds: float = 300) -> tuple[int, str]:
        environ = {"TASKSYNC_SECRETS": str(self.secrets), "TASKSYNC_PORT": str(self.port), **self.environ}
        command = [
            "docker",
            "compose",
            "--env-file",
            os.devnull,
            "-p",
            self.project,
            "--progress",
            "quiet",
            *arguments,
        ]
        return await run(*command, environ=environ, seconds=seconds)

    async def __call__(self, *arguments: str, seconds: float = 300) -> str:
        status, output = await self.attempt(*arguments, seconds=seconds)
        assert status == 0, (arguments, output)
        return output.strip()

    async def up(self) -> None:
        status, output = await self.attempt("up", "-d", "--wait", seconds=400)
        assert status == 0, (output, await self("logs", "--tail", "20"))

    async def container(self, service: str) -> str:
        return await self("ps", "-aq", service)

    async def inspect(self, service: str) -> Any:
        """What the engine knows of the container of `service`."""
        return json.loads(await docker("inspect", await self.container(service)))[0]

    async def kill(self, service: str) -> int:
        """Kills its first process from outside, as the kernel does when memory ends, and returns which that was.

        `docker kill` is no such thing: to the engine that is a person's wish, and it starts nothing again.
        """
        process: int = (await self.inspect(service))["State"]["Pid"]
        status, output = await beside("sh", "-c", f"kill -9 {process}", options=("--pid=host",))
        assert status == 0, output
        return process

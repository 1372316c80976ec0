"""Databases that outlive the services on them: to restore them, to upgrade them, to start on them again."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.ids import new_id
from launch.postgres import programs_folder
from launch.settings import ROOT
from tests.postgres import Postgres


class Standing(Postgres):
    """`names` are the databases, by service. `run_system` takes it for the server that makes its databases."""

    def __init__(self, names: dict[str, str], postgres: Postgres) -> None:
        self.urls = {service: postgres.url(name) for service, name in names.items()}

    @asynccontextmanager
    async def clone(self, service: str) -> AsyncIterator[str]:
        yield self.urls[service]

    @property
    def environ(self) -> dict[str, str]:
        path = f"{programs_folder()}{os.pathsep}{os.environ['PATH']}"
        variables = {f"TASKSYNC_{name.upper()}_DATABASE_URL": url for name, url in self.urls.items()}
        return {**os.environ, **variables, "PATH": path}

    async def script(self, *command: str) -> str:
        code, output = await self.outcome(*command)
        assert code == 0, output
        return output

    async def outcome(self, *command: str) -> tuple[int | None, str]:
        """The exit code of a script, and what it said."""
        process = await asyncio.create_subprocess_exec(
            "sh",
            *command,
            cwd=ROOT,
            env=self.environ,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        return process.returncode, output.decode()


@asynccontextmanager
async def copies(postgres: Postgres, like: dict[str, str]) -> AsyncIterator[dict[str, str]]:
    """A copy of each, by name."""
    names = {service: f"copy_{service}_{new_id().hex}" for service in like}
    for service, name in names.items():
        await postgres.run(f"CREATE DATABASE {name} TEMPLATE {like[service]} STRATEGY file_copy")
    try:
        yield names
    finally:
        for name in names.values():
            await postgres.run(f"DROP DATABASE {name} WITH (FORCE)")

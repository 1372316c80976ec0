"""The whole system, from the first start to the last end."""

import asyncio
import sys
from collections.abc import Sequence

from launch.environ import service_environ
from launch.folder import DataFolder
from launch.leftovers import end_leftovers
from launch.postgres import Postgres
from launch.programs import Kept, Program, run_to_end
from launch.screen import LaunchError, progress, say, shown, table, tail
from launch.settings import DEFAULT_PORT, OWNERS, ROOT, SERVICES, Settings, check_ports
from launch.waiting import until_postgres_answers, until_ready

_ROTATE_SECONDS = 60.0
_STOP_SECONDS = 5.0
_POSTGRES_STOP_SECONDS = 10.0


class System:
    """`run` starts all and keeps it running, until it is cancelled; then it ends all, in bounded time."""

    def __init__(self, settings: Settings, folder: DataFolder) -> None:
        self._settings, self._folder = settings, folder
        self._postgres = Postgres(folder)
        self._kept: dict[str, Kept] = {}

    async def run(self) -> None:
        rotating = asyncio.create_task(self._rotate_logs())
        try:
            await self._start()
            self._show()
            # A keeper returns only when it is told to stop; one that fails must not fail in silence.
            # Not gather: cancelled, it would cancel the keepers too, and none would see its program end.
            ended, _ = await asyncio.wait([kept.task for kept in self._kept.values()], return_when="FIRST_COMPLETED")
            for keeper in ended:
                keeper.result()
        finally:
            rotating.cancel()
            await self._stop()

    async def _rotate_logs(self) -> None:
        while True:
            self._folder.rotate_logs()
            await asyncio.sleep(_ROTATE_SECONDS)

    async def _start(self) -> None:
        await end_leftovers(self._folder)
        check_ports(self._settings)
        await self._start_postgres()
        await self._migrate()
        progress(f"starting {', '.join(SERVICES)}")
        for name in SERVICES:
            self._keep(self._service(name))
        await until_ready(self._settings, self._kept)
        for kept in self._kept.values():
            kept.quiet = False

    async def _start_postgres(self) -> None:
        program = await self._postgres.prepare()
        progress("starting PostgreSQL")
        await until_postgres_answers(self._postgres, self._keep(program))
        await self._postgres.ensure_databases([f"tasksync_{name}" for name in OWNERS])

    async def _migrate(self) -> None:
        progress(f"migrating {', '.join(OWNERS)}")
        # One process for all: its imports take longer than what it then does.
        program = self._program("migrate", "chassis.migrate", *OWNERS, environ=self._environ(OWNERS))
        if await run_to_end(program) != 0:
            raise LaunchError(f"The databases cannot be migrated. {program.log} ends so:{tail(program.log)}")

    async def _stop(self) -> None:
        """The gateway first, so that what it has under way can end; the database last."""
        say("Stopping.")
        kept = {**self._kept}
        postgres, gateway = kept.pop("postgres", None), kept.pop("gateway", None)
        if gateway:
            await gateway.stop(_STOP_SECONDS)
        await asyncio.gather(*(each.stop(_STOP_SECONDS) for each in kept.values()))
        if postgres:
            await postgres.stop(_POSTGRES_STOP_SECONDS)
        self._postgres.clean_up()

    def _keep(self, program: Program) -> Kept:
        self._kept[program.name] = Kept(program)
        return self._kept[program.name]

    def _service(self, name: str) -> Program:
        return self._program(name, "chassis", name, environ=self._environ([name]))

    def _program(self, name: str, module: str, *arguments: str, environ: dict[str, str]) -> Program:
        return Program(
            name=name,
            command=[sys.executable, "-m", module, *arguments],
            environ=environ,
            folder=ROOT,
            log=self._folder.log(name),
            pid_file=self._folder.pid_file(name),
        )

    def _environ(self, names: Sequence[str]) -> dict[str, str]:
        return service_environ(self._settings, self._folder, self._postgres.url, names)

    def _show(self) -> None:
        url, port = self._settings.url("gateway"), self._settings.port
        rows = [["service", "address", "process", "log"]]
        for name in (*SERVICES, "postgres"):
            address = shown(self._folder.postgres) if name == "postgres" else self._settings.url(name)
            rows.append([name, address, str(self._kept[name].pid or ""), shown(self._folder.log(name))])
        progress("all are ready\n")
        say(table(rows))
        say(f"\n  Open        {url}")
        say(f"  The API     {url}/v1, described at {url}/docs, tried at {url}/console")
        say(f"  To fill it  {'' if port == DEFAULT_PORT else f'TASKSYNC_PORT={port} '}make demo\n")
        say("Ctrl-C ends all of it.")

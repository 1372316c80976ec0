"""`python -m launch up` runs the system until Ctrl-C; `demo` fills one that runs, `audit` checks it.

`backup` and `restore` are for its databases as a whole.
"""

import asyncio
import signal
import sys
from pathlib import Path

from launch import settings
from launch.demo import demo
from launch.folder import DataFolder
from launch.maintenance import audit, backup, doctor, restore
from launch.screen import LaunchError, complain
from launch.settings import Settings
from launch.system import System


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case ["up"]:
                asyncio.run(up(settings.load()))
            case ["audit", *options]:
                return audit(settings.load(), options)
            case ["doctor"]:
                return doctor(settings.load())
            case ["backup", to]:
                return asyncio.run(backup(settings.load(), Path(to).absolute()))
            case ["restore", source, *services]:
                return asyncio.run(restore(settings.load(), Path(source).absolute(), services))
            case ["demo"]:
                asyncio.run(demo(settings.load()))
            case _:
                complain(
                    "usage: python -m launch up|demo|doctor|audit [--repair]|backup FOLDER|restore BACKUP [NAME...]"
                )
                return 2
    except LaunchError as error:
        complain(str(error))
        return 1
    return 0


async def up(found: Settings) -> None:
    """Runs the system until a signal ends it. Raises LaunchError."""
    folder = DataFolder(found.data)
    with folder.held():
        stop = asyncio.Event()
        _stop_on_signals(stop)
        running = asyncio.create_task(System(found, folder).run())
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
        # Once only: a second Ctrl-C must not cut short the ending itself, which is bounded.
        running.cancel()
        stopped.cancel()
        await asyncio.wait({running})
        if not running.cancelled() and (error := running.exception()):
            raise error


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # nohup has us ignore the end of the terminal.
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, stop.set)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

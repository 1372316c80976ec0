"""`python -m chassis SERVICE` runs one service in this process, until SIGTERM or SIGINT."""

import asyncio
import gc
import sys

import uvloop
from quart import Quart

from chassis import lean  # noqa: F401
from chassis.server import serve_until_signalled
from chassis.service import find_app
from chassis.settings import ServiceSettings, SettingsError, load


def main(arguments: list[str]) -> int:
    module = find_app(arguments[0]) if len(arguments) == 1 else None
    if module is None:
        print("usage: python -m chassis users|rooms|tasks|keys|gateway", file=sys.stderr)
        return 2
    try:
        settings: ServiceSettings = load(module.Settings, arguments[0])
        app: Quart = module.create_app(settings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    # What is there now stays to the end, and a request leaves little behind that only a collection finds.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            runner.run(serve_until_signalled(app, settings))
        except OSError as error:
            print(f"{arguments[0]} cannot serve at {settings.bind}: {error.strerror or error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python -m chassis.openapi SERVICE...` prints the public document of these services, read together."""

import importlib
import sys
import tomllib
from pathlib import Path
from typing import Any

import msgspec
from quart import Quart

from chassis.openapi import COOKIES, OPEN_OPERATIONS, Operation
from chassis.openapi.describe import describe
from chassis.openapi.merge import MergeError, merge
from chassis.settings import ServiceSettings, load

_PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def generate(services: list[str]) -> bytes:
    """The document, laid out for reading. Raises MergeError."""
    apps = [create_app(name) for name in services]
    open_operations = {each for app in apps for each in app.extensions.get(OPEN_OPERATIONS, ())}
    cookies: dict[Operation, str] = {}
    for app in apps:
        cookies |= app.extensions.get(COOKIES, {})
    document = merge(_info(), [describe(app) for app in apps], open_operations, cookies)
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def create_app(name: str) -> Quart:
    """The app of the service `name`, with made-up settings: to look at, not to serve."""
    module = importlib.import_module(f"{name}.app")
    environ = {f"TASKSYNC_{field.name}".upper(): _example(field.name) for field in _required(module.Settings)}
    environ["TASKSYNC_LOG_LEVEL"] = "error"
    app: Quart = module.create_app(load(module.Settings, name, environ))
    return app


def _required(kind: type[ServiceSettings]) -> list[msgspec.structs.FieldInfo]:
    return [field for field in msgspec.structs.fields(kind) if field.required]


def _example(setting: str) -> str:
    """A value to create an app with; nothing is connected to before it is served."""
    if setting == "database_url":
        return "postgresql://nobody@127.0.0.1/none"
    if setting.endswith("_url"):
        return "http://127.0.0.1:1"
    return "127.0.0.1:0" if setting == "bind" else "0" * 64


def _info() -> dict[str, Any]:
    project = tomllib.loads(_PROJECT.read_text())["project"]
    return {
        "title": "TaskSync",
        "version": project["version"],
        "description": project["description"] + ".",
        "license": {"name": project["license"], "identifier": project["license"]},
    }


def main(services: list[str]) -> int:
    if not services:
        print("usage: python -m chassis.openapi SERVICE...", file=sys.stderr)
        return 2
    try:
        sys.stdout.buffer.write(generate(services))
    except MergeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

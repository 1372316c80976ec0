"""The launcher's settings, and the list of all settings."""

import importlib
import re
import socket
from pathlib import Path

import msgspec
import pytest

import chassis.settings
from launch.screen import LaunchError
from launch.settings import ROOT, SERVICES, check_ports, load, read_file
from tests.launch.ports import free_ports


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# a comment\n\nTASKSYNC_PORT=9000\nexport TASKSYNC_DATA='/srv/data'\n")
    settings = load({"TASKSYNC_PORT": "9100"}, file)
    assert settings.port == 9100
    assert settings.data == Path("/srv/data")
    assert settings.url("keys") == "http://127.0.0.1:9104"


def test_without_any_setting_the_defaults_hold(tmp_path: Path) -> None:
    settings = load({}, tmp_path / "none")
    assert (settings.port, settings.data) == (8000, Path.cwd() / ".data")


@pytest.mark.parametrize("port", ["0", "65532", "http", "-1", "٣", "8000.5"])
def test_a_port_that_is_none_is_refused_in_one_sentence(port: str, tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match=r"TASKSYNC_PORT is .* must be a number from 1 to 65531"):
        load({"TASKSYNC_PORT": port}, tmp_path / "none")


def test_a_line_that_sets_nothing_is_refused_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("TASKSYNC_PORT=1\nnonsense\n")
    with pytest.raises(LaunchError, match="Line 2 of"):
        read_file(file)


def test_a_taken_port_is_named_with_its_service(tmp_path: Path) -> None:
    with socket.socket() as taken:
        first = free_ports()
        port = first + SERVICES.index("rooms")
        taken.bind(("127.0.0.1", port))
        taken.listen()
        settings = load({"TASKSYNC_PORT": str(first)}, tmp_path / "none")
        with pytest.raises(LaunchError, match=rf"Port {port}, for rooms, cannot be used"):
            check_ports(settings)


def test_a_port_is_free_again_at_once_after_its_server_ended(tmp_path: Path) -> None:
    port = free_ports()
    with socket.create_server(("127.0.0.1", port)) as server:
        client = socket.create_connection(("127.0.0.1", port))
        accepted, _ = server.accept()
        # The side that closes first leaves the port waiting.
        accepted.close()
        client.close()
    settings = load({"TASKSYNC_PORT": str(port)}, tmp_path / "none")
    with socket.socket() as bare, pytest.raises(OSError):
        bare.bind(("127.0.0.1", port))
    check_ports(settings)


def test_env_example_lists_each_setting_and_no_other() -> None:
    listed = set(re.findall(r"^#?\s?(TASKSYNC_\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert listed == _settings() | _of_containers() | {"TASKSYNC_PORT", "TASKSYNC_DATA"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_default_that_env_example_shows_changes_nothing_when_it_is_set(service: str) -> None:
    kind = importlib.import_module(f"{service}.app").Settings
    fields = {f"TASKSYNC_{service}_{each.name}".upper(): each for each in msgspec.structs.fields(kind)}
    needed = {name: "s" * 32 for name, each in fields.items() if each.required}
    shown = dict(re.findall(r"^# (TASKSYNC_\w+)=(.+)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    # Where a field is nothing unless it is given, an example is shown.
    defaults = {name: value for name, value in shown.items() if name not in fields or fields[name].default != ""}
    given = chassis.settings.load(kind, service, defaults | needed)
    assert given == chassis.settings.load(kind, service, needed)


def _of_containers() -> set[str]:
    files = (ROOT / "compose.yml", ROOT / "stack.yml", *(ROOT / "deploy").glob("*.sh"))
    return {name for file in files for name in re.findall(r"\$\{(TASKSYNC_\w+)", file.read_text())}


def _settings() -> set[str]:
    """The variable of each setting: with the name of its service if only that one has it, else without."""
    owners: dict[str, list[str]] = {}
    for service in SERVICES:
        for field in msgspec.structs.fields(importlib.import_module(f"{service}.app").Settings):
            owners.setdefault(field.name, []).append(service)
    return {variable.upper() for name, services in owners.items() for variable in _variables(name, services)}


def _variables(name: str, services: list[str]) -> list[str]:
    if name in {"bind", "database_url"}:
        return [f"TASKSYNC_{service}_{name}" for service in services]
    # Where a service is reached is told to all alike: its name stands in the field.
    is_shared = len(services) > 1 or name.endswith("_url")
    return [f"TASKSYNC_{name}" if is_shared else f"TASKSYNC_{services[0]}_{name}"]

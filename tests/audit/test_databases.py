"""What the step `databases` makes of a URL is what a service that reads the URL will send."""

import asyncio
import hashlib
import hmac
import os
from base64 import b64decode
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import asyncpg
import pytest

from chassis.ids import new_id
from launch.postgres import programs_folder
from launch.settings import ROOT
from tests.postgres import Postgres

SERVICES = ("users", "rooms", "tasks", "keys")
_PASSWORDS = dict(zip(SERVICES, ("plain", "p@ss:word/", "50% 'of' \\ \"it\"", "großes%40"), strict=True))


@pytest.fixture
async def names(postgres: Postgres) -> AsyncIterator[dict[str, str]]:
    """Of a role and its database for each service, which are gone afterwards."""
    names = {service: f"made_{service}_{new_id().hex}" for service in SERVICES}
    yield names
    for name in names.values():
        await postgres.run(f"DROP DATABASE {name}")
        await postgres.run(f"DROP ROLE {name}")


def write_secrets(folder: Path, names: dict[str, str]) -> str:
    """Returns the script, which reads them there."""
    (folder / "postgres_password").write_text("any")
    for service, name in names.items():
        url = f"postgresql://{name}:{quote(_PASSWORDS[service], safe='')}@postgres:5432/{name}"
        (folder / f"{service}_database_url").write_text(url)
    return (ROOT / "deploy/databases.sh").read_text().replace("/run/secrets", str(folder))


def is_password(password: str, stored: str) -> bool:
    """Whether it is the one behind what PostgreSQL stores (RFC 5802)."""
    _, numbers, keys = stored.split("$")
    iterations, salt = numbers.split(":")
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), b64decode(salt), int(iterations))
    return hmac.digest(salted, b"Server Key", "sha256") == b64decode(keys.split(":")[1])


async def test_a_password_is_what_its_url_says(postgres: Postgres, names: dict[str, str], tmp_path: Path) -> None:
    script = write_secrets(tmp_path, names)
    host = urlsplit(postgres.url("postgres")).query.removeprefix("host=")
    path = f"{programs_folder()}{os.pathsep}{os.environ['PATH']}"
    environ = {**os.environ, "PATH": path, "PGHOST": host}
    process = await asyncio.create_subprocess_exec("sh", "-c", script, env=environ)
    assert await process.wait() == 0
    connection = await asyncpg.connect(postgres.url("postgres"))
    rows = await connection.fetch("SELECT rolname, rolpassword FROM pg_authid")
    stored = {row["rolname"]: row["rolpassword"] for row in rows}
    await connection.close()
    assert [service for service in SERVICES if not is_password(_PASSWORDS[service], stored[names[service]])] == []

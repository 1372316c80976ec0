"""A database that an early version filled serves on, through all migrations since: `before_0_1_0` is the demo as the
code of commit bcb0719 left it, of before the feeds. In `test_rolling.py` the last release fills its own."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from audit.__main__ import run
from chassis.ids import new_id
from chassis.migrate import upgrade
from launch.team import PASSWORD
from tests.postgres import Postgres
from tests.standing import Standing
from tests.system import System, run_system, until_ready

_HERE = Path(__file__).parent
EARLIER = sorted(path.name for path in _HERE.iterdir() if (path / "keys.sql").exists())
SERVICES = ("users", "rooms", "tasks", "keys")


@pytest.fixture(params=EARLIER)
async def filled(request: pytest.FixtureRequest, postgres: Postgres) -> AsyncIterator[Standing]:
    """Its four databases, as they were left."""
    names = {service: f"earlier_{service}_{new_id().hex}" for service in SERVICES}
    for service, name in names.items():
        await postgres.run(f"CREATE DATABASE {name}")
        connection = await asyncpg.connect(postgres.url(name))
        await connection.execute((_HERE / request.param / f"{service}.sql").read_text())
        await connection.close()
    yield Standing(names, postgres)
    for name in names.values():
        await postgres.run(f"DROP DATABASE {name} WITH (FORCE)")


async def sign_in(system: System) -> dict[str, str]:
    body = {"email": "amara@linden-bikes.example", "password": PASSWORD}
    reply = await system.request("gateway", "POST", "/v1/auth/login", json=body)
    assert reply.status == 200, reply.body
    return {"Authorization": f"Bearer {reply.json()['access_token']}"}


async def test_what_an_earlier_version_wrote_is_there_and_goes_on(filled: Standing) -> None:
    for service, url in filled.urls.items():
        await asyncio.to_thread(upgrade, service, url)
    async with run_system(filled) as system:
        headers = await sign_in(await until_ready(system))
        rooms = (await system.request("gateway", "GET", "/v1/rooms", headers=headers)).json()["items"]
        assert len(rooms) == 3
        tasks, written = [], 0
        for room in rooms:
            path = f"/v1/rooms/{room['id']}"
            view = (await system.request("gateway", "GET", f"{path}?strict=true", headers=headers)).json()
            assert set(view["parts"].values()) == {"ok"}
            tasks += view["tasks"]["items"]
            if "task.create" not in view["access"]["actions"]:
                continue
            written += 1
            made = await system.request("gateway", "POST", f"{path}/tasks", headers=headers, json={"title": "After"})
            assert made.status == 201, made.body
            log = await system.request("gateway", "GET", f"{path}/activity", headers=headers)
            assert (log.status, log.json()["items"][0]["op"]) == (200, "create")
        assert (len(tasks), written) == (40, 2)
        assert await run(filled.urls, repair=False) == 0

"""`make demo`: a team in a running system, made once."""

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE, STDOUT

import aiohttp

from launch.settings import ROOT
from launch.team import DOMAIN, PASSWORD, PEOPLE, ROOMS
from tests.e2e.launched import Launched
from tests.launch.ports import free_ports


async def _demo(port: int) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "launch", "demo"),
        env={**os.environ, "TASKSYNC_PORT": str(port)},
        cwd=ROOT,
        stdout=PIPE,
        stderr=STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


async def test_a_team_is_made_once_and_one_of_them_can_sign_in(system: Launched, http: aiohttp.ClientSession) -> None:
    status, first = await _demo(system.port)
    assert status == 0, first
    assert f"{len(PEOPLE)} people" in first
    status, second = await _demo(system.port)
    assert status == 0
    assert second.startswith("The demo team is there already.")
    # Both times it ends with the same sign-in and the same call.
    assert first[first.index("\nSign in") :] == second[second.index("\nSign in") :]

    person = {"email": f"amara@{DOMAIN}", "password": PASSWORD}
    async with http.post(f"{system.base}/v1/auth/login", json=person) as answer:
        token = (await answer.json())["access_token"]
    path = re.findall(r"/v1/rooms/\S+", second)[0]
    async with http.get(system.base + path, headers={"Authorization": f"Bearer {token}"}) as answer:
        view = await answer.json()
    assert view["room"]["name"] == ROOMS[0].name
    assert len(view["members"]["items"]) == 1 + len(ROOMS[0].members)
    assert {task["title"] for task in view["tasks"]["items"]} == {task.title for task in ROOMS[0].tasks}


async def test_without_a_running_system_the_demo_says_so() -> None:
    port = free_ports()
    assert await _demo(port) == (1, f"Nothing answers at http://127.0.0.1:{port}; `make up` starts the system.\n")

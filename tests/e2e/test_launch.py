"""`make up`, as a person meets it: it starts, mends, ends, finds its data again, and says plainly what is wrong."""

import os
import re
import signal
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.e2e.launched import PROGRAMS, Launched, launched, running
from tests.launch.polling import until

_PERSON = {"email": "ada@example.org", "password": "a long enough password"}


async def _status(http: aiohttp.ClientSession, url: str) -> int:
    try:
        async with http.get(url) as answer:
            return answer.status
    except aiohttp.ClientError:
        return 0


async def _post(http: aiohttp.ClientSession, url: str, body: dict[str, str]) -> tuple[int, Any]:
    async with http.post(url, json=body) as answer:
        return answer.status, await answer.json()


async def test_it_says_what_runs_where_and_all_of_it_does(system: Launched, http: aiohttp.ClientSession) -> None:
    assert await _status(http, f"{system.base}/readyz") == 200
    assert await _status(http, f"{system.base}/docs") == 200
    assert running(system.pids()) == set(PROGRAMS)
    for name, pid in system.pids().items():
        assert re.search(rf"^  {name} .* {pid} +.*{name}\.log$", system.output, re.MULTILINE)
    assert f"{system.base}/docs" in system.output


async def test_no_secret_is_shown_or_logged(system: Launched) -> None:
    secrets = re.findall(r'": "([^"]+)"', (system.data / "secrets.json").read_text())
    texts = [system.output, *(log.read_text() for log in (system.data / "log").iterdir())]
    assert len(secrets) == 3
    assert not [secret for secret in secrets for text in texts if secret in text]


async def test_what_is_killed_is_back(system: Launched, http: aiohttp.ClientSession) -> None:
    """All at once: the hardest case, and the time of one."""
    before = system.pids()
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    await until(lambda: not {0, *before.values()} & set(system.pids().values()), seconds=20)

    async def is_ready() -> bool:
        return await _status(http, f"{system.base}/readyz") == 200

    await until(is_ready, seconds=30)
    assert running(system.pids()) == set(PROGRAMS)


async def test_a_second_launcher_on_the_same_folder_is_refused(system: Launched) -> None:
    second = Launched(system.data)
    assert await second.start() == 1
    assert second.process is not None
    assert system.process is not None
    assert re.fullmatch(
        rf"TaskSync already runs on the data folder {system.data} \(process {system.process.pid}\); .*\n",
        second.output,
    )
    assert running(system.pids()) == set(PROGRAMS)


async def test_a_taken_port_is_one_sentence(system: Launched, folder: Path) -> None:
    second = Launched(folder, port=system.port)
    assert await second.start() == 1
    assert re.search(
        rf"^Port {system.port}, for gateway, cannot be used \(.*\); set TASKSYNC_PORT", second.output, re.M
    )
    assert "Traceback" not in second.output
    assert not list((folder / "run").glob("*.pid"))


@pytest.mark.parametrize("place", ["file", "/proc/no/such/place"])
async def test_a_folder_that_cannot_be_written_is_one_sentence(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    system = Launched(tmp_path / place)
    assert await system.start() == 1
    assert re.fullmatch(r"The data folder .* cannot be written \(.*\); set TASKSYNC_DATA .*\n", system.output)


async def test_a_life(folder: Path, http: aiohttp.ClientSession) -> None:
    """Killed, started again, ended by Ctrl-C, and at last with a broken database. A start is dear: one test."""
    async with launched(folder) as system:
        status, _ = await _post(http, f"{system.base}/v1/auth/register", {**_PERSON, "name": "Ada"})
        assert status == 201
        left = system.pids()

        await system.end(signal.SIGKILL)
        assert await system.start() is None
        assert running(left) == set()
        status, _ = await _post(http, f"{system.base}/v1/auth/login", _PERSON)
        assert status == 200

        pids, began = system.pids(), time.monotonic()
        assert await system.end(signal.SIGINT) == 0
        assert time.monotonic() - began < 8
        assert running(pids) == set()
        assert not list((folder / "run").glob("*.pid"))

        (folder / "postgres" / "global" / "pg_control").write_bytes(b"")
        assert await system.start() == 1
        assert f"PostgreSQL does not start on the database in {folder}/postgres. " in system.output
        assert "Traceback" not in system.output

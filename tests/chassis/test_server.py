"""A service ends in bounded time, whatever is open, and finishes what it can."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from chassis.__main__ import main
from chassis.passport import HEADER
from tests.chassis.laboratory import (
    OFFICE,
    Lab,
    count_things,
    lab_database,
    run_lab,
    until_backends,
    until_logged,
)
from tests.launch.polling import until
from tests.postgres import Postgres

PATIENT = {"TASKSYNC_SHUTDOWN_SECONDS": "60"}
# What ends as it should is quicker by far than one that waits, and than what it cuts.
QUICK = 20.0
HASTY = {"TASKSYNC_SHUTDOWN_SECONDS": "0.5"}


def assert_quiet_end(lab: Lab) -> None:
    """Nothing was left to the event loop to complain about."""
    assert lab.process.exitcode == 0
    assert not [line for line in lab.lines if "Traceback" in line or "never retrieved" in line], lab.lines


@asynccontextmanager
async def open_stream(lab: Lab) -> AsyncIterator[aiohttp.StreamReader]:
    """A stream that has begun."""
    async with lab.session.get(f"{lab.url}/stream", headers={HEADER: OFFICE.issue()}) as response:
        assert await response.content.readline() == b"tick\n"
        yield response.content


async def test_idle_kept_connections_do_not_delay_the_end() -> None:
    async with run_lab(**PATIENT) as lab:
        await asyncio.gather(*(lab.call("GET", "/sleep/0.05") for _ in range(20)))
        assert await lab.stop(50) < QUICK
    assert_quiet_end(lab)


async def test_a_request_under_way_is_finished(postgres: Postgres) -> None:
    async with lab_database(postgres) as url:
        async with run_lab(url, **PATIENT) as lab:
            under_way = asyncio.create_task(lab.call("GET", "/hold/3.0"))
            await until_backends(url, "idle in transaction", 1)
            await lab.stop(50)
            assert (await under_way).status == 204
        assert_quiet_end(lab)
        assert await count_things(url) == 1


async def test_a_request_that_lasts_too_long_is_cut_and_undone(postgres: Postgres) -> None:
    async with lab_database(postgres) as url:
        async with run_lab(url, **HASTY, TASKSYNC_DATABASE_SECONDS="60") as lab:
            under_way = asyncio.create_task(lab.call("GET", "/hold/60.0"))
            await until_backends(url, "idle in transaction", 1)
            assert await lab.stop(50) < QUICK
            reply = await under_way
            assert (reply.status, reply.code) == (503, "stopping")
            assert reply.headers["Content-Type"] == "application/problem+json"
        assert_quiet_end(lab)
        assert await count_things(url) == 0


async def test_an_open_stream_is_cut_and_its_generator_closed() -> None:
    async with run_lab(**PATIENT) as lab:
        async with open_stream(lab) as content:
            assert await lab.stop(50) < QUICK
            with pytest.raises(aiohttp.ClientPayloadError):
                await content.read()
    assert_quiet_end(lab)
    assert len(lab.logged("stream.ended")) == 1
    # It was not waited for.
    assert lab.logged("server.stopping", requests_cut=0)


async def test_a_client_that_sends_half_a_request_does_not_delay_the_end() -> None:
    async with run_lab(**HASTY) as lab:
        _, writer = await asyncio.open_connection("127.0.0.1", lab.port)
        writer.write(b"POST /things HTTP/1.1\r\nHost: lab\r\nContent-Length: 100\r\n\r\n{")
        await writer.drain()
        assert await lab.stop(50) < QUICK
        writer.close()
    assert_quiet_end(lab)


async def test_while_it_stops_it_takes_no_new_connection() -> None:
    async with run_lab(**PATIENT) as lab:
        under_way = asyncio.create_task(lab.call("GET", "/sleep/1.0"))
        await until_logged(lab, "sleep.began")
        stopping = asyncio.create_task(lab.stop(50))

        async def is_closed() -> bool:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", lab.port)
            except ConnectionRefusedError:
                return True
            writer.close()
            return False

        await until(is_closed)
        await stopping
        assert (await under_way).status == 204


async def test_a_client_that_leaves_ends_its_request() -> None:
    async with run_lab(**PATIENT) as lab:
        async with open_stream(lab):
            pass
        await until_logged(lab, "stream.ended")


async def test_a_port_that_is_taken_is_one_sentence() -> None:
    async with run_lab() as lab:
        with pytest.raises(RuntimeError) as raised:
            async with run_lab(TASKSYNC_BIND=f"127.0.0.1:{lab.port}"):
                pass
        lines = [line for line in str(raised.value).splitlines() if not line.startswith("{")]
        assert lines == [f"tests.chassis.lab cannot serve at 127.0.0.1:{lab.port}: Address already in use"]


@pytest.mark.parametrize("names", [[], ["rooms", "keys"], ["nonsense"]])
def test_a_name_that_no_service_has_is_told_those_that_there_are(
    names: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(names) == 2
    assert capsys.readouterr().err == "usage: python -m chassis users|rooms|tasks|keys|gateway\n"

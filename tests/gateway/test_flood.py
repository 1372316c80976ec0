"""When there is no room, a read is refused before it is parsed, and its connection stays good."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from tests.gateway.faulty import away, frozen
from tests.gateway.people import Person
from tests.system import System, run_replica, until_ready

APP, OTHER = "https://app.example.org", "https://evil.example"
SMALL = {
    "TASKSYNC_GATEWAY_REQUESTS_AT_ONCE": "1",
    "TASKSYNC_GATEWAY_REQUESTS_WAITING": "1",
    "TASKSYNC_GATEWAY_CORS_ORIGINS": APP,
}
READ = "GET /v1/roles HTTP/1.1\r\nHost: example.org\r\n"
# A header that is none: whoever parses it answers 400.
UNPARSED = f"{READ}none\r\n\r\n"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Line:
    """One connection, as a client has it that knows nothing of HTTP but this."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, request: str) -> Answer:
        self.writer.write(request.encode())
        return await self.next_answer()

    async def next_answer(self) -> Answer:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await self.reader.readexactly(int(headers["content-length"]))
        return Answer(int(head[0].split()[1]), headers, body)


@asynccontextmanager
async def line_to(system: System) -> AsyncIterator[Line]:
    line = Line(*await asyncio.open_connection("127.0.0.1", system.ports["gateway"]))
    try:
        yield line
    finally:
        line.writer.close()


@pytest.fixture
async def small(system: System) -> AsyncIterator[System]:
    """A gateway that works on one request at once, and lets one more wait."""
    changed = replace(system, environ={**system.environ, **SMALL})
    changed.session = system.session
    async with run_replica(changed, "gateway") as replica:
        yield await until_ready(replica)


@asynccontextmanager
async def full(system: System, ada: Person) -> AsyncIterator[None]:
    """One request hangs at a frozen Keys, and others wait for its place, one after the other."""
    door = system.apps["gateway"].extensions["tasksync.admission"]
    headers = {"Authorization": f"Bearer {ada.token}"}

    async def ask_on() -> None:
        while True:
            await system.request("gateway", "GET", "/v1/roles", headers=headers)

    with frozen() as port:
        async with away(system, "keys", port, seconds=30):
            asking = [asyncio.create_task(ask_on()) for _ in range(2)]
            async with asyncio.timeout(20):
                while not door.is_full("read"):
                    await asyncio.sleep(0.005)
            yield
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)


async def test_a_read_without_room_is_refused_before_it_is_parsed(small: System, ada: Person) -> None:
    async with line_to(small) as line:
        assert (await line.ask(UNPARSED)).status == 400
    async with line_to(small) as line, full(small, ada):
        first, second = await line.ask(UNPARSED), await line.ask(UNPARSED)
    for refusal in (first, second):
        problem = json.loads(refusal.body)
        assert (refusal.status, problem["code"], refusal.headers["retry-after"]) == (503, "busy", "1")
        assert refusal.headers["content-type"] == "application/problem+json"
        assert refusal.headers["x-content-type-options"] == "nosniff"
        assert problem["request_id"] == refusal.headers["request-id"]
    assert first.headers["request-id"] != second.headers["request-id"]


async def test_a_page_of_a_listed_origin_may_read_the_refusal(small: System, ada: Person) -> None:
    """Without these headers its browser tells it of a broken network, and not to come again."""

    async def ask(line: Line, origin: str) -> tuple[int, dict[str, str]]:
        answer = await line.ask(f"{READ}Origin: {origin}\r\n\r\n")
        names = {name for name in answer.headers if name.startswith("access-control-") or name == "vary"}
        return answer.status, {name: answer.headers[name] for name in names}

    async with line_to(small) as line:
        served = {origin: (await ask(line, origin))[1] for origin in (APP, OTHER)}
        assert served[APP]["access-control-allow-origin"] == APP
        async with full(small, ada):
            for origin in (APP, OTHER):
                status, headers = await ask(line, origin)
                assert (status, as_sets(headers)) == (503, as_sets(served[origin]))


def as_sets(headers: dict[str, str]) -> dict[str, set[str]]:
    return {name: {each.strip() for each in value.split(",")} for name, value in headers.items()}


async def test_after_a_refusal_the_connection_goes_on(small: System, ada: Person) -> None:
    async with line_to(small) as line:
        async with full(small, ada):
            assert (await line.ask(f"{READ}\r\n")).status == 503
        async with asyncio.timeout(20):
            while (answer := await line.ask(f"{READ}\r\n")).status == 503:
                await asyncio.sleep(0.005)
        assert answer.status == 401


async def test_what_is_not_one_whole_read_of_the_api_goes_the_long_way(small: System, ada: Person) -> None:
    async with line_to(small) as line, line_to(small) as other, full(small, ada):
        assert (await other.ask(f"{READ.replace('/v1/roles', '/livez')}\r\n")).status == 200
        assert (await line.ask(f"{READ}\r\n{READ}\r\n")).status == 503
        assert (await line.next_answer()).status == 503


async def test_the_body_of_a_refused_read_is_not_taken_for_a_request(small: System, ada: Person) -> None:
    """It would be another client's, if a proxy sent both over one connection."""
    smuggled = f"{READ}\r\n"
    async with line_to(small) as line, full(small, ada):
        assert (await line.ask(f"{READ}content-length: {len(smuggled)}\r\n\r\n")).status == 503
        line.writer.write(smuggled.encode())
        # Needs no room: of what stands in the body, the answer would be another refusal.
        assert (await line.ask(f"{READ.replace('/v1/roles', '/livez')}\r\n")).status == 200


async def test_bodies_that_do_not_come_shut_nobody_out(small: System, ada: Person) -> None:
    """Nobody need sign in to send the head of a sign-in."""
    head = "POST /v1/auth/login HTTP/1.1\r\nHost: example.org\r\nContent-Length: 10\r\n\r\n"
    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(line_to(small)) for _ in range(5)]
        for line in lines[1:]:
            line.writer.write(head.encode())
        for _ in range(3):
            answer = await lines[0].ask(f"{READ}Authorization: Bearer {ada.token}\r\n\r\n")
            assert answer.status == 200
        lines[1].writer.write(b"0123456789")
        assert (await lines[1].next_answer()).status == 415


async def test_requests_on_their_way_to_the_door_count(small: System) -> None:
    """Of many that come at the same moment no more are let on than there is room for, and none is forgotten."""
    door = small.apps["gateway"].extensions["tasksync.admission"]
    lines = [Line(*await asyncio.open_connection("127.0.0.1", small.ports["gateway"])) for _ in range(40)]
    answers = await asyncio.gather(*(line.ask(f"{READ}\r\n") for line in lines))
    assert {answer.status for answer in answers} <= {401, 503}
    assert answers[0].status == 401
    for line in lines:
        line.writer.close()
    async with asyncio.timeout(20):
        while door.expected or not door._free:
            await asyncio.sleep(0.005)

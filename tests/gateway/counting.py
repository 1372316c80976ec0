"""Counts what one public request costs inside: the calls between services, and the SQL statements of each."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
import structlog
from asyncpg.connection import LoggedQuery

from chassis.database import Connection, Database
from chassis.peers import Answer, HttpTransport
from gateway.views.memory import EXTENSION as MEMORY
from gateway.views.memory import Memory
from tests.gateway.people import Person

_OF_THE_DRIVER = ("'jit'", "typeinfo_tree")


class Costs:
    """By request id, which goes through every hop: what was called and what was executed, background work apart."""

    def __init__(self) -> None:
        self._calls: list[tuple[str, str]] = []
        self._statements: list[tuple[str, str]] = []

    def note_call(self, what: str) -> None:
        self._calls.append((_request_id(), what))

    def note_statement(self, record: LoggedQuery) -> None:
        # What the driver asks once on each new connection is no part of a view.
        if not any(word in record.query for word in _OF_THE_DRIVER):
            self._statements.append((_request_id(), record.query))

    def calls(self, request_id: str) -> list[str]:
        return sorted(what for each, what in self._calls if each == request_id)

    def statements(self, request_id: str) -> list[str]:
        return [query for each, query in self._statements if each == request_id]

    async def of(self, person: Person, path: str) -> tuple[list[str], int]:
        """The services that a GET of `path` asks, and the number of statements, the second time it is asked,
        when connections are there, and nothing is remembered."""
        await person.get(path)
        current: Memory = person.system.apps["gateway"].extensions[MEMORY]
        current.hear(None)
        return await self.again(person, path)

    async def again(self, person: Person, path: str) -> tuple[list[str], int]:
        """The same, with what the gateway remembers."""
        reply = await person.call("GET", path)
        assert reply.status == 200, reply.body
        request_id = reply.headers["Request-Id"]
        return self.calls(request_id), len(self.statements(request_id))

    async def of_making(self, person: Person, path: str, **body: Any) -> tuple[list[str], int]:
        """The same of a POST that makes something."""
        await person.make(path, **body)
        reply = await person.call("POST", path, json=body)
        assert reply.status == 201, reply.body
        request_id = reply.headers["Request-Id"]
        return self.calls(request_id), len(self.statements(request_id))


def count_costs(patch: pytest.MonkeyPatch) -> Costs:
    """From here on everything that the services of this process do is noted."""
    costs = Costs()
    send, held = HttpTransport.send, Database._held

    async def noting_send(
        self: HttpTransport, method: str, path: str, params: Mapping[str, str], headers: Any, body: bytes | None
    ) -> Answer:
        costs.note_call(self.peer)
        return await send(self, method, path, params, headers, body)

    @asynccontextmanager
    async def noting_held(self: Database) -> AsyncIterator[tuple[Connection, asyncio.Timeout]]:
        async with held(self) as (opened, limit):
            with opened.query_logger(costs.note_statement):
                yield opened, limit

    patch.setattr(HttpTransport, "send", noting_send)
    patch.setattr(Database, "_held", noting_held)
    return costs


def _request_id() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def tally(calls: list[str]) -> dict[str, int]:
    return dict(Counter(calls))

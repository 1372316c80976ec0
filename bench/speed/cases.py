"""What is asked: the same questions of TaskSync and of the yardstick, and how far they may be apart."""

import itertools
import random
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple
from uuid import UUID

import msgspec

from bench.speed.load import Client, Request, to_request
from bench.speed.stage import Stage

_WRITES_ONE_IN = 100


class Case(NamedTuple):
    """`goal` is the least ratio of rates, or the most of medians (`figure`), to the yardstick's, asked `plain`.

    A client waits for `pause` seconds between an answer and its next request. It asks the gateway, or whoever listens
    `at` this port.
    """

    name: str
    clients: int
    request: Request
    plain: Request
    figure: Literal["rate", "p50"]
    goal: float | None
    pause: float = 0.0
    at: int | None = None


class Rooms(NamedTuple):
    """The rooms of both: many of 50 tasks and 10 members, and one of 10,000 tasks."""

    many: Sequence[UUID]
    big: UUID
    tasks: Sequence[UUID]


async def cases(stage: Stage, rooms: Rooms) -> list[Case]:
    one, big = rooms.many[0], rooms.big
    view = _always(_view(stage, one))
    plain, plain_insert = _always(_plain(one)), _always(_plain_insert(one))
    known = _always(await _known(stage, one))
    create = _always(_create(stage, one))
    return [
        Case("a  one room, 16 clients", 16, view, plain, "rate", 0.5),
        Case("a  200 rooms, a write in 100", 16, _spread(stage, rooms), _plain_spread(rooms), "rate", 0.35),
        Case("a  one room, one client", 1, view, plain, "p50", 3.5),
        Case("b  the same, unchanged (304)", 16, known, plain, "rate", 0.8),
        Case("c  create a task, one client", 1, create, plain_insert, "p50", 6.0),
        # The first one's claims are made ahead; these ask Keys each time.
        Case("c  the same, every 100 ms", 1, create, plain_insert, "p50", None, pause=0.1),
        Case("c  its bare hops, nothing else", 1, plain_insert, plain_insert, "p50", None, at=stage.hops["aiohttp"]),
        Case("c  these on Quart, Hypercorn", 1, plain_insert, plain_insert, "p50", None, at=stage.hops["stock"]),
        Case("c  these on Quart, our server", 1, plain_insert, plain_insert, "p50", None, at=stage.hops["ours"]),
        Case("c  one inner hop, no database", 1, _always(_roles(stage)), plain_insert, "p50", None),
        Case("d  home, 16 clients", 16, _always(to_request("GET", "/v1/me/home", stage.token)), plain, "rate", None),
        Case("e  room of 10,000 tasks", 16, _always(_view(stage, big)), _always(_plain(big)), "rate", 0.5 / 1.3),
    ]


async def warm_up(stage: Stage, rooms: Rooms) -> None:
    """Each room once: after that a write in a hundred is what makes a view be read anew."""
    client = await Client.connect(stage.port)
    for room in rooms.many:
        await client.ask(_view(stage, room))
    client.close()


async def _known(stage: Stage, room: UUID) -> bytes:
    """Asks for a view that the client has already, as it is when nothing is under way any more."""
    client = await Client.connect(stage.port)
    etag = (await client.ask(_view(stage, room))).headers["etag"]
    request = _view(stage, room, headers={"If-None-Match": etag})
    reply = await client.ask(request)
    assert reply.status == 304, reply
    client.close()
    return request


def _always(request: bytes) -> Request:
    return lambda: request


def _view(stage: Stage, room: UUID, headers: Mapping[str, str] | None = None) -> bytes:
    return to_request("GET", f"/v1/rooms/{room}", stage.token, headers=headers)


def _create(stage: Stage, room: UUID) -> bytes:
    body = msgspec.json.encode({"title": "Task"})
    return to_request("POST", f"/v1/rooms/{room}/tasks", stage.token, body)


def _roles(stage: Stage) -> bytes:
    """The gateway passes it on, and Keys answers from memory: a new task has two such hops, one after the other."""
    return to_request("GET", "/v1/roles", stage.token)


def _spread(stage: Stage, rooms: Rooms) -> Request:
    views = [_view(stage, room) for room in rooms.many]
    edits = [
        to_request("PATCH", f"/v1/tasks/{task}", stage.token, msgspec.json.encode({"title": f"Task {number}"}))
        for number, task in enumerate(rooms.tasks)
    ]
    count = itertools.count(1)
    return lambda: random.choice(views if next(count) % _WRITES_ONE_IN else edits)


def _plain(room: UUID) -> bytes:
    return to_request("GET", f"/rooms/{room}")


def _plain_insert(room: UUID) -> bytes:
    return to_request("POST", f"/rooms/{room}/tasks", body=msgspec.json.encode({"title": "Task"}))


def _plain_spread(rooms: Rooms) -> Request:
    views, inserts = ([make(room) for room in rooms.many] for make in (_plain, _plain_insert))
    count = itertools.count(1)
    return lambda: random.choice(views if next(count) % _WRITES_ONE_IN else inserts)

"""What the lab answers."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from quart import Blueprint, Response, current_app
from structlog.contextvars import get_contextvars

from chassis import deadlines, pages
from chassis.bodies import Body, accepts, answers, answers_nothing, asks
from chassis.database import current_database
from chassis.idempotency import MIGRATION, idempotent, refuses_key, remember, take_key
from chassis.logs import bind, get_log
from chassis.passport import current_passport
from chassis.peers import Peer
from chassis.problems import Problem

PEER = "lab.peer"

TABLE = f"""
    CREATE TABLE things (
        id     bigint       GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name   text         NOT NULL,
        count  bigint       NOT NULL,
        due    timestamptz
    );
    {MIGRATION}
"""

blueprint = Blueprint("lab", __name__)
_log = get_log(__name__)


class Tag(Body):
    label: Annotated[str, msgspec.Meta(max_length=20)]


class Thing(Body):
    name: str
    count: int = 0
    due: datetime | None = None
    tags: tuple[Tag, ...] = ()
    extra: dict[str, str] = msgspec.field(default_factory=dict)


class Query(Body):
    limit: pages.Limit = 50
    after: pages.Cursor | None = None


class Page(msgspec.Struct):
    items: list[str]
    next: str | None


class Made(msgspec.Struct):
    name: str
    version: int


class Who(msgspec.Struct):
    service: str
    user: UUID | None
    request_id: str
    bound: dict[str, str]


@blueprint.post("/things")
@accepts(Thing)
@answers_nothing
async def create_thing(thing: Thing) -> None:
    async with current_database().connection() as connection:
        await connection.execute(
            "INSERT INTO things (name, count, due) VALUES ($1, $2, $3)", thing.name, thing.count, thing.due
        )


@blueprint.post("/single/<float:seconds>")
@answers_nothing
async def create_in_one_statement(seconds: float) -> None:
    async with current_database().single() as connection:
        await connection.execute(
            "INSERT INTO things (name, count) SELECT 'single', 0 FROM pg_sleep($1::float)", seconds
        )


@blueprint.post("/once/<int:room>")
@idempotent()
@accepts(Thing)
@answers(Made, 201)
async def create_once(thing: Thing, room: int) -> Made:
    """`extra` tells what goes wrong: `wait` seconds, `fail`, `forget` the answer, or `die` after the commit."""
    async with current_database().transaction() as connection:
        await take_key(connection)
        number = await connection.fetchval(
            "INSERT INTO things (name, count) VALUES ($1, $2) RETURNING id", thing.name, room
        )
        await asyncio.sleep(float(thing.extra.get("wait", "0")))
        if "fail" in thing.extra and await connection.fetchval("SELECT count(*) FROM things") == 1:
            raise Problem(409, "first", "The first one fails.")
        made = Made(thing.name, number)
        if "forget" not in thing.extra:
            await remember(connection, made)
    if "die" in thing.extra:
        os._exit(9)
    return made


@blueprint.post("/secret")
@refuses_key("the answer is a secret")
@answers(Made, 201)
async def create_secret() -> Made:
    return Made("secret", 1)


@blueprint.get("/things")
@asks(Query)
@answers(Page)
async def list_things(query: Query) -> Page:
    name, number = pages.decode(query.after, tuple[str, int]) or ("", 0)
    async with current_database().connection() as connection:
        rows = await connection.fetch(
            "SELECT name, id FROM things WHERE (name, id) > ($1, $2) ORDER BY name, id LIMIT $3",
            name,
            number,
            query.limit + 1,
        )
    found, cursor = pages.cut(rows, query.limit, lambda row: (row["name"], row["id"]))
    return Page([row["name"] for row in found], cursor)


@blueprint.get("/things/<name>")
@answers(Page)
async def find_thing(name: str) -> Page:
    async with current_database().connection() as connection:
        rows = await connection.fetch("SELECT name FROM things WHERE name = $1", name)
    return Page([row["name"] for row in rows], None)


@blueprint.get("/ids/<uuid:id_>")
@answers_nothing
async def find_id(id_: UUID) -> None: ...


@blueprint.get("/boom")
@answers_nothing
async def boom() -> None:
    raise ValueError("the vault's combination is 1234")


@blueprint.get("/bind/<value>")
@answers(Who)
async def bind_value(value: str) -> Who:
    """Leaves a field in the log context of this request: no later request may find it."""
    answer = who()
    bind(left=value)
    return answer


@blueprint.get("/who")
@answers(Who)
async def get_who() -> Who:
    _log.info("who.asked")
    return who()


@blueprint.post("/hop")
@blueprint.get("/hop")
async def hop() -> Response:
    _log.info("hop.made")
    peer: Peer = current_app.extensions[PEER]
    answer = await peer.call("GET", "/who")
    return Response(answer.body, content_type="application/json")


@blueprint.get("/hop/query/<float:seconds>")
@answers_nothing
async def hop_to_query(seconds: float) -> None:
    peer: Peer = current_app.extensions[PEER]
    await peer.call("GET", f"/query/{seconds}")


@blueprint.post("/finish/<float:seconds>")
@answers_nothing
async def finish(seconds: float) -> None:
    """Commits, and then does what has to follow."""
    async with current_database().transaction() as connection:
        await connection.execute("INSERT INTO things (name, count) VALUES ('committed', 0)")
    await deadlines.finish(_follow(seconds))


async def _follow(seconds: float) -> None:
    await asyncio.sleep(seconds)
    async with current_database().connection() as connection:
        await connection.execute("INSERT INTO things (name, count) VALUES ('followed', 0)")


@blueprint.get("/sleep/<float:seconds>")
@answers_nothing
async def sleep(seconds: float) -> None:
    _log.info("sleep.began")
    await asyncio.sleep(seconds)


@blueprint.get("/stream", defaults={"kind": "plain"})
@blueprint.get("/stream/<kind>")
async def stream(kind: str) -> Response:
    async def ticks() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"tick\n"
                await asyncio.sleep(0.05)
        finally:
            _log.info("stream.ended")

    response = Response(ticks(), content_type=f"text/{kind}")
    response.timeout = None
    return response


@blueprint.get("/hold/<float:seconds>")
@answers_nothing
async def hold(seconds: float) -> None:
    """Holds a connection in a transaction, without a statement under way."""
    async with current_database().transaction() as connection:
        await connection.execute("INSERT INTO things (name, count) VALUES ('held', 0)")
        await asyncio.sleep(seconds)


@blueprint.get("/query/<float:seconds>")
@answers_nothing
async def query_slowly(seconds: float) -> None:
    async with current_database().connection() as connection:
        await connection.execute("SELECT pg_sleep($1)", seconds)


def who() -> Who:
    passport = current_passport()
    bound = {name: str(value) for name, value in get_contextvars().items()}
    return Who(passport.service, passport.user, passport.request_id, bound)

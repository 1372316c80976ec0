"""The bare hops (see bare_hops) of what TaskSync is made of: Quart, under Hypercorn as it comes or under our server.

What a new task takes beyond these is what TaskSync does for it.
"""

import asyncio
import os
import sys
from typing import Any, NamedTuple
from uuid import UUID

import aiohttp
import asyncpg
import uvloop
from hypercorn.asyncio import serve as serve_by_hypercorn
from hypercorn.config import Config
from prometheus_client import CollectorRegistry
from quart import Quart, Response, request

from bench.speed.yardstick import insert
from chassis.admission import EXTENSION, Admission
from chassis.app import App
from chassis.server import serve
from chassis.settings import ServiceSettings


class Hop(NamedTuple):
    """What each part has; the first two ask the one at `following`."""

    following: str
    session: aiohttp.ClientSession
    pool: Any

    async def pass_on(self, body: bytes) -> Response:
        async with self.session.post(self.following + request.path, data=body) as answer:
            return Response(await answer.read(), status=answer.status, content_type="application/json")

    async def create(self, room_id: UUID, body: bytes) -> Response:
        made = await insert(self.pool, room_id, body)
        return Response(made, status=201, content_type="application/json")


def add_route(app: Quart, part: str, hop: Hop) -> None:
    @app.post("/rooms/<uuid:room_id>/tasks")
    async def create_task(room_id: UUID) -> Response:
        body: bytes = await request.get_data(as_text=False)  # type: ignore[assignment]
        passed_on = await hop.pass_on(body) if part in {"door", "tasks"} else None
        return passed_on if passed_on and part == "door" else await hop.create(room_id, body)


async def main(server: str, part: str, port: int) -> None:
    pool = await asyncpg.create_pool(os.environ["YARDSTICK_URL"], min_size=2, max_size=10)
    async with aiohttp.ClientSession() as session:
        hop = Hop(f"http://127.0.0.1:{port + 1}", session, pool)
        await SERVERS[server](part, hop, f"127.0.0.1:{port}")


async def serve_stock(part: str, hop: Hop, bind: str) -> None:
    app = Quart(__name__, static_folder=None)
    add_route(app, part, hop)
    config = Config()
    config.bind, config.errorlog = [bind], None
    # As ours: else each thousandth request would wait for a new connection.
    config.keep_alive_max_requests = 2**31
    await serve_by_hypercorn(app, config)


async def serve_ours(part: str, hop: Hop, bind: str) -> None:
    settings = ServiceSettings(bind=bind, passport_secret="-" * 48)
    app = App(__name__)
    app.config["MAX_CONTENT_LENGTH"] = settings.body_bytes
    app.extensions[EXTENSION] = Admission(settings.requests_at_once, settings.requests_waiting, CollectorRegistry())
    add_route(app, part, hop)
    await serve(app, settings, asyncio.Event())


SERVERS = {"stock": serve_stock, "ours": serve_ours}

if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))

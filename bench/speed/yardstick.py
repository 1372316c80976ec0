"""The yardstick: the same page from one database by one process, with no rights, no versions and no other service."""

import asyncio
import os
import sys
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import uvloop
from aiohttp import web

TABLES = """
    CREATE TABLE rooms (id uuid PRIMARY KEY, name text NOT NULL);
    CREATE TABLE members (
        room_id uuid, user_id uuid, name text NOT NULL, role text NOT NULL,
        PRIMARY KEY (room_id, user_id)
    );
    CREATE TABLE tasks (
        id uuid PRIMARY KEY, room_id uuid NOT NULL, title text NOT NULL, status text NOT NULL, position text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX tasks_room ON tasks (room_id, position);
"""


_ROOM = "SELECT id, name FROM rooms WHERE id = $1"
_MEMBERS = "SELECT user_id, name, role FROM members WHERE room_id = $1 ORDER BY user_id LIMIT 50"
_TASKS = "SELECT id, title, status, position, created_at FROM tasks WHERE room_id = $1 ORDER BY position LIMIT 50"
_INSERT = "INSERT INTO tasks (id, room_id, title, status, position) VALUES ($1, $2, $3, 'todo', 'a0') RETURNING *"
POOL: web.AppKey[Any] = web.AppKey("pool")


def _plain(row: asyncpg.Record) -> dict[str, object]:
    return {name: str(value) if isinstance(value, UUID | datetime) else value for name, value in row.items()}


async def get_room(request: web.Request) -> web.Response:
    room = UUID(request.match_info["id"])
    async with request.app[POOL].acquire() as connection:
        found = await connection.fetchrow(_ROOM, room)
        members = await connection.fetch(_MEMBERS, room)
        tasks = await connection.fetch(_TASKS, room)
    lists = {"members": [_plain(row) for row in members], "tasks": [_plain(row) for row in tasks]}
    return web.Response(body=msgspec.json.encode({"room": _plain(found), **lists}), content_type="application/json")


async def create_task(request: web.Request) -> web.Response:
    made = await insert(request.app[POOL], UUID(request.match_info["id"]), await request.read())
    return web.Response(body=made, content_type="application/json", status=201)


async def insert(pool: Any, room: UUID, body: bytes) -> bytes:
    """The new task, as JSON."""
    title = msgspec.json.decode(body)["title"]
    async with pool.acquire() as connection:
        row = await connection.fetchrow(_INSERT, uuid4(), room, title)
    return msgspec.json.encode(_plain(row))


async def serve(url: str, port: int) -> None:
    app = web.Application()
    app[POOL] = await asyncpg.create_pool(url, min_size=10, max_size=10)
    app.router.add_get("/rooms/{id}", get_room)
    app.router.add_post("/rooms/{id}/tasks", create_task)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(os.environ["YARDSTICK_URL"], int(sys.argv[1])))

"""A new task's three requests and two rows with nothing else, made of what the yardstick is made of.

A door passes the request on to `tasks`, and that to `keys` before it writes; each of the two writes a row as the
yardstick does. Nobody is asked for a right, nothing is followed, and a crash between the two leaves one without the
other.
"""

import asyncio
import os
import sys

import aiohttp
import asyncpg
import uvloop
from aiohttp import web

from bench.speed.yardstick import POOL, create_task

_NEXT: web.AppKey[str] = web.AppKey("next")
_SESSION: web.AppKey[aiohttp.ClientSession] = web.AppKey("session")


async def pass_on(request: web.Request) -> web.Response:
    body = await request.read()
    async with request.app[_SESSION].post(request.app[_NEXT] + request.path, data=body) as answer:
        return web.Response(body=await answer.read(), content_type="application/json", status=answer.status)


async def pass_on_and_create(request: web.Request) -> web.Response:
    await pass_on(request)
    return await create_task(request)


# In the order of their ports.
PARTS = {"door": pass_on, "tasks": pass_on_and_create, "keys": create_task}


async def serve(part: str, url: str, port: int) -> None:
    """Each part asks the one at the next port."""
    app = web.Application()
    app[_NEXT] = f"http://127.0.0.1:{port + 1}"
    app[_SESSION] = aiohttp.ClientSession()
    app[POOL] = await asyncpg.create_pool(url, min_size=2, max_size=10)
    app.router.add_post("/rooms/{id}/tasks", PARTS[part])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], os.environ["YARDSTICK_URL"], int(sys.argv[2])))

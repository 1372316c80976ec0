"""A small app on a real socket, and a client that sends and reads bytes as they are."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import msgspec
import psutil
from prometheus_client import CollectorRegistry
from quart import Quart, Response, request

from chassis import deadlines, problems
from chassis.admission import EXTENSION, Admission
from chassis.asgi import Connection
from chassis.server import serve
from chassis.settings import ServiceSettings
from tests.launch.polling import until
from tests.system import SECRETS, free_port

HOST = b"Host: a\r\n"
LARGEST = 256 * 1024


class App(Quart):
    asgi_http_class = Connection


def make_app(at_once: int) -> App:
    app = App(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.extensions[EXTENSION] = Admission(at_once, 100, CollectorRegistry())
    app.gate = asyncio.Event()  # type: ignore[attr-defined]

    problems.register(app)
    app.seen = []  # type: ignore[attr-defined]

    @app.before_request
    async def see() -> None:
        deadlines.take()
        app.seen.append(request.query_string.decode())  # type: ignore[attr-defined]

    @app.route("/echo", methods=["GET", "POST"])
    async def echo() -> Response:
        body: bytes = await request.get_data(as_text=False)  # type: ignore[assignment]
        return Response(body + request.query_string, content_type="text/plain")

    @app.post("/refuse")
    async def refuse() -> Response:
        return Response(b"no", status=401, content_type="text/plain")

    @app.get("/short")
    async def short() -> Response:
        response = Response(b"short")
        response.headers["Content-Length"] = "9"
        return response

    @app.get("/large")
    async def large() -> bytes:
        return bytes(20_000_000)

    add_streams(app)
    return app


def add_streams(app: App) -> None:
    @app.route("/parts", methods=["GET", "POST"])
    async def parts() -> Response:
        async def send() -> AsyncIterator[bytes]:
            yield b"one"
            await app.gate.wait()  # type: ignore[attr-defined]
            yield b"two"

        return Response(send(), content_type="text/plain")

    @app.get("/ticks")
    async def ticks() -> Response:
        async def send() -> AsyncIterator[bytes]:
            while not app.gate.is_set():  # type: ignore[attr-defined]
                yield b"tick"
                await asyncio.sleep(0.01)

        return Response(send(), content_type="text/plain")


class Server(NamedTuple):
    port: int
    app: App
    stop: asyncio.Event

    @asynccontextmanager
    async def connect(self) -> AsyncIterator["Line"]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield Line(reader, writer)
        finally:
            writer.close()

    def is_left(self) -> bool:
        """Whether it keeps no connection."""
        ends = psutil.Process().net_connections("tcp")
        return not [end for end in ends if end.laddr.port == self.port and end.status != psutil.CONN_LISTEN]


class Line(NamedTuple):
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def head(self) -> tuple[int, dict[bytes, bytes]]:
        async with asyncio.timeout(20):
            first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).strip().split(b"\r\n")
        headers = dict(line.split(b": ", 1) for line in lines)
        assert len(headers) == len(lines), "a header is said twice"
        return int(first.split()[1]), headers

    async def answer(self) -> tuple[int, bytes]:
        status, headers = await self.head()
        return status, await self.reader.readexactly(int(headers[b"content-length"]))

    async def refusal(self) -> int:
        """The status of a problem, behind which nothing comes."""
        status, body = await self.answer()
        assert (msgspec.json.decode(body)["status"], await self.rest()) == (status, b"")
        return status

    async def rest(self) -> bytes:
        """What comes until the server closes."""
        async with asyncio.timeout(20):
            return await self.reader.read()


async def can_connect(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


@asynccontextmanager
async def run_server(at_once: int = 100) -> AsyncIterator[Server]:
    """Works on `at_once` requests at a time."""
    server = Server(free_port(), make_app(at_once), asyncio.Event())
    settings = ServiceSettings(
        bind=f"127.0.0.1:{server.port}",
        passport_secret=SECRETS["TASKSYNC_PASSPORT_SECRET"],
        requests_at_once=at_once,
        body_bytes=LARGEST,
    )
    serving = asyncio.create_task(serve(server.app, settings, server.stop))
    await until(lambda: can_connect(server.port))
    try:
        yield server
    finally:
        server.app.gate.set()  # type: ignore[attr-defined]
        server.stop.set()
        await serving

"""A request goes through Quart in one task, is given up when its client leaves, and is answered in one message."""

import asyncio
from typing import Any

import pytest
from quart import Quart, Response, request

from chassis import headers
from chassis.asgi import Connection
from chassis.headers import ReceivedHeaders
from chassis.uploads import ReceivedRequest

GONE = {"type": "http.disconnect"}


class App(Quart):
    asgi_http_class = Connection
    request_class = ReceivedRequest


class Client:
    """What a server gives the app: `tell` is what comes from the client, `answers` what goes to it."""

    def __init__(self, app: Quart, method: str, path: str, headers: list[tuple[bytes, bytes]]) -> None:
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.answers: list[dict[str, Any]] = []
        scope: dict[str, Any] = {"type": "http", "http_version": "1.1", "method": method, "path": path}
        scope |= {"headers": headers, "scheme": "http", "query_string": b"", "extensions": {}}
        self.task = asyncio.create_task(app(scope, self._said.get, self._answer))  # type: ignore[arg-type]

    async def _answer(self, message: Any) -> None:
        self.answers.append(message)

    def tell(self, message: dict[str, Any]) -> None:
        self._said.put_nowait(message)


@pytest.fixture
def app() -> App:
    app = App(__name__)
    app.fate = asyncio.Queue()  # type: ignore[attr-defined]

    @app.get("/nothing")
    async def nothing() -> Response:
        return Response(status=204)

    @app.get("/some")
    async def some() -> Response:
        return Response(b"some", content_type="text/plain")

    @app.post("/echo")
    async def echo() -> bytes:
        data: bytes = await request.get_data(as_text=False)  # type: ignore[assignment]
        return data

    @app.route("/long", methods=["GET", "POST"])
    async def long() -> Response:
        app.fate.put_nowait("begun")  # type: ignore[attr-defined]
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            app.fate.put_nowait("given up")  # type: ignore[attr-defined]
            raise
        return Response(status=204)

    return app


async def ask(app: App, path: str) -> list[dict[str, Any]]:
    client = Client(app, "GET", path, [])
    async with asyncio.timeout(20):
        await client.task
    return client.answers


async def test_an_answer_is_one_message_after_its_head(app: App) -> None:
    head, body = await ask(app, "/some")
    assert (head["status"], body["body"], body["more_body"]) == (200, b"some", False)


async def test_an_answer_without_a_body_starts_no_thread_to_find_none(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asyncio.get_running_loop(), "run_in_executor", None)
    head, body = await ask(app, "/nothing")
    assert (head["status"], body["body"], body["more_body"]) == (204, b"", False)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_when_its_client_leaves_a_request_is_given_up(app: App, method: str) -> None:
    client = Client(app, method, "/long", [(b"content-length", b"2")] if method == "POST" else [])
    async with asyncio.timeout(20):
        assert await app.fate.get() == "begun"  # type: ignore[attr-defined]
        client.tell(GONE)
        assert await app.fate.get() == "given up"  # type: ignore[attr-defined]
        await client.task
    assert client.answers == []


async def test_the_end_of_the_server_is_not_taken_for_a_client_that_leaves(app: App) -> None:
    client = Client(app, "GET", "/long", [])
    assert await app.fate.get() == "begun"  # type: ignore[attr-defined]
    client.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await client.task


async def test_a_body_comes_in_parts(app: App) -> None:
    client = Client(app, "POST", "/echo", [(b"transfer-encoding", b"chunked")])
    client.tell({"type": "http.request", "body": b"a b", "more_body": True})
    client.tell({"type": "http.request", "body": b"ody", "more_body": False})
    async with asyncio.timeout(20):
        await client.task
    assert client.answers[1]["body"] == b"a body"


def test_of_names_that_anybody_can_make_up_long_ones_are_not_kept() -> None:
    before = headers._remembered.cache_info().misses
    assert ReceivedHeaders([(b"x-" + b"a" * 60_000, b"1")], None).get("X-" + "a" * 60_000) == "1"
    assert headers._remembered.cache_info().misses == before
    assert ReceivedHeaders([(b"x-of-this-test", b"2")], None).get("X-Of-This-Test") == "2"
    assert headers._remembered.cache_info().misses == before + 1


def test_the_first_of_several_headers_counts_and_the_address_is_the_connections() -> None:
    given = ReceivedHeaders([(b"a", b"1"), (b"a", b"2"), (b"remote-addr", b"6.6.6.6")], ("1.2.3.4", 5))
    assert (given["A"], given.getlist("a"), given["Remote-Addr"]) == ("1", ["1", "2"], "1.2.3.4")
    assert "b" not in given
    with pytest.raises(KeyError):
        given["b"]

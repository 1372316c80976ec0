"""A request and its answer on their way through Quart: in one task, and with nothing started that is not needed.

Quart starts three tasks a request, one of which waits for the client to leave. Here the handler runs in the task of
the connection, and the client is watched once it has waited for a moment.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from quart import Response
from quart.asgi import ASGIHTTPConnection
from quart.utils import encode_headers
from quart.wrappers import Request
from quart.wrappers.response import DataBody

from chassis.admission import leave_place
from chassis.headers import ReceivedHeaders
from chassis.uploads import WHOLE_BODY

# In the message that begins an answer: that it has no end of its own.
ENDLESS = "tasksync.endless"
# Most requests are answered before.
_WATCHED_AFTER_SECONDS = 0.05
# What is answered with these has no body.
BODILESS = frozenset({204, 304})


class Connection(ASGIHTTPConnection):
    async def __call__(self, receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        """Answers one request. When its client leaves, the handler is cancelled."""
        request = self._create_request()
        watch = _Watch(lambda: self.handle_messages(request, receive))
        extensions: dict[str, Any] = self.scope.get("extensions", {})
        body: bytes | None = extensions.get(WHOLE_BODY)
        if body is None:
            watch.begin()
        else:
            request.body.append(body)
            request.body.set_complete()
            watch.begin_after(_WATCHED_AFTER_SECONDS)
        try:
            await self.handle_request(request, send)
        except asyncio.CancelledError:
            if not watch.is_over:
                raise
            watch.forgive()
        finally:
            watch.end()
        watch.check()

    def _create_request(self) -> Request:
        scope: Any = self.scope
        config = self.app.config
        return self.app.request_class(
            scope["method"],
            scope["scheme"],
            scope["path"],
            scope["query_string"],
            ReceivedHeaders(scope["headers"], scope.get("client")),
            scope.get("root_path", ""),
            scope["http_version"],
            scope,
            max_content_length=config["MAX_CONTENT_LENGTH"],
            body_timeout=config["BODY_TIMEOUT"],
            send_push_promise=_push_nothing,
        )

    async def handle_request(self, request: Request, send: Callable[..., Any]) -> None:
        """The connection gives up a client that takes nothing of the answer for long."""
        response = await self.app.handle_request(request)
        data = _find_data(response)
        await (_send_parts(send, response) if data is None else _send_data(send, response, data))


def _find_data(response: Any) -> bytes | None:
    """The body, if there is all of it, or none."""
    if response.status_code in BODILESS:
        return b""
    if not isinstance(response, Response):
        data: bytes = response.get_data()
        return data
    body = response.response
    return body.data[body.begin : body.end] if isinstance(body, DataBody) else None


async def _send_data(send: Callable[..., Any], response: Any, data: bytes) -> None:
    await send(_head(response))
    await send({"type": "http.response.body", "body": data, "more_body": False})


async def _send_parts(send: Callable[..., Any], response: Any) -> None:
    head = _head(response)
    if response.timeout is None:
        leave_place()
        head[ENDLESS] = True
    await send(head)
    async with response.response as body:
        async for part in body:
            data = part.encode() if isinstance(part, str) else part
            await send({"type": "http.response.body", "body": data, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _head(response: Any) -> dict[str, Any]:
    headers = encode_headers(response.headers)
    return {"type": "http.response.start", "status": response.status_code, "headers": headers}


async def _push_nothing(path: str, headers: Any) -> None:
    """HTTP/1.1 has no push."""


class _Watch:
    """Cancels the current task when `messages`, what comes from the client, has come to its end."""

    def __init__(self, messages: Callable[[], Any]) -> None:
        self._messages = messages
        self._handler = asyncio.current_task()
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.is_over = False

    def begin(self) -> None:
        self._task = asyncio.create_task(self._messages())
        self._task.add_done_callback(self._stop)

    def begin_after(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self.begin)

    def _stop(self, task: asyncio.Task[None]) -> None:
        if self._handler is not None and not task.cancelled():
            self.is_over = True
            self._handler.cancel()

    def forgive(self) -> None:
        """The cancellation was this one's own, and has done what it was for."""
        if self._handler is not None:
            self._handler.uncancel()

    def end(self) -> None:
        self._handler = None
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()

    def check(self) -> None:
        """Raises what the reading has failed with."""
        if self.is_over and self._task is not None:
            self._task.result()

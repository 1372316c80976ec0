"""A request and its answer on their way through Quart: in one task, and with nothing started that is not needed.

Quart starts three tasks a request, one of which waits for the client to leave. Here the handler runs in the task of
the connection, and the client is watched once it has waited for a moment.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from quart import Response
from quart.asgi import ASGIHTTPConnection
from quart.utils import encode_headers
from quart.wrappers import Request
from quart.wrappers.response import DataBody

# Most requests are answered before.
_WATCHED_AFTER_SECONDS = 0.05
_BODILESS = frozenset({204, 304})
_READS = frozenset({"GET", "HEAD"})
_BODY_HEADERS = frozenset({b"content-length", b"transfer-encoding"})
_END = {"type": "http.response.body", "body": b"", "more_body": False}


class Connection(ASGIHTTPConnection):
    async def __call__(self, receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        """Answers one request. When its client leaves, the handler is cancelled."""
        request = self._create_request_from_scope(send)
        watch = _Watch(lambda: self.handle_messages(request, receive))
        if self._has_no_body():
            request.body.set_complete()
            watch.begin_after(_WATCHED_AFTER_SECONDS)
        else:
            watch.begin()
        try:
            await self.handle_request(request, send)
        except asyncio.CancelledError:
            if not watch.is_over:
                raise
            watch.forgive()
        finally:
            watch.end()
        watch.check()

    def _has_no_body(self) -> bool:
        is_read = self.scope["method"] in _READS and self.scope["http_version"] in {"1.0", "1.1"}
        return is_read and _BODY_HEADERS.isdisjoint(name for name, _ in self.scope["headers"])

    async def handle_request(self, request: Request, send: Callable[..., Any]) -> None:
        response = await self.app.handle_request(request)
        if response.status_code in _BODILESS:
            await _send_head(send, response)
            await send(_END)
            return
        timeout = self.app.config["RESPONSE_TIMEOUT"]
        if isinstance(response, Response) and response.timeout is not Ellipsis:
            timeout = response.timeout
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._send_response(send, response)

    async def _send_response(self, send: Callable[..., Any], response: Any) -> None:
        body = getattr(response, "response", None)
        if not isinstance(body, DataBody):
            await super()._send_response(send, response)
            return
        await _send_head(send, response)
        await send({"type": "http.response.body", "body": body.data[body.begin : body.end], "more_body": False})


async def _send_head(send: Callable[..., Any], response: Any) -> None:
    headers = encode_headers(response.headers)
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})


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

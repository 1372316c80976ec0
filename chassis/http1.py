"""HTTP/1.1 under Hypercorn, with httptools in the place of h11, and the head and body of an answer in one piece.

h11 is Python: with it, parsing and writing took a fifth of a view's time at the gateway. What is around it stays
Hypercorn's: the connection, the stream of a request, and what an app may send.
"""

from hypercorn.events import Closed, Event, RawData, Updated
from hypercorn.protocol.events import Body, EndBody, Response, StreamClosed
from hypercorn.protocol.events import Event as StreamEvent
from hypercorn.protocol.h11 import STREAM_ID, H11Protocol
from hypercorn.protocol.http_stream import HTTPStream

from chassis.parsing import Asked, Headers, Malformed, Reader
from chassis.problems import Problem, render

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_CODES = {431: "headers_too_large", 501: "unknown_coding"}
_BODILESS = frozenset({204, 304})


def _refusal(status: int) -> bytes:
    problem = Problem(status, _CODES.get(status, "bad_request"), "This is not HTTP as it should be.")
    headers, body = render(problem, {"Connection": "close"})
    return b"\r\n".join([b"HTTP/1.1 %d " % status, *(b"%b: %b" % pair for pair in headers), b"", body])


class Writer:
    """Puts one answer into bytes."""

    def __init__(self, request: Asked) -> None:
        self.keeps_alive, self.has_begun, self.has_ended = request.keeps_alive, False, False
        self._is_head = request.method == "HEAD"
        self._is_modern = request.http_version == "1.1"
        self._is_chunked = False
        # The bytes of the body that are to come, if that is told.
        self._left: int | None = None
        self._held = b""

    def begin(self, status: int, headers: Headers) -> bytes:
        """What can be sent at once: nothing if the length is told, for then the body is at hand."""
        self.has_begun = True
        told = {name: value for name, value in headers if name in {b"content-length", b"connection"}}
        self.keeps_alive &= b"close" not in told.get(b"connection", b"")
        if self._is_head or status in _BODILESS:
            self._left = 0
        elif b"content-length" in told:
            self._left = int(told[b"content-length"])
        else:
            self._is_chunked = self._is_modern
            self.keeps_alive &= self._is_modern
        head = self._render(status, headers)
        if self._left is None:
            return head
        self._held = head
        return b""

    def _render(self, status: int, headers: Headers) -> bytes:
        lines = [b"HTTP/1.1 %d " % status, *(b"%b: %b" % pair for pair in headers)]
        if self._is_chunked:
            lines.append(b"transfer-encoding: chunked")
        if not self.keeps_alive:
            lines.append(b"connection: close")
        head = b"\r\n".join([*lines, b"", b""])
        if head.count(b"\n") != len(lines) + 1 or head.count(b"\r") != len(lines) + 1:
            raise ValueError("a header holds the end of a line")
        return head

    def write(self, data: bytes) -> bytes:
        if self._is_chunked:
            return b"%x\r\n%b\r\n" % (len(data), data)
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                raise ValueError("a body is longer than its answer tells")
        held, self._held = self._held, b""
        return held + data

    def end(self) -> bytes:
        self.has_ended = not self._left
        held, self._held = self._held, b""
        return b"0\r\n\r\n" if self._is_chunked else held


class Http1(H11Protocol):
    """One connection. It takes the place of `other`, before that has heard of anything."""

    def __init__(self, other: H11Protocol) -> None:
        vars(self).update(vars(other))
        self._reader = Reader(self.config.h11_max_incomplete_size, self.connection_state)
        self._writer: Writer | None = None
        self._has_read_all, self._has_given_up = True, False

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way: what comes next is the beginning of a request."""
        is_between = self._reader.is_between and not self._reader.events
        return is_between and self.stream is None and not self._has_given_up

    async def handle(self, event: Event) -> None:
        if isinstance(event, RawData) and not self._has_given_up:
            self._reader.feed(event.data)
            await self._handle_events()
        elif isinstance(event, Closed):
            await self._end()

    async def _handle_events(self) -> None:
        events = self._reader.events
        while events:
            if self._has_read_all and self.stream is not None:
                # The next is answered after the one under way, and no more is read until then.
                await self.can_read.clear()
                await self.can_read.wait()
                continue
            event = events.popleft()
            if isinstance(event, Malformed):
                await self._give_up(event.status)
            elif isinstance(event, Asked):
                await self._begin(event)
            else:
                self._has_read_all = isinstance(event, EndBody)
                if self.stream is not None:
                    await self.stream.handle(event)

    async def _begin(self, request: Asked) -> None:
        await self.send(Updated(idle=False))
        self._has_read_all = False
        self._writer = Writer(request)
        if request.waits:
            await self.send(RawData(_CONTINUE))
        self.stream = HTTPStream(
            self.app,
            self.config,
            self.context,
            self.task_group,
            self.ssl,
            self.client,
            self.server,
            self.stream_send,
            STREAM_ID,
        )
        await self.stream.handle(request)

    async def stream_send(self, event: StreamEvent) -> None:
        if isinstance(event, StreamClosed):
            await self._maybe_recycle()
        elif (data := self._to_bytes(event)) and data:
            await self.send(RawData(data))

    def _to_bytes(self, event: StreamEvent) -> bytes:
        writer = self._writer
        if writer is None:
            return b""
        if isinstance(event, Response):
            if self.context.terminated.is_set():
                writer.keeps_alive = False
            return writer.begin(event.status_code, [*event.headers, *self.config.response_headers("h11")])
        if isinstance(event, Body):
            return writer.write(event.data)
        return writer.end() if isinstance(event, EndBody) else b""

    async def _give_up(self, status: int) -> None:
        """Says what is wrong, if no answer is on its way, and ends the connection."""
        has_begun = self._writer is not None and self._writer.has_begun
        self._writer = None
        self._stop_reading()
        if not has_begun or self.stream is None:
            await self.send(RawData(_refusal(status)))
        await self.send(Closed())

    def _stop_reading(self) -> None:
        """What has come but not begun is not done: who sent it is told nothing of it, and may send it again."""
        self._has_given_up = True
        self._reader.events.clear()

    async def _end(self) -> None:
        self._stop_reading()
        await self._close_stream()
        await self.can_read.set()

    async def _maybe_recycle(self) -> None:
        writer = self._writer
        is_whole = writer is not None and writer.has_ended and writer.keeps_alive and self._has_read_all
        if is_whole and not self.context.terminated.is_set():
            await self._close_stream()
            await self.send(Updated(idle=True))
            await self.can_read.set()
        else:
            await self._end()
            await self.send(Closed())

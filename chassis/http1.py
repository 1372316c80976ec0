"""HTTP/1.1 under Hypercorn, with httptools in the place of h11, and an exchange of ours in that of its streams.

h11 is Python: with it, parsing and writing took a fifth of a view's time at the gateway. What is around it stays
Hypercorn's: the connection.
"""

from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import unquote_to_bytes

from hypercorn.events import Closed, Event, RawData, Updated
from hypercorn.protocol.events import Body, EndBody
from hypercorn.protocol.events import Event as StreamEvent
from hypercorn.protocol.h11 import H11Protocol

from chassis.admission import READS
from chassis.exchange import Exchange, Exchanges
from chassis.parsing import Asked, Malformed, Reader
from chassis.problems import Problem, render
from chassis.uploads import UPLOAD, WHOLE_BODY, Upload

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
# Of more requests than these in one read, a piece is parsed at a time: what waits is many times its bytes.
_TOGETHER, _PIECE = 8, 1024
# Such an answer is for who asked, whatever stands between: no app gives it the headers that all others have.
_HEADERS = {"Connection": "close", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_CODES = {413: "too_large", 431: "headers_too_large", 501: "unknown_coding"}


def _refusal(status: int) -> bytes:
    problem = Problem(status, _CODES.get(status, "bad_request"), "This is not HTTP as it should be.")
    headers, body = render(problem, _HEADERS)
    return b"\r\n".join([b"HTTP/1.1 %d " % status, *(b"%b: %b" % pair for pair in headers), b"", body])


def _pieces(data: bytes) -> Iterator[bytes]:
    size = len(data) if data.count(b"\r\n\r\n") <= _TOGETHER else _PIECE
    return (data[start : start + size] for start in range(0, len(data), size))


class Http1(H11Protocol):
    """One connection. It takes the place of `other`, before that has heard of anything."""

    def __init__(self, other: H11Protocol, exchanges: Exchanges) -> None:
        vars(self).update(vars(other))
        self._reader = Reader(self.config.h11_max_incomplete_size, self.connection_state)
        self._exchanges = exchanges
        self.exchange: Exchange | None = None
        # The body that is still to come of the request under way.
        self._upload: Upload | None = None
        self._has_given_up = False

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way: what comes next is the beginning of a request."""
        is_between = self._reader.is_between and not self._reader.events
        return is_between and self.exchange is None and not self._has_given_up

    @property
    def is_receiving(self) -> bool:
        """Whether the body is still to come."""
        return self._upload is not None

    async def handle(self, event: Event) -> None:
        if isinstance(event, RawData):
            for piece in _pieces(event.data):
                await self._take_in(piece)
        elif isinstance(event, Closed):
            await self._end()

    async def _take_in(self, data: bytes) -> None:
        if not self._has_given_up:
            self._reader.feed(data)
            await self._handle_events()

    async def _handle_events(self) -> None:
        events = self._reader.events
        while events:
            if self._upload is None and self.exchange is not None:
                # The next is answered after the one under way, and no more is read until then.
                await self.can_read.clear()
                await self.can_read.wait()
                continue
            event = events.popleft()
            if isinstance(event, Malformed):
                await self._give_up(event.status)
            elif isinstance(event, Asked):
                await self._begin(event)
            elif self._upload is not None:
                await self._take_part(self._upload, event)

    async def _begin(self, request: Asked) -> None:
        scope = self._scope(request, self._body_or_upload(request))
        await self.send(Updated(idle=False))
        if request.waits:
            await self.send(RawData(_CONTINUE))
        self.exchange = Exchange(cast("Any", self.app), scope, request, self, self._exchanges, self._upload)
        self.task_group.spawn(self.exchange.run)
        self._exchanges.add(self.exchange)

    def _body_or_upload(self, request: Asked) -> dict[str, Any]:
        body = self._take_body()
        if body is not None:
            return {WHOLE_BODY: body}
        self._upload = Upload(self._exchanges.bodies)
        if request.method not in READS:
            return {UPLOAD: self._upload}
        # Nobody looks at the body of a read.
        self._upload.give_up()
        return {WHOLE_BODY: b""}

    async def _take_part(self, upload: Upload, event: StreamEvent) -> None:
        if isinstance(event, EndBody):
            self._upload = None
            await self.send(Updated(idle=False))
            upload.end()
            return
        upload.add(bytes(cast("Body", event).data))
        if upload.is_too_long:
            await self._give_up(413)

    def _take_body(self) -> bytes | None:
        """The whole body, if it is at hand: then nobody need wait for it."""
        events = self._reader.events
        body = b""
        if len(events) > 1 and isinstance(events[0], Body) and isinstance(events[1], EndBody):
            body = bytes(cast("Body", events.popleft()).data)
        if not events or not isinstance(events[0], EndBody):
            return None
        events.popleft()
        return body

    def _scope(self, request: Asked, extensions: dict[str, Any]) -> dict[str, Any]:
        path, _, query = request.raw_path.partition(b"?")
        return {
            "type": "http",
            "http_version": request.http_version,
            "asgi": {"spec_version": "2.1", "version": "3.0"},
            "method": request.method,
            "scheme": "http",
            "path": unquote_to_bytes(path).decode(errors="replace") if b"%" in path else path.decode("ascii"),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": request.headers,
            "client": self.client,
            "server": self.server,
            "extensions": extensions,
        }

    @property
    def is_ending(self) -> bool:
        return self.context.terminated.is_set()

    async def write(self, data: bytes) -> None:
        await self.send(RawData(data))

    async def _give_up(self, status: int) -> None:
        """Says what is wrong, if no answer is on its way, and ends the connection."""
        has_begun = self.exchange is not None and self.exchange.writer.has_begun
        self._stop_reading()
        if not has_begun:
            await self.send(RawData(_refusal(status)))
        await self._end()
        await self.send(Closed())

    def _stop_reading(self) -> None:
        """What has come but not begun is not done: who sent it is told nothing of it, and may send it again."""
        self._has_given_up = True
        self._reader.events.clear()

    async def _end(self) -> None:
        self._stop_reading()
        self._close_exchange()
        if self._upload is not None:
            self._upload.end()
        await self.can_read.set()

    def _close_exchange(self) -> None:
        exchange, self.exchange = self.exchange, None
        if exchange is not None:
            exchange.close()

    async def end_exchange(self) -> None:
        exchange, upload = self.exchange, self._upload
        if exchange is None or upload is None or not exchange.is_answered:
            await self._finish()
            return
        exchange.close()
        self.task_group.spawn(self._linger, upload)

    async def _linger(self, upload: Upload) -> None:
        await upload.rest()
        await self._finish()

    def forget(self) -> None:
        """The connection is over, and nothing of it is asked for any more."""
        vars(self._reader).clear()
        vars(self).clear()

    async def _finish(self) -> None:
        exchange = self.exchange
        is_whole = (
            exchange is not None and exchange.is_answered and exchange.writer.keeps_alive and self._upload is None
        )
        if is_whole and not self.is_ending:
            self._close_exchange()
            await self.send(Updated(idle=True))
            await self.can_read.set()
        else:
            await self._end()
            await self.send(Closed())

"""The reading half of HTTP/1.1: what httptools finds in the bytes of a connection, and what of it is refused.

Whoever stands before us must see each request end where we do; what leaves room for two opinions is refused.
"""

from collections import deque
from dataclasses import dataclass
from typing import Any, cast

import httptools
from hypercorn.protocol.events import Body, EndBody, Request
from hypercorn.protocol.events import Event as StreamEvent
from hypercorn.protocol.h11 import STREAM_ID

Headers = list[tuple[bytes, bytes]]

_FRAMING = frozenset({b"content-length", b"transfer-encoding"})
# Nobody sends so many, and each that asks for one of them looks through all.
_MOST_HEADERS = 200


@dataclass(frozen=True)
class Malformed(StreamEvent):
    """What the client sent is no request, and is answered with `status`."""

    status: int


@dataclass(frozen=True)
class Asked(Request):
    """A request, and what its head says of the connection."""

    keeps_alive: bool
    # Whether its body comes once it is asked for.
    waits: bool


class Reader:
    """Parses what comes over one connection into `events`: Asked, Body, EndBody, and Malformed as the last."""

    def __init__(self, largest: int, state: Any) -> None:
        self.events: deque[StreamEvent] = deque()
        # Whether nothing of a next request has come.
        self.is_between = True
        self._parser = httptools.HttpRequestParser(self)
        self._largest, self._state = largest, state
        self._unfinished = 0
        self._target, self._headers = b"", Headers()
        self._is_past_head = False
        self._body: bytearray | None = None

    def feed(self, data: bytes) -> None:
        known, self._body = len(self.events), None
        try:
            self._parse(data)
        except httptools.HttpParserError:
            self.events.append(Malformed(STREAM_ID, 400))
        # A head, or a line between the chunks of a body, may not go on for ever.
        self._unfinished = 0 if len(self.events) > known else self._unfinished + len(data)
        if self._unfinished > self._largest:
            self.events.append(Malformed(STREAM_ID, 431))

    def _parse(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._decline(data[upgrade.args[0] :])

    def _decline(self, rest: bytes) -> None:
        """Serves a request as if it had not asked to upgrade: its body is read by a parser that does not know."""
        asked = self.events[-1]
        if isinstance(asked, Asked):
            lines = [b"%b: %b\r\n" % pair for pair in asked.headers if pair[0] in _FRAMING]
            self._parser, self._is_past_head = httptools.HttpRequestParser(self), True
            self._parser.feed_data(b"".join([b"POST / HTTP/1.1\r\nconnection: close\r\n", *lines, b"\r\n", rest]))

    def on_message_begin(self) -> None:
        self.is_between = False
        self._target, self._headers = b"", Headers()

    def on_url(self, part: bytes) -> None:
        self._target += part

    def on_header(self, name: bytes, value: bytes) -> None:
        # One more than there may be tells that there are too many.
        if len(self._headers) <= _MOST_HEADERS:
            self._headers.append((name.lower(), value.rstrip()))

    def on_headers_complete(self) -> None:
        if self._is_past_head:
            self._is_past_head = False
            return
        version, names = self._parser.get_http_version(), [name for name, _ in self._headers]
        if flaw := self._find_flaw(version, names):
            self.events.append(Malformed(STREAM_ID, flaw))
            return
        is_modern, method = version == "1.1", self._parser.get_method().decode()
        keeps_alive = is_modern and self._parser.should_keep_alive() and not self._parser.should_upgrade()
        waits = is_modern and b"expect" in names and self._values(b"expect") == [b"100-continue"]
        asked = (STREAM_ID, self._headers, version, method, _to_origin_form(self._target), self._state)
        self.events.append(Asked(*asked, keeps_alive, waits))
        # What comes later are trailers, and nobody's.
        self._headers = Headers()

    def _find_flaw(self, version: str, names: list[bytes]) -> int:
        """The status that the head is refused with, or 0."""
        # A head that comes in one piece is never unfinished.
        size = len(self._target) + sum(len(name) + len(value) + 4 for name, value in self._headers)
        if len(names) > _MOST_HEADERS or size > self._largest:
            return 431
        # Who stands before us may see the end of such a body elsewhere.
        if b"transfer-encoding" in names and self._values(b"transfer-encoding") != [b"chunked"]:
            return 501
        hosts = names.count(b"host")
        is_whole = hosts == 1 if version == "1.1" else hosts < 2 and version == "1.0"
        return 0 if is_whole and self._target.isascii() else 400

    def _values(self, wanted: bytes) -> list[bytes]:
        return [value.lower() for name, value in self._headers if name == wanted]

    def on_body(self, body: bytes) -> None:
        # All of one read make one event: a chunk of a byte would cost as much as a read.
        if self._body is None:
            self._body = bytearray()
            self.events.append(Body(STREAM_ID, cast("bytes", self._body)))
        self._body += body

    def on_message_complete(self) -> None:
        if not self._parser.should_upgrade():
            self.is_between, self._body = True, None
            self.events.append(EndBody(STREAM_ID))


def _to_origin_form(target: bytes) -> bytes:
    """The path and query of a target that may bring its host along."""
    if target.startswith(b"/"):
        return target
    _, is_absolute, rest = target.partition(b"://")
    return b"/" + rest.partition(b"/")[2] if is_absolute else target

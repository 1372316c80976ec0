"""The writing half of HTTP/1.1: an answer as bytes, its head and body in one piece where the body is at hand."""

from time import time
from wsgiref.handlers import format_date_time

from chassis.asgi import BODILESS
from chassis.parsing import Asked, Headers


class Writer:
    """Puts one answer into bytes."""

    def __init__(self, request: Asked) -> None:
        self.keeps_alive, self.has_begun, self.has_ended = request.keeps_alive, False, False
        self._is_head = request.method == "HEAD"
        self._is_modern = request.http_version == "1.1"
        self._is_chunked = self._is_bodiless = False
        # The bytes of the body that are to come, if that is told.
        self._left: int | None = None
        self._held = b""

    def begin(self, status: int, headers: Headers) -> bytes:
        """What can be sent at once: nothing if the length is told, for then the body is at hand."""
        told = {name: value for name, value in headers if name in {b"content-length", b"connection"}}
        self.keeps_alive &= b"close" not in told.get(b"connection", b"")
        self._is_bodiless = self._is_head or status in BODILESS
        self._left = 0 if self._is_bodiless else int(told[b"content-length"]) if b"content-length" in told else None
        self._is_chunked = self._left is None and self._is_modern
        self.keeps_alive &= self._left is not None or self._is_chunked
        head = self._render(status, headers)
        self.has_begun = True
        if self._left is None:
            return head
        self._held = head
        return b""

    def _render(self, status: int, headers: Headers) -> bytes:
        lines = [b"HTTP/1.1 %d " % status, *[b"%b: %b" % pair for pair in headers], _clock.line()]
        if self._is_chunked:
            lines.append(b"transfer-encoding: chunked")
        if not self.keeps_alive and (b"connection", b"close") not in headers:
            lines.append(b"connection: close")
        head = b"\r\n".join([*lines, b"", b""])
        if head.count(b"\n") != len(lines) + 1 or head.count(b"\r") != len(lines) + 1:
            raise ValueError("a header holds the end of a line")
        return head

    def write(self, data: bytes) -> bytes:
        if self._is_bodiless:
            return b""
        if self._is_chunked:
            return b"%x\r\n%b\r\n" % (len(data), data) if data else b""
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


class _Clock:
    """The line that tells the time, put together once a second."""

    def __init__(self) -> None:
        self._second, self._line = 0, b""

    def line(self) -> bytes:
        second = int(time())
        if second != self._second:
            self._second, self._line = second, b"date: " + format_date_time(second).encode()
        return self._line


_clock = _Clock()

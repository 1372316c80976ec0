"""Load: some clients, each with one kept connection, that ask one request after the other."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

Request = Callable[[], bytes]


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Figures(NamedTuple):
    """Requests a second, and milliseconds of the median and of the 99th of a hundred."""

    rate: float
    p50: float
    p99: float
    failed: int


class Client:
    """One connection to `host`:`port`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def connect(cls, port: int) -> "Client":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, request: bytes) -> Reply:
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.split(": ", 1) for line in lines if line)
        headers = {name.lower(): value for name, value in pairs}
        return Reply(int(status_line.split(" ")[1]), headers, await self._body(headers))

    async def _body(self, headers: dict[str, str]) -> bytes:
        if "content-length" in headers:
            return await self._reader.readexactly(int(headers["content-length"]))
        parts: list[bytes] = []
        while headers.get("transfer-encoding") == "chunked":
            size = int(await self._reader.readuntil(b"\r\n"), 16)
            parts.append((await self._reader.readexactly(size + 2))[:-2])
            if size == 0:
                break
        return b"".join(parts)

    def close(self) -> None:
        self._writer.close()


def to_request(
    method: str, path: str, token: str = "", body: bytes = b"", headers: Mapping[str, str] | None = None
) -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def run(port: int, clients: int, seconds: float, request: Request, pause: float = 0.0) -> Figures:
    """Asks for `seconds` with so many clients, who think for `pause` seconds. A status of 400 or above has failed."""
    times: list[float] = []
    failed = 0
    until = time.perf_counter() + seconds

    async def one() -> None:
        nonlocal failed
        client = await Client.connect(port)
        while (began := time.perf_counter()) < until:
            reply = await client.ask(request())
            failed += reply.status >= 400
            times.append(time.perf_counter() - began)
            if pause:
                await asyncio.sleep(pause)
        client.close()

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(clients)))
    took = time.perf_counter() - began
    times.sort()
    return Figures(len(times) / took, _at(times, 0.5), _at(times, 0.99), failed)


def _at(times: list[float], share: float) -> float:
    return times[int(share * (len(times) - 1))] * 1000

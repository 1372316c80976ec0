"""What HTTP itself allows and forbids, on the bare socket."""

import asyncio

import pytest

from tests.chassis.laboratory import Lab


async def test_head_and_options_answer_without_a_body(lab: Lab) -> None:
    head = await lab.call("HEAD", "/who")
    assert (head.status, head.body) == (200, b"")
    options = await lab.call("OPTIONS", "/who")
    assert (options.status, options.body) == (200, b"")
    assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


async def test_a_header_given_twice_is_no_way_around_the_passport(lab: Lab) -> None:
    lines = b"TaskSync-Passport: forged\r\nTaskSync-Passport: forged\r\n"
    assert await raw_status(lab, b"GET /who HTTP/1.1\r\nHost: lab\r\n" + lines + b"Connection: close\r\n\r\n") == 401


@pytest.mark.parametrize(
    "request_",
    [
        b"GARBAGE\r\n\r\n",
        b"BREW /who HTTP/1.1\r\nHost: lab\r\n\r\n",
        b"GET /who HTTP/1.1\r\nHost: lab\r\nHost: other\r\n\r\n",
        b"GET /wh\xf6 HTTP/1.1\r\nHost: lab\r\n\r\n",
        b"GET /who HTTP/3.1\r\nHost: lab\r\n\r\n",
        b"GET /who HTTP/2.0\r\nHost: lab\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /who\r\nHost: lab\r\n\r\n",
        b"GET /who HTTP/1.1\r\n\r\n",
        b"GET /who HTTP/1.1\r\nHost: lab\r\nContent-Length: x\r\n\r\n",
        b"GET /who HTTP/1.1\r\nHost: lab\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /who HTTP/1.1\r\nHost: lab\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /who HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"GET /who HTTP/1.1\r\nHost: lab\r\nX: \x00\r\n\r\n",
        b"GET /who HTTP/1.1\r\nHost: lab\r\nX : a\r\n\r\n",
        b"GET /who HTTP/1.1\r\nHost: lab\r\nX: a\r\n b\r\n\r\n",
        b"GET /who HTTP/1.1\r\nHost: lab\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"GET /who HTTP/1.1\r\nHost: lab\r\n" + b"X:\r\n" * 300 + b"\r\n",
    ],
)
async def test_what_is_not_http_is_refused_and_the_service_lives(lab: Lab, request_: bytes) -> None:
    assert await raw_status(lab, request_) in {400, 431, 501}
    assert (await lab.call("GET", "/who")).status == 200


async def raw_status(lab: Lab, request_: bytes) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", lab.port)
    writer.write(request_)
    await writer.drain()
    line = await reader.readline()
    writer.close()
    return int(line.split()[1])

"""Carries a request to a service, over a socket."""

from collections.abc import Mapping
from typing import Protocol

import aiohttp
from yarl import URL

from chassis.deadlines import HEADER as DEADLINE
from chassis.deadlines import bounded, passed_on
from chassis.peers.errors import Answer, AnsweredBadly, NotAnswered, TimedOut

# Under what a server keeps an idle connection (see chassis.server), so that it is never sent into a closing one.
KEEPALIVE_SECONDS = 30.0


class Transport(Protocol):
    """Carries one request to one service: over a socket here, inside the process in a test."""

    async def send(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> Answer: ...


class HttpTransport:
    """One service over HTTP, on kept connections. `connect` and `total` are seconds, for a connection and for all.

    A request with a deadline waits no longer than that, and brings it along.
    """

    def __init__(self, peer: str, base: str, *, connect: float = 1.0, total: float = 3.0) -> None:
        self._peer, self._base = peer, base.rstrip("/")
        self._connect, self._total = connect, total
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        connector = aiohttp.TCPConnector(limit=256, keepalive_timeout=KEEPALIVE_SECONDS)
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> Answer:
        if self._session is None:
            raise RuntimeError(f"the transport to {self._peer} is not open")
        seconds = bounded(self._total)
        if seconds <= 0:
            raise TimedOut(self._peer, "no time was left to ask", sent=False)
        try:
            # As it is: tidied up, a path with dots in it would be that of another operation.
            url = URL(self._base + path, encoded=True)
            async with self._session.request(
                method,
                url,
                params=params,
                headers={**headers, DEADLINE: passed_on(seconds, method)},
                data=body,
                allow_redirects=False,
                timeout=self._timeout(seconds),
            ) as response:
                return Answer(response.status, await response.read(), response.headers)
        except aiohttp.ClientConnectorError as error:
            raise NotAnswered(self._peer, "cannot be reached", sent=False) from error
        except TimeoutError as error:
            sent = not isinstance(error, aiohttp.ConnectionTimeoutError)
            raise TimedOut(self._peer, "took too long", sent=sent) from error
        except (aiohttp.ClientResponseError, aiohttp.ClientPayloadError) as error:
            raise AnsweredBadly(self._peer, str(error)) from error
        except aiohttp.ClientError as error:
            raise NotAnswered(self._peer, str(error), sent=True) from error

    def _timeout(self, seconds: float) -> aiohttp.ClientTimeout:
        connect = min(self._connect, seconds)
        return aiohttp.ClientTimeout(total=seconds, connect=connect, sock_connect=connect)

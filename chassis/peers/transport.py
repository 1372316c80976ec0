"""Carries a request to a service, over a socket."""

from collections.abc import Mapping
from io import BytesIO
from typing import Protocol

import aiohttp
from yarl import URL

from chassis import traces
from chassis.deadlines import HEADER as DEADLINE
from chassis.deadlines import bounded, passed_on
from chassis.peers.breaker import Breaker
from chassis.peers.errors import Answer, AnsweredBadly, CallError, NotAnswered, TimedOut
from chassis.problems import MEDIA_TYPE

# Under what a server keeps an idle connection (see chassis.server), so that it is never sent into a closing one.
KEEPALIVE_SECONDS = 30.0
# A client may allow less; that a service did not answer within that says nothing about it.
_FAIR_SECONDS = 1.0
# A body from here on is sent in pieces, between which others have their turn.
_LARGE_BYTES = 1024 * 1024
# Of all the time that a service has: what is left then is told in time, and who allows much is patient here too.
_CONNECT_SHARE = 1 / 3


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
    """One service over HTTP, on kept connections. `total` is the seconds for all, of which a connection has a third.

    A request with a deadline waits no longer than that, and brings it along.
    """

    def __init__(self, peer: str, base: str, *, total: float = 3.0) -> None:
        self.peer, self._base, self._total = peer, base.rstrip("/"), total
        self.breaker = Breaker(peer)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        # Names are asked anew for each second's connections: replicas come and go under them.
        connector = aiohttp.TCPConnector(limit=256, keepalive_timeout=KEEPALIVE_SECONDS, ttl_dns_cache=1)
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )
        # It would send a GET again by itself, at each hop and without a budget.
        self._session._retry_connection = False

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
        seconds = bounded(self._total)
        if seconds <= 0:
            raise TimedOut(self.peer, "no time was left to ask", sent=False)
        tried, good = self.breaker.admit(), None
        try:
            answer = await self._exchange(method, path, params, headers, body, seconds)
            good = _is_good(answer, seconds)
            return answer
        except CallError as error:
            good = _is_blameless(error, seconds)
            raise
        finally:
            self.breaker.judge(good, tried=tried)

    async def _exchange(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes | None,
        seconds: float,
    ) -> Answer:
        session = self._opened()
        try:
            # As it is: tidied up, a path with dots in it would be that of another operation.
            url = URL(self._base + path, encoded=True)
            async with session.request(
                method,
                url,
                params=params,
                headers={**headers, **self._inner(seconds, method)},
                data=body if body is None or len(body) < _LARGE_BYTES else BytesIO(body),
                allow_redirects=False,
                timeout=self._timeout(seconds),
            ) as response:
                return Answer(response.status, await response.read(), response.headers)
        except aiohttp.ClientConnectorError as error:
            raise NotAnswered(self.peer, "cannot be reached", sent=False) from error
        except TimeoutError as error:
            sent = not isinstance(error, aiohttp.ConnectionTimeoutError)
            raise TimedOut(self.peer, "took too long", sent=sent) from error
        except (aiohttp.ClientResponseError, aiohttp.ClientPayloadError) as error:
            raise AnsweredBadly(self.peer, str(error)) from error
        except aiohttp.ClientError as error:
            raise NotAnswered(self.peer, str(error), sent=True) from error

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError(f"the transport to {self.peer} is not open")
        return self._session

    def _inner(self, seconds: float, method: str) -> dict[str, str]:
        """What goes through all hops: the time that is left, what the work is for, and the trace."""
        return {DEADLINE: passed_on(seconds, method), **traces.passed_on()}

    def _timeout(self, seconds: float) -> aiohttp.ClientTimeout:
        connect = min(self._total * _CONNECT_SHARE, seconds)
        return aiohttp.ClientTimeout(total=seconds, connect=connect, sock_connect=connect)


def _is_good(answer: Answer, seconds: float) -> bool | None:
    """What an answer says about its service: nothing, if that tells itself what is away, busy or at fault.

    A fault is one of a handler: who finds a request that brings it about must not shut the service for everybody.
    """
    if answer.status == 504:
        return False if seconds >= _FAIR_SECONDS else None
    if answer.status in {500, 502, 503}:
        return None if answer.headers.get("Content-Type") == MEDIA_TYPE else False
    return answer.status < 500


def _is_blameless(error: CallError, seconds: float) -> bool | None:
    """A refused connection says nothing either: it costs no time, and the service may be back in a moment."""
    if isinstance(error, TimedOut):
        return False if seconds >= _FAIR_SECONDS else None
    return None if isinstance(error, NotAnswered) and not error.sent else False

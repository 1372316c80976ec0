"""Calls from one service to another, and the tree of what can go wrong with one.

CallError
  NotAnswered      no answer came; `sent` tells whether the request may have been carried out
    TimedOut       ... within the time allowed
  AnsweredBadly    a 5xx, or something that is no answer; of these a 503 or 504 passes through as itself
  Refused          a 4xx: a problem, which passes through to the client as itself
"""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

import aiohttp
import msgspec
from quart import Quart, Response
from yarl import URL

from chassis.logs import get_log
from chassis.passport import HEADER, NO_PASSPORT, PassportOffice
from chassis.problems import MEDIA_TYPE, Problem, to_response, unavailable

_log = get_log(__name__)
# Under what a server keeps an idle connection (see chassis.server), so that it is never sent into a closing one.
_KEEPALIVE_SECONDS = 30.0
# What of a refusal is told beside its body.
_PASSED = ("WWW-Authenticate", "Retry-After", "RateLimit", "RateLimit-Policy")


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: Mapping[str, str]


class CallError(Exception):
    """A call to the service `peer` failed."""

    def __init__(self, peer: str, detail: str) -> None:
        super().__init__(f"{peer}: {detail}")
        self.peer = peer


class NotAnswered(CallError):
    def __init__(self, peer: str, detail: str, *, sent: bool) -> None:
        super().__init__(peer, detail)
        self.sent = sent


class TimedOut(NotAnswered):
    pass


class AnsweredBadly(CallError):
    """`answer` is a problem of the peer that is over soon, if it told of one."""

    def __init__(self, peer: str, detail: str, answer: Answer | None = None) -> None:
        super().__init__(peer, detail)
        self.answer = answer


class _Code(msgspec.Struct):
    code: str = ""


class Refused(CallError):
    def __init__(self, peer: str, answer: Answer) -> None:
        super().__init__(peer, f"refused with {answer.status}")
        self.answer = answer

    @property
    def code(self) -> str:
        """The `code` of the problem; empty if the answer is none."""
        try:
            return msgspec.json.decode(self.answer.body, type=_Code).code
        except msgspec.MsgspecError:
            return ""


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
    """One service over HTTP, on kept connections. `connect` and `total` are seconds, for a connection and for all."""

    def __init__(self, peer: str, base: str, *, connect: float = 1.0, total: float = 3.0) -> None:
        self._peer, self._base = peer, base.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=total, connect=connect, sock_connect=connect)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        connector = aiohttp.TCPConnector(limit=256, keepalive_timeout=_KEEPALIVE_SECONDS)
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=self._timeout,
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
        try:
            # As it is: tidied up, a path with dots in it would be that of another operation.
            url = URL(self._base + path, encoded=True)
            async with self._session.request(
                method, url, params=params, headers=headers, data=body, allow_redirects=False
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


class Peer:
    """A service that this one calls, each time with a passport in the name of the current caller."""

    def __init__(self, name: str, transport: Transport, office: PassportOffice) -> None:
        self.name = name
        self._transport, self._office = transport, office

    async def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        passport: str | None = None,
    ) -> Answer:
        """The answer, whatever it says below 500. Raises NotAnswered, TimedOut or AnsweredBadly."""
        sent = {HEADER: passport or self._office.forward(), **(headers or {})}
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        answer = await self._transport.send(method, path, params or {}, sent, body)
        if answer.status >= 500:
            raise AnsweredBadly(self.name, f"answered {answer.status}", _passing(answer))
        if answer.status == 401 and Refused(self.name, answer).code == NO_PASSPORT:
            # That is between us two: to the client it would say that its token is bad.
            raise AnsweredBadly(self.name, "does not take our passport")
        return answer

    async def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        passport: str | None = None,
    ) -> Answer:
        """As `send`, and raises Refused for a 4xx."""
        answer = await self.send(method, path, params=params, headers=headers, body=body, passport=passport)
        if answer.status >= 400:
            raise Refused(self.name, answer)
        return answer


def _passing(answer: Answer) -> Answer | None:
    """The answer if it is a problem that passes: of which a client is told when to try again."""
    is_problem = answer.headers.get("Content-Type") == MEDIA_TYPE
    return answer if is_problem and answer.status in {503, 504} else None


def _pass_through(answer: Answer) -> Response:
    kept = {name: answer.headers[name] for name in _PASSED if name in answer.headers}
    return Response(answer.body, status=answer.status, headers=kept, content_type=answer.headers.get("Content-Type"))


async def _on_refused(error: Refused) -> Response:
    return _pass_through(error.answer)


async def _on_answered_badly(error: AnsweredBadly) -> Response:
    _log.warning("peer.failed", peer=error.peer, error=str(error))
    return _pass_through(error.answer) if error.answer else to_response(unavailable(error.peer))


async def _on_timed_out(error: TimedOut) -> Response:
    _log.warning("peer.failed", peer=error.peer, error=str(error))
    detail = f"The {error.peer} service did not answer in time."
    return to_response(Problem(504, "timeout", detail, headers={"Retry-After": "1"}))


async def _on_call_error(error: CallError) -> Response:
    _log.warning("peer.failed", peer=error.peer, error=str(error))
    return to_response(unavailable(error.peer))


def register(app: Quart) -> None:
    """A call that fails inside a handler of `app` fails its answer: as itself if refused, else as 503 or 504."""
    app.register_error_handler(Refused, _on_refused)
    app.register_error_handler(TimedOut, _on_timed_out)
    app.register_error_handler(AnsweredBadly, _on_answered_badly)
    app.register_error_handler(CallError, _on_call_error)

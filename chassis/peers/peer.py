"""A service, as the one that calls it sees it."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from chassis.passport import HEADER, NO_PASSPORT, PassportOffice
from chassis.peers.errors import Answer, AnsweredBadly, Failed, Refused
from chassis.peers.retries import RetryBudget, send_again
from chassis.peers.transport import Transport
from chassis.problems import MEDIA_TYPE

T = TypeVar("T")


class Peer:
    """A service that this one calls, each time with a passport in the name of the current caller.

    With `retries` a call that surely did not happen is sent again, and a read whose connection broke. They are for
    the gateway alone: of the hops of a request, one tries again.
    """

    def __init__(
        self, name: str, transport: Transport, office: PassportOffice, retries: RetryBudget | None = None
    ) -> None:
        self.name = name
        self._transport, self._office, self._retries = transport, office, retries

    async def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        passport: str | None = None,
        is_read: bool = False,
    ) -> Answer:
        """The answer, whatever it says below 500. Raises NotAnswered, TimedOut, AnsweredBadly or Failed.

        `is_read` says of a POST that it changes nothing.
        """
        sent = {HEADER: passport or self._office.forward(), **(headers or {})}
        if body is not None:
            sent.setdefault("Content-Type", "application/json")

        async def send() -> Answer:
            return await self._transport.send(method, path, params or {}, sent, body)

        safe = is_read or method == "GET"
        answer = await (send_again(send, self._retries, is_read=safe) if self._retries else send())
        if answer.status == 500:
            raise Failed(self.name, "failed")
        if answer.status > 500:
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
        is_read: bool = False,
    ) -> Answer:
        """As `send`, and raises Refused for a 4xx."""
        answer = await self.send(
            method, path, params=params, headers=headers, body=body, passport=passport, is_read=is_read
        )
        if answer.status >= 400:
            raise Refused(self.name, answer)
        return answer

    def decode(self, answer: Answer, kind: type[T]) -> T:
        """The body of an answer of this service. Raises AnsweredBadly for what is no `kind`."""
        try:
            if not answer.body.isascii():
                # What is only skipped is not looked at by the decoder.
                answer.body.decode()
            if answer.headers.get("Content-Type") == "application/json":
                return msgspec.json.decode(answer.body, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise AnsweredBadly(self.name, f"answered with no {kind.__name__}") from error
        raise AnsweredBadly(self.name, "answered with no JSON")


def _passing(answer: Answer) -> Answer | None:
    """The answer if it is a problem that passes: what a service says of itself, or of one that it called."""
    is_problem = answer.headers.get("Content-Type") == MEDIA_TYPE
    return answer if is_problem and answer.status in {502, 503, 504} else None

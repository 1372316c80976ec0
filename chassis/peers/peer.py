"""A service, as the one that calls it sees it."""

from collections.abc import Mapping

from chassis.passport import HEADER, NO_PASSPORT, PassportOffice
from chassis.peers.errors import Answer, AnsweredBadly, Failed, Refused
from chassis.peers.transport import Transport
from chassis.problems import MEDIA_TYPE


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
        """The answer, whatever it says below 500. Raises NotAnswered, TimedOut, AnsweredBadly or Failed."""
        sent = {HEADER: passport or self._office.forward(), **(headers or {})}
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        answer = await self._transport.send(method, path, params or {}, sent, body)
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
    ) -> Answer:
        """As `send`, and raises Refused for a 4xx."""
        answer = await self.send(method, path, params=params, headers=headers, body=body, passport=passport)
        if answer.status >= 400:
            raise Refused(self.name, answer)
        return answer


def _passing(answer: Answer) -> Answer | None:
    """The answer if it is a problem that passes: what a service says of itself, or of one that it called."""
    is_problem = answer.headers.get("Content-Type") == MEDIA_TYPE
    return answer if is_problem and answer.status in {502, 503, 504} else None

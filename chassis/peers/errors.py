"""The tree of what can go wrong with a call from one service to another."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec


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


class ShutOut(NotAnswered):
    """It has failed too often just now, and was not asked."""

    def __init__(self, peer: str) -> None:
        super().__init__(peer, "is not asked for a moment, after many failures", sent=False)


class AnsweredBadly(CallError):
    """`answer` is a problem of the peer that is over soon, if it told of one."""

    def __init__(self, peer: str, detail: str, answer: Answer | None = None) -> None:
        super().__init__(peer, detail)
        self.answer = answer


class Failed(AnsweredBadly):
    pass


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

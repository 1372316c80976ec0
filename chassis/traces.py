"""The trace of a request: W3C `traceparent`, taken at the gateway, passed on over all hops, and in every log line."""

import random
import re
from contextvars import ContextVar
from typing import NamedTuple

from quart import request

from chassis.logs import bind

HEADER = "traceparent"
# Version 00 ends here; a later one may go on, and is read as far as we know it.
_FORM = re.compile(
    r"(?P<version>(?!ff)[0-9a-f]{2})-(?P<trace>(?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-(?P<flags>[0-9a-f]{2})(-.*)?"
)
# It is there to be read: who traces decides, and nobody has decided otherwise.
_SAMPLED = "01"
# Nobody guards anything with it, so that it need not ask the system for each.
_random = random.Random()  # noqa: S311


class Trace(NamedTuple):
    """`span` names this hop within the trace."""

    trace: str
    span: str
    flags: str

    def __str__(self) -> str:
        return f"00-{self.trace}-{self.span}-{self.flags}"


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def take() -> None:
    """From here on the current request belongs to the trace that its header names; to a new one if that is none."""
    given = request.headers.getlist(HEADER)
    trace = _continue(given[0] if len(given) == 1 else "")
    _current.set(trace)
    bind(trace_id=trace.trace, span_id=trace.span)


def passed_on() -> dict[str, str]:
    """The header of a call to the next hop; nothing outside of a request."""
    trace = _current.get()
    return {} if trace is None else {HEADER: str(trace)}


def _continue(header: str) -> Trace:
    span = f"{_random.getrandbits(64) or 1:016x}"
    match = _FORM.fullmatch(header)
    if match is None or (match["version"] == "00" and match[4]):
        return Trace(f"{_random.getrandbits(128) or 1:032x}", span, _SAMPLED)
    return Trace(match["trace"], span, match["flags"])

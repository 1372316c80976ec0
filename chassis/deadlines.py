"""How long a request may still take: one clock, which every hop of it spends.

The gateway starts it. Each call to a service brings along, in a header, the milliseconds that are left; so the clocks
of two machines need not agree. Beside them stands what the work is for (see `chassis.admission`). Calls, waits for a
connection and statements end when it has run out. What has no clock, such as background work, has the time-outs of
the settings.
"""

import asyncio
import time
from collections.abc import Coroutine
from contextvars import ContextVar, copy_context
from typing import Any, Literal, TypeVar

from quart import Quart, Response, request

from chassis.logs import get_log
from chassis.problems import Problem

T = TypeVar("T")
Work = Literal["read", "write", "begun"]
KINDS: dict[str, Work] = {"read": "read", "begun": "begun"}

HEADER = "TaskSync-Deadline"
# What a write gets for what follows its commit, whatever it has spent.
_TAIL_SECONDS = 0.5
_TAIL_SHARE = 0.2
_FINISH_SECONDS = 2.0
_log = get_log(__name__)
_finishing: set[asyncio.Task[Any]] = set()


class _Clock:
    """Shared by all tasks of one request. `end` is on the monotonic clock; None: it has been stopped."""

    __slots__ = ("end",)

    def __init__(self, seconds: float) -> None:
        self.end: float | None = time.monotonic() + seconds


_clock: ContextVar[_Clock | None] = ContextVar("deadline", default=None)
# What this request has waited at the door, where its clock could not begin yet.
waited: ContextVar[float] = ContextVar("waited", default=0.0)
# What the work of this request is, for the hops behind it. What no request asked for counts as a write.
current_work: ContextVar[Work] = ContextVar("work", default="write")


def start(seconds: float) -> None:
    """From here on, this request and the tasks that it starts have so many seconds."""
    _clock.set(_Clock(seconds))


def begin(seconds: float) -> None:
    """The same, but what it has waited at the door counts. Raises a 504 problem if nothing is left."""
    remaining = seconds - waited.get()
    if remaining <= 0:
        raise overdue()
    start(remaining)


def left() -> float | None:
    """The seconds that are left, 0 or less if none; None without a clock."""
    clock = _clock.get()
    return None if clock is None or clock.end is None else clock.end - time.monotonic()


def bounded(seconds: float) -> float:
    """`seconds`, or what is left if that is less."""
    remaining = left()
    return seconds if remaining is None else min(seconds, remaining)


def stop() -> None:
    """A stream has no end of its own: from here on this request has no deadline."""
    if clock := _clock.get():
        clock.end = None


def extend() -> None:
    """Called just before a commit: whoever writes still gets to say that it was done."""
    clock = _clock.get()
    if clock is not None and clock.end is not None:
        clock.end = max(clock.end, time.monotonic() + _TAIL_SECONDS)


def passed_on(seconds: float, method: str) -> str:
    """The header's value for a call that is waited for `seconds`. A write has to be committed somewhat earlier.

    It is the milliseconds, and what the work is: `read`, `write`, or `begun` for what belongs to a write under way.
    """
    tail = 0.0 if method == "GET" else min(_TAIL_SECONDS, seconds * _TAIL_SHARE)
    return f"{int((seconds - tail) * 1000)} {current_work.get()}"


async def finish(work: Coroutine[Any, Any, T]) -> T:
    """Does what has to follow a commit: with time of its own, and to its end if the client leaves meanwhile."""
    return await asyncio.shield(finish_later(work))


def finish_later(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """The same, and nobody need wait for it: what it raises is logged."""
    context = copy_context()
    context.run(start, _FINISH_SECONDS)
    context.run(current_work.set, "begun")
    task = asyncio.create_task(work, context=context)
    _finishing.add(task)
    task.add_done_callback(_forget)
    return task


def _forget(task: asyncio.Task[Any]) -> None:
    _finishing.discard(task)
    if not task.cancelled() and (error := task.exception()):
        _log.info("finish.failed", error=repr(error))


def overdue() -> Problem:
    """504: the time of the request is over."""
    return Problem(504, "timeout", "The time for this request is over.", headers={"Retry-After": "1"})


def take() -> None:
    """From here on the request has the time that its header gives it. Raises a 504 problem if that is none."""
    milliseconds, _, kind = request.headers.get(HEADER, "").partition(" ")
    current_work.set(KINDS.get(kind, "write"))
    if milliseconds.isdecimal():
        begin(int(milliseconds) / 1000)


def register(app: Quart) -> None:
    """The streams of `app` have no deadline once they have begun."""

    @app.after_request
    async def free_streams(response: Response) -> Response:
        # What Quart is told not to time out is a stream.
        if response.timeout is None:
            stop()
        return response

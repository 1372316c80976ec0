"""Calls that are sent once more, because they surely did not happen, or change nothing.

Only who stands at the outer door has a budget, so that of several hops one tries again, and the load of a service in
trouble does not multiply.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable

from chassis import deadlines
from chassis.peers.errors import Answer, NotAnswered, ShutOut, TimedOut

# A service that restarts refuses connections for a moment; together these last longer.
_PAUSES = (0.05, 0.1, 0.2, 0.4)
_JITTER = 0.25
# What a try has to be left with: who has none would be told of a time-out, and not what is wrong.
_LEAST_SECONDS = 0.05
_SHARE = 0.1
_RESERVE = 20.0


class RetryBudget:
    """One retry for ten calls, and a reserve for times of few."""

    def __init__(self) -> None:
        self._left = _RESERVE

    def earn(self) -> None:
        self._left = min(_RESERVE, self._left + _SHARE)

    def spend(self) -> bool:
        if self._left < 1:
            return False
        self._left -= 1
        return True


async def send_again(send: Callable[[], Awaitable[Answer]], budget: RetryBudget, *, is_read: bool) -> Answer:
    """The answer of `send`, tried a few times while the budget and the request's time allow."""
    budget.earn()
    for pause in _PAUSES:
        try:
            return await send()
        except NotAnswered as error:
            seconds = pause * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311
            enough = deadlines.bounded(1.0) > seconds + _LEAST_SECONDS
            if not enough or not _is_safe(error, is_read) or not budget.spend():
                raise
        await asyncio.sleep(seconds)
    return await send()


def _is_safe(error: NotAnswered, is_read: bool) -> bool:
    """A service that has just been slow, or has failed for long, is not asked twice."""
    return not isinstance(error, (TimedOut, ShutOut)) and (is_read or not error.sent)

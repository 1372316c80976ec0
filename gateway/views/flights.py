"""Equal reads at the same time are one read.

A read that has begun may have missed a write that was answered since, so nobody joins it: who comes while one is
under way shares the next, which begins when that one ends. So many equal reads are two inside, and each still shows
all that was written before it was asked for.
"""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")

# A read that takes longer is not waited for: the next begins beside it.
_PATIENCE_SECONDS = 0.25


class _Flight(Generic[T]):
    """One read, and how many wait for it."""

    task: asyncio.Task[T]

    def __init__(self) -> None:
        self.waiters = 0


class Flights(Generic[T]):
    """The reads under way, by what makes them equal."""

    def __init__(self) -> None:
        self._flying: dict[Hashable, _Flight[T]] = {}
        self._boarding: dict[Hashable, _Flight[T]] = {}

    async def join(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of `work`, or of the same work of somebody else that begins after this call.

        Who is cancelled takes nothing from the others; the work is cancelled when nobody is left who waits for it.
        """
        flight = self._boarding.get(key)
        if flight is None:
            flight = self._boarding[key] = _Flight()
            flight.task = asyncio.create_task(self._fly(key, flight, work))
        flight.waiters += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiters -= 1
            if not flight.waiters and not flight.task.done():
                self._forget(key, flight)
                flight.task.cancel()

    async def _fly(self, key: Hashable, flight: _Flight[T], work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        try:
            if before := self._flying.get(key):
                await asyncio.wait({before.task}, timeout=_PATIENCE_SECONDS)
            del self._boarding[key]
            self._flying[key] = flight
            return await work()
        finally:
            self._forget(key, flight)

    def _forget(self, key: Hashable, flight: _Flight[T]) -> None:
        for flights in (self._boarding, self._flying):
            if flights.get(key) is flight:
                del flights[key]

"""Answers that their clients have yet to take. Such an answer is at hand, so it holds no place at the door."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from chassis.admission import leave_place


class Takers:
    """What the answers of one service hold that wait for their clients: up to `most` bytes, but for one alone.

    Beyond that those are let go that have waited longest, so that who takes slowly on purpose shuts nobody out.
    """

    def __init__(self, most: int) -> None:
        self._most, self._held = most, 0
        # The oldest first.
        self._waiting: dict[asyncio.WriteTransport, int] = {}

    @contextmanager
    def waiting(self, transport: asyncio.WriteTransport, size: int) -> Iterator[None]:
        """While the client of `transport` has yet to take some of `size` bytes."""
        leave_place()
        self._held += size
        self._waiting[transport] = size
        while self._held > self._most and len(self._waiting) > 1:
            oldest = next(iter(self._waiting))
            self._held -= self._waiting.pop(oldest)
            oldest.abort()
        try:
            yield
        finally:
            self._held -= self._waiting.pop(transport, 0)

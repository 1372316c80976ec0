"""Connections over which nothing, or not all, is asked. Each is an open file, of which a process has so many."""

import asyncio


class Idlers:
    """Those of one service: at most `most`.

    Beyond that those end that have rested longest, so that who opens many on purpose shuts nobody out: a client that
    was only resting connects again.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        # The oldest first.
        self._resting: dict[asyncio.WriteTransport, None] = {}

    def begin(self, transport: asyncio.WriteTransport) -> None:
        """From here on it waits for a request, or for the body of one."""
        self._resting[transport] = None
        if len(self._resting) > self._most:
            oldest = next(iter(self._resting))
            del self._resting[oldest]
            oldest.abort()

    def end(self, transport: asyncio.WriteTransport) -> None:
        self._resting.pop(transport, None)

"""The bodies of requests on their way. A request begins when its body is whole: until then it holds no place.

Where the answer does not wait for it, as for one that is too large, the rest is read and let go: a client that still
sends when the connection closes sees a broken one, and not its answer.
"""

import asyncio
from contextlib import suppress
from typing import Any

from quart import Request

from chassis.problems import Problem, busy

# In the `extensions` of the scope: the whole body, or the upload that is to become it.
WHOLE_BODY = "tasksync.whole_body"
UPLOAD = "tasksync.upload"
# Who sends goes on within so long, and is done within so long in all: 256 KiB take 35 kbit/s.
_PAUSE_SECONDS = 10.0
_LONGEST_SECONDS = 60.0
# Beyond so many times the limit nobody's answer is worth the reading.
_PATIENCE = 32


class Bodies:
    """What the bodies that one service waits for hold: each up to `largest` bytes, and all of them up to `most`.

    Beyond that those are refused that have taken longest, so that who sends slowly on purpose shuts nobody out.
    """

    def __init__(self, largest: int, most: int) -> None:
        self.largest, self._most, self._held = largest, most, 0
        # The oldest first.
        self._holders: dict[Upload, None] = {}

    def hold(self, upload: "Upload", size: int) -> None:
        """So many bytes more."""
        self._held += size
        self._holders[upload] = None
        while self._held > self._most and self._holders:
            oldest = next(iter(self._holders))
            del self._holders[oldest]
            if oldest.is_bounded:
                oldest.refuse()

    def let_go(self, upload: "Upload", size: int) -> None:
        self._held -= size
        self._holders.pop(upload, None)


class Upload:
    """One body, from the head of its request to its end: kept, or let go if nobody wants it."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._kept: bytearray | None = bytearray()
        self._size = 0
        self.is_bounded, self.has_ended, self._is_refused = True, False, False
        self._has_moved = asyncio.Event()
        self._latest = asyncio.get_running_loop().time() + _LONGEST_SECONDS

    @property
    def is_too_large(self) -> bool:
        return self._size > self._bodies.largest

    @property
    def is_too_long(self) -> bool:
        """Whether its end is not worth waiting for."""
        return self._size > _PATIENCE * self._bodies.largest

    def add(self, data: bytes) -> None:
        self._size += len(data)
        if self._kept is not None:
            # One byte more than it may have tells that it is too large.
            part = data[: self._bodies.largest + 1 - len(self._kept)]
            self._kept += part
            self._bodies.hold(self, len(part))
        self._has_moved.set()

    def end(self) -> None:
        self.has_ended = True
        self._has_moved.set()

    def give_up(self) -> None:
        """Nobody wants it any more."""
        self._bodies.let_go(self, len(self._kept or b""))
        self._kept = None
        self._has_moved.set()

    def refuse(self) -> None:
        """There is no room for it."""
        self._is_refused = True
        self.give_up()

    async def whole(self, is_bounded: bool) -> bytes | None:
        """The body, or the beginning of one that is too large; None if it was given up. Raises a 408 problem.

        Raises a 503 problem too if `is_bounded` and there is no room for it.
        """
        self.is_bounded = is_bounded
        try:
            while not (self._kept is None or self.has_ended or self.is_too_large):
                await self._until_moved()
            if self._is_refused:
                raise busy()
            return None if self._kept is None else bytes(self._kept)
        except TimeoutError:
            detail = "The body did not come in time."
            raise Problem(408, "request_timeout", detail, headers={"Connection": "close"}) from None
        finally:
            self.give_up()

    async def rest(self) -> None:
        """Waits for what is still to come of it and nobody wants: to its end, or for as long as for any."""
        with suppress(TimeoutError):
            while not self.has_ended:
                await self._until_moved()

    async def _until_moved(self) -> None:
        self._has_moved.clear()
        now = asyncio.get_running_loop().time()
        async with asyncio.timeout_at(min(now + _PAUSE_SECONDS, self._latest)):
            await self._has_moved.wait()


class ReceivedRequest(Request):
    async def get_data(self, *args: Any, **kwargs: Any) -> Any:
        """A body that is there needs no timer, and no task to wait for it."""
        if self.body._complete.is_set() and kwargs == {"as_text": False} and not args:
            return await self.body
        return await super().get_data(*args, **kwargs)

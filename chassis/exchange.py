"""One request and its answer, between the connection that it came over and the app.

It stands where Hypercorn has a stream, a queue and a task, each behind the other; and it can be ended, as no stream
of Hypercorn's can.
"""

import asyncio
from collections.abc import Set as AbstractSet
from contextlib import suppress
from typing import Any, Protocol

from chassis.admission import App, answer
from chassis.asgi import ENDLESS
from chassis.idling import Idlers
from chassis.logs import get_log
from chassis.parsing import Asked
from chassis.problems import Problem
from chassis.taking import Takers
from chassis.uploads import Bodies, Upload
from chassis.writing import Writer

# When the service ends: so long a kept connection is still answered, with the word that it closes. Who uses it then
# goes elsewhere, and does not send a request into its end.
PARTING_SECONDS = 0.5
# What a request gets to end in, once it has been cut.
_CUT_SECONDS = 1.0
_STOPPING = "The service is stopping, and gave this request up."
_GONE = {"type": "http.disconnect"}
_log = get_log(__name__)


class Line(Protocol):
    """The connection, as an exchange needs it."""

    @property
    def is_ending(self) -> bool:
        """Whether no more is asked over it."""

    async def write(self, data: bytes) -> None: ...

    async def end_exchange(self) -> None:
        """The answer is whole, or there will be no more of it."""


class Exchange:
    """`run` is the task of the request. `upload` is its body, if that is still to come."""

    def __init__(
        self, app: App, scope: Any, asked: Asked, line: Line, others: "Exchanges", upload: Upload | None
    ) -> None:
        self._app, self._scope, self._line, self._others, self._upload = app, scope, line, others, upload
        self.writer = Writer(asked)
        # All that an app is told, which has the body already, is that the client is gone.
        self._inbox: asyncio.Queue[Any] = asyncio.Queue()
        self._is_closed = False
        self.is_endless = self.is_cut = False
        # Whether the client, or what stands between, has all of the answer.
        self.is_answered = False

    async def run(self) -> None:
        try:
            await self._app(self._scope, self._inbox.get, self._send)
            if self.is_cut and not self.writer.has_begun:
                await self._refuse(Problem(503, "stopping", _STOPPING, headers={"Retry-After": "1"}))
        except Exception as error:
            _log.error("exchange.failed", exc_info=error)
        finally:
            self._others.discard(self)
            if not self._is_closed:
                await self._give_up()

    async def _give_up(self) -> None:
        """The app has ended, and its answer has not."""
        if not self.writer.has_begun:
            problem = Problem(500, "internal", "Something went wrong here.", headers={"Connection": "close"})
            await self._refuse(problem)
        else:
            await self._line.end_exchange()

    async def _refuse(self, problem: Problem) -> None:
        await answer(self._send, problem, {})

    async def _send(self, message: Any) -> None:
        if self._is_closed:
            return
        if message["type"] == "http.response.start":
            self.is_endless = ENDLESS in message
            if self.is_endless and self._others.are_ending:
                self.cut()
            self.writer.keeps_alive &= not self._line.is_ending
            data, is_whole = self.writer.begin(message["status"], message["headers"]), False
        else:
            data, is_whole = self.writer.write(message.get("body", b"")), not message.get("more_body")
            data += self.writer.end() if is_whole else b""
        if data:
            await self._line.write(data)
        if is_whole:
            self.is_answered = self.writer.has_ended
            await self._line.end_exchange()

    def close(self) -> None:
        """The client has its answer, or is gone."""
        if not self._is_closed:
            self._is_closed = True
            self._leave()

    def cut(self) -> None:
        """Tells the app that the client is gone: it cancels its handler and closes its stream, as for any client."""
        self.is_cut = True
        self._leave()

    def _leave(self) -> None:
        if self._upload is not None:
            self._upload.give_up()
        self._inbox.put_nowait(_GONE)


class Exchanges:
    """Those under way in one service, to wait for them and then to end them."""

    def __init__(self, bodies: Bodies, takers: Takers, idlers: Idlers) -> None:
        self.bodies, self.takers, self.idlers = bodies, takers, idlers
        self._under_way: set[Exchange] = set()
        self.are_ending = False
        self._has_ended = asyncio.Event()

    def add(self, exchange: Exchange) -> None:
        self._under_way.add(exchange)

    def discard(self, exchange: Exchange) -> None:
        self._under_way.discard(exchange)
        if self.are_ending:
            self._has_ended.set()

    async def drain(self, seconds: float, connections: AbstractSet[asyncio.Task[Any]]) -> int:
        """Waits for the requests under way, and cuts those left after `seconds`. Returns how many those were.

        Those count too that still come over kept `connections` before they part. Streams are cut at once."""
        self.are_ending = True
        for exchange in list(self._under_way):
            if exchange.is_endless:
                exchange.cut()
        await self._until_none(seconds, connections)
        late = list(self._under_way)
        for exchange in late:
            exchange.cut()
        await self._until_none(_CUT_SECONDS, frozenset())
        return len(late)

    async def _until_none(self, seconds: float, connections: AbstractSet[asyncio.Task[Any]]) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                if connections:
                    # Twice: for those that part in the last moment.
                    await asyncio.wait(connections, timeout=2 * PARTING_SECONDS)
                while self._under_way:
                    self._has_ended.clear()
                    await self._has_ended.wait()

"""How callers stand in rooms, asked of Keys together: who asks while a question is under way shares the next."""

import asyncio
from contextvars import Context
from typing import NamedTuple
from uuid import UUID

import msgspec

from chassis import deadlines
from chassis.logs import bind, current_request_id
from chassis.peers import AnsweredBadly, Peer, TimedOut
from keys.client import Role

_MOST, _MOST_NAMED = 200, 8
# A question that takes longer is not waited for: the next begins beside it.
_PATIENCE_SECONDS = 0.25


class Standing(NamedTuple):
    """The role in the room, None for no member; and the room's stamp, another one after each write there."""

    role: Role | None
    stamp: str


class _Answer(msgspec.Struct):
    items: list[Standing]


class _Question(NamedTuple):
    room: UUID
    user: UUID
    request_id: str
    future: "asyncio.Future[Standing]"


class Standings:
    """A question is asked after it was put, never before: so the answer knows of every write answered until then."""

    def __init__(self, keys: Peer) -> None:
        self._keys = keys
        self._waiting: list[_Question] = []
        self._asking: asyncio.Task[None] | None = None
        self._hanging: set[asyncio.Task[None]] = set()

    async def ask(self, room: UUID, user: UUID) -> Standing:
        """Raises the errors of `chassis.peers`."""
        future: asyncio.Future[Standing] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Question(room, user, current_request_id(), future))
        if self._asking is None:
            self._begin()
        try:
            # The question is several callers', and the time each one's own.
            async with asyncio.timeout(deadlines.left()):
                return await future
        except TimeoutError:
            raise TimedOut(self._keys.name, "took too long", sent=True) from None

    def _begin(self) -> None:
        # In nobody's name: the questions are of several callers.
        self._asking = asyncio.create_task(self._ask_all(), context=Context())

    def _begin_beside(self) -> None:
        if self._asking is not None:
            self._hanging.add(self._asking)
            self._asking.add_done_callback(self._hanging.discard)
            self._asking = None
        if self._waiting:
            self._begin()

    async def _ask_all(self) -> None:
        this = asyncio.current_task()
        deadlines.current_work.set("read")
        try:
            while self._waiting and self._asking is this:
                batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
                patience = asyncio.get_running_loop().call_later(_PATIENCE_SECONDS, self._begin_beside)
                try:
                    await self._ask(batch)
                finally:
                    patience.cancel()
        finally:
            if self._asking is this:
                self._asking = None

    async def _ask(self, batch: list[_Question]) -> None:
        # A line in the log of Keys is found by each of them.
        bind(request_id=",".join(question.request_id for question in batch[:_MOST_NAMED]))
        try:
            body = msgspec.json.encode([(question.room, question.user) for question in batch])
            answer = await self._keys.call("POST", "/internal/standings", body=body, is_read=True)
            items = self._keys.decode(answer, _Answer).items
            if len(items) != len(batch):
                raise AnsweredBadly(self._keys.name, f"answered {len(items)} of {len(batch)} questions")
        except BaseException as error:
            for question in batch:
                if not question.future.done():
                    question.future.set_exception(error)
                    # Whoever asked may be gone.
                    question.future.exception()
            if not isinstance(error, Exception):
                raise
            return
        for question, standing in zip(batch, items, strict=True):
            if not question.future.done():
                question.future.set_result(standing)

"""How callers stand in rooms, asked of Keys together: who asks while a question is under way shares the next."""

import asyncio
from contextvars import Context
from typing import NamedTuple
from uuid import UUID

import msgspec

from chassis import deadlines
from chassis.logs import bind, current_request_id
from chassis.peers import Peer, TimedOut
from keys.client import Role

_MOST, _MOST_NAMED = 200, 8


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

    async def ask(self, room: UUID, user: UUID) -> Standing:
        """Raises the errors of `chassis.peers`."""
        future: asyncio.Future[Standing] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Question(room, user, current_request_id(), future))
        if self._asking is None:
            # In nobody's name: the questions are of several callers.
            self._asking = asyncio.create_task(self._ask_all(), context=Context())
        try:
            # The question is several callers', and the time each one's own.
            async with asyncio.timeout(deadlines.left()):
                return await future
        except TimeoutError:
            raise TimedOut(self._keys.name, "took too long", sent=True) from None

    async def _ask_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
                await self._ask(batch)
        finally:
            self._asking = None

    async def _ask(self, batch: list[_Question]) -> None:
        # A line in the log of Keys is found by each of them.
        bind(request_id=",".join(question.request_id for question in batch[:_MOST_NAMED]))
        try:
            body = msgspec.json.encode([(question.room, question.user) for question in batch])
            answer = await self._keys.call("POST", "/internal/standings", body=body, is_read=True)
            items = self._keys.decode(answer, _Answer).items
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

"""Confirms what shows already: a moment after its write was answered, and with the others of that moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Annotated
from uuid import UUID

import msgspec

from chassis.bodies import Body
from chassis.logs import get_log
from chassis.peers import CallError, Peer

_log = get_log(__name__)
# Views of the room are read anew meanwhile.
_GATHER_SECONDS = 0.02
_MOST = 500


class Landed(Body):
    """Body of `POST /internal/claims/confirm`: claims whose rows have come."""

    ids: Annotated[list[UUID], msgspec.Meta(max_length=_MOST)]


class Confirmations:
    """What is lost of them is the sweeper's. `run` is a lifespan."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._landed: list[UUID] = []
        self._news = asyncio.Event()

    def add(self, claim: UUID) -> None:
        """The row of `claim` has come."""
        self._landed.append(claim)
        self._news.set()

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._send_all(), name="claims.confirm")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await self._send()

    async def _send_all(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            await asyncio.sleep(_GATHER_SECONDS)
            await self._send()

    async def _send(self) -> None:
        while self._landed:
            batch, self._landed = self._landed[:_MOST], self._landed[_MOST:]
            body = msgspec.json.encode(Landed(ids=batch))
            try:
                await self._peer.call("POST", "/internal/claims/confirm", body=body)
            except CallError as error:
                _log.warning("claims.left_to_sweeper", count=len(batch), error=str(error))

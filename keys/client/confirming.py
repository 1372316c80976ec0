"""Confirms what shows already, after its write was answered: the first at once, those of the next moment together."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Annotated
from uuid import UUID

import msgspec

from chassis.background import periodically
from chassis.bodies import Body
from chassis.peers import CallError, Peer

_IDLE_SECONDS = 1.0
# A confirmation costs Keys as much as a claim, however many share it; until then views of their rooms are read anew.
_GATHER_SECONDS = 0.03
_MOST = 500


class Landed(Body, omit_defaults=True):
    """Body of `POST /internal/claims/confirm`: claims whose rows have come, and such as no row was tried with."""

    ids: Annotated[list[UUID], msgspec.Meta(max_length=_MOST)]
    unused: Annotated[list[UUID], msgspec.Meta(max_length=_MOST)] = msgspec.field(default_factory=list)


class Confirmations:
    """What is lost of them, as when Keys is away, is the sweeper's. `run` is a lifespan."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._landed: list[UUID] = []
        self._unused: list[UUID] = []
        self._news = asyncio.Event()

    def add(self, claim: UUID) -> None:
        """The row of `claim` has come."""
        self._landed.append(claim)
        self._news.set()

    def give_up(self, claims: Iterable[UUID]) -> None:
        """No row was, or will be, tried with `claims`, so there is nothing to fence."""
        self._unused.extend(claims)
        self._news.set()

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        async with periodically("claims.confirm", _IDLE_SECONDS, self._send_and_gather, self._news)():
            yield
        with suppress(CallError):
            await self._send()

    async def _send_and_gather(self) -> None:
        await self._send()
        await asyncio.sleep(_GATHER_SECONDS)

    async def _send(self) -> None:
        while self._landed or self._unused:
            batch, self._landed = self._landed[:_MOST], self._landed[_MOST:]
            unused, self._unused = self._unused[:_MOST], self._unused[_MOST:]
            body = msgspec.json.encode(Landed(ids=batch, unused=unused))
            try:
                await self._peer.call("POST", "/internal/claims/confirm", body=body)
            except asyncio.CancelledError:
                self._landed, self._unused = batch + self._landed, unused + self._unused
                raise

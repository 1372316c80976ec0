"""An answer without end, read line by line."""

from collections.abc import AsyncIterator, Mapping

import aiohttp

from chassis.passport import HEADER, PassportOffice
from chassis.peers.errors import Answer, AnsweredBadly, NotAnswered, Refused

# The other side sends a line a second, if only as a sign of life.
_SILENT_SECONDS = 4.0
_CONNECT_SECONDS = 1.0


class LineStream:
    """The lines that the service `peer` at `base` sends, over a connection of their own."""

    def __init__(self, peer: str, base: str, office: PassportOffice) -> None:
        self.peer = peer
        self._base, self._office = base.rstrip("/"), office

    async def lines(self, path: str, params: Mapping[str, str]) -> AsyncIterator[bytes]:
        """Raises NotAnswered when the connection breaks or falls silent, else as `Peer.call`."""
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS, sock_read=_SILENT_SECONDS)
        headers = {HEADER: self._office.issue()}
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(self._base + path, params=params, headers=headers) as response,
            ):
                await self._check(response)
                async for line in _split(response):
                    yield line
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NotAnswered(self.peer, repr(error), sent=True) from error
        raise NotAnswered(self.peer, "ended its stream", sent=True)

    async def _check(self, response: aiohttp.ClientResponse) -> None:
        if response.status >= 500:
            raise AnsweredBadly(self.peer, f"answered {response.status}")
        if response.status >= 400:
            raise Refused(self.peer, Answer(response.status, await response.read(), response.headers))


async def _split(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """aiohttp's own reader of lines has a bound, and a line here is a page of changes."""
    parts: list[bytes] = []
    async for chunk in response.content.iter_any():
        *whole, rest = chunk.split(b"\n")
        for line in whole:
            yield b"".join([*parts, line])
            parts = []
        if rest:
            parts.append(rest)

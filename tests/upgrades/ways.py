"""What stands before the replicas of a service, as the address of a swarm's service does: one port for all of them.

Each caller has a way of its own, so that it is known which versions have spoken with each other.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.compose.balancer import carry
from tests.system import free_port
from tests.upgrades.replicas import Replica


@dataclass
class Way:
    """Leads to one of `replicas`, which come and go: each new connection to the one that was used least.

    `used` counts the connections, by the version of the replica.
    """

    replicas: list[Replica]
    port: int = field(default_factory=free_port)
    used: Counter[str] = field(default_factory=Counter)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        replica = min(self.replicas, key=lambda each: self.used[each.version])
        self.used[replica.version] += 1
        try:
            far_reader, far_writer = await asyncio.open_unix_connection(replica.address)
        except OSError:
            writer.transport.abort()
            return
        await asyncio.gather(carry(reader, far_writer), carry(far_reader, writer))


@asynccontextmanager
async def opened(way: Way) -> AsyncIterator[Way]:
    server = await asyncio.start_server(way.accept, "127.0.0.1", way.port)
    try:
        yield way
    finally:
        server.close()

"""Stands for the proxy before the gateways: a connection goes to a replica that answers, by the names of the swarm.

It runs in a container of its own, with nothing but Python.
"""

import asyncio
import random
import sys

_CONNECT_SECONDS = 1.0


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def connect(name: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    found = await asyncio.get_running_loop().getaddrinfo(name, port, proto=6)
    random.shuffle(found)
    for *_, address in found:
        try:
            return await asyncio.wait_for(asyncio.open_connection(*address[:2]), _CONNECT_SECONDS)
        except (OSError, TimeoutError):
            continue
    raise ConnectionRefusedError(name)


async def main(name: str, port: int) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await connect(name, port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(carry(reader, far_writer), carry(far_reader, writer))

    async with await asyncio.start_server(serve, "0.0.0.0", port) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))

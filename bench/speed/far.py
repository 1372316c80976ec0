"""A client that is far away: each round trip costs it 20 milliseconds. One call, or the calls one by one."""

import asyncio
import time
from collections.abc import Sequence
from uuid import UUID

from bench.speed.load import Client, to_request
from bench.speed.stage import Stage

_ROUND_TRIP = 0.02
_TIMES = 25
# What the view has in it, as a client gets it that composes by itself.
_ONE_BY_ONE = ("?include=", "/access?action=room.edit", "/members", "/tasks")


async def far(stage: Stage, room: UUID) -> tuple[float, float]:
    """The milliseconds of a board by one call, and by calls one after the other: medians of alternating turns."""
    client = await Client.connect(stage.port)
    once, one_by_one = ([_request(stage, room, path) for path in paths] for paths in ([""], _ONE_BY_ONE))
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(_TIMES):
        times[0].append(await _take(client, once))
        times[1].append(await _take(client, one_by_one))
    client.close()
    first, second = (sorted(each)[_TIMES // 2] for each in times)
    return first, second


def _request(stage: Stage, room: UUID, path: str) -> bytes:
    return to_request("GET", f"/v1/rooms/{room}{path}", stage.token)


async def _take(client: Client, requests: Sequence[bytes]) -> float:
    began = time.perf_counter()
    for request in requests:
        await asyncio.sleep(_ROUND_TRIP)
        reply = await client.ask(request)
        assert reply.status == 200, reply
    return (time.perf_counter() - began) * 1000

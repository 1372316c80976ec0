"""How the cost of each view grows, from 10 to 100,000: rooms of a user, tasks and members of a room, and users.

Nothing is remembered by the gateway here: each view is read from the four databases each time.
"""

import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import uvloop

from bench.speed.fill import fill
from bench.speed.load import Client, to_request
from bench.speed.stage import Stage, run_stage

_SIZES = (10, 100, 1_000, 10_000, 100_000)
_TIMES, _WARM = 40, 10
_HEAD = f"{'milliseconds (median)':28}" + "".join(f"{size:>10}" for size in _SIZES)

Make = Callable[[Stage, int], Awaitable[UUID]]


async def tasks_in_room(stage: Stage, size: int) -> UUID:
    return (await fill(stage.databases, stage.user, 1, size, 10))[0]


async def members_of_room(stage: Stage, size: int) -> UUID:
    return (await fill(stage.databases, stage.user, 1, 50, size))[0]


async def rooms_of_user(stage: Stage, size: int) -> UUID:
    return (await fill(stage.databases, stage.user, size, 1, 1))[-1]


async def users(stage: Stage, size: int) -> UUID:
    """Each in a room of their own, beside one that is measured."""
    room = (await fill(stage.databases, stage.user, 1, 50, 10))[0]
    await stage.databases["users"].execute(
        """
        INSERT INTO accounts (id, email, name, password_hash)
        SELECT id, id || '@example.org', 'Member', '-'
        FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $1)) AS made
        """,
        size,
    )
    await stage.databases["users"].execute("ANALYZE")
    return room


GROWTH: dict[str, tuple[Make, Sequence[str]]] = {
    "tasks in the room": (tasks_in_room, ("/v1/rooms/{room}", "/v1/rooms/{room}/tasks?sort=-updated")),
    "members of the room": (members_of_room, ("/v1/rooms/{room}", "/v1/rooms/{room}/members")),
    "rooms of the user": (rooms_of_user, ("/v1/rooms/{room}", "/v1/me/home", "/v1/rooms")),
    "users": (users, ("/v1/rooms/{room}",)),
}


async def main(most: int) -> None:
    print(_HEAD)
    for name, (make, paths) in GROWTH.items():
        async with run_stage(TASKSYNC_GATEWAY_MEMORY_BYTES="0") as stage:
            columns = [await _measure(stage, await make(stage, size), paths) for size in _SIZES if size <= most]
        for path, row in zip(paths, zip(*columns, strict=True), strict=True):
            figures = "".join(f"{figure:10.1f}" for figure in row)
            print(f"{name + ':':28}\n  {path.replace('{room}', '*'):26}{figures}", flush=True)


async def _measure(stage: Stage, room: UUID, paths: Sequence[str]) -> list[float]:
    client = await Client.connect(stage.port)
    found = [await _median(client, to_request("GET", path.format(room=room), stage.token)) for path in paths]
    client.close()
    return found


async def _median(client: Client, request: bytes) -> float:
    times = []
    for _ in range(_WARM + _TIMES):
        began = time.perf_counter()
        reply = await client.ask(request)
        times.append((time.perf_counter() - began) * 1000)
        assert reply.status == 200, reply
    return statistics.median(times[_WARM:])


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else _SIZES[-1]))

"""Who is removed or demoted is refused by the very next request, in the midst of their reads and writes."""

import asyncio
import time
from dataclasses import dataclass, field

import pytest

from tests.faults.fleet import Fleet
from tests.faults.test_random import until_ready
from tests.faults.workload import Account, add_account
from tests.system import Reply

_WORKERS = 4


@dataclass
class Requests:
    """What `who` asks of the room without end: for each request whether it reads, when it began, and its status."""

    fleet: Fleet
    room: str
    who: Account
    made: list[tuple[bool, float, int]] = field(default_factory=list)

    async def go_on(self, stop: asyncio.Event, reads: bool) -> None:
        path, body = (self.room, None) if reads else (f"{self.room}/tasks", {"title": "Two"})
        while not stop.is_set():
            began = time.monotonic()
            reply = await ask(self.fleet, self.who, "GET" if reads else "POST", path, body)
            self.made.append((reads, began, reply.status))

    def statuses(self, reads: bool, since: float, until: float) -> set[int]:
        return {status for is_read, began, status in self.made if is_read == reads and since <= began < until}


async def ask(fleet: Fleet, who: Account, method: str, path: str, body: object = None) -> Reply:
    headers = {"Authorization": f"Bearer {who.token}"}
    return await fleet.system.request("gateway", method, path, headers=headers, json=body)


async def _until(requests: Requests, read: int, write: int) -> None:
    """Waits for three more answers of each kind, `read` and `write`: so both go on before the change, and after."""
    seen = len(requests.made)
    async with asyncio.timeout(60):
        while min(_count(requests.made[seen:], True, read), _count(requests.made[seen:], False, write)) < 3:
            await asyncio.sleep(0.01)


def _count(made: list[tuple[bool, float, int]], reads: bool, status: int) -> int:
    return sum((is_read, got) == (reads, status) for is_read, _, got in made)


@pytest.mark.parametrize(("change", "reads", "writes"), [("remove", 404, 404), ("demote", 200, 403)])
async def test_no_request_that_began_after_the_answer_is_served(
    fleet: Fleet, change: str, reads: int, writes: int
) -> None:
    await until_ready(fleet)
    owner, mate = await add_account(fleet), await add_account(fleet)
    for _ in range(4):
        made = await ask(fleet, owner, "POST", "/v1/rooms", {"name": "Kitchen"})
        room = f"/v1/rooms/{made.json()['id']}"
        await ask(fleet, owner, "POST", f"{room}/members", {"email": mate.email, "role": "editor"})
        requests, stop = Requests(fleet, room, mate), asyncio.Event()
        at_work = asyncio.gather(*(requests.go_on(stop, number % 2 == 0) for number in range(_WORKERS)))
        await _until(requests, 200, 201)
        member = f"{room}/members/{mate.id}"
        if change == "remove":
            reply = await ask(fleet, owner, "DELETE", member)
        else:
            reply = await ask(fleet, owner, "PUT", member, {"role": "viewer"})
        changed = time.monotonic()
        assert reply.status in {200, 204}, reply.body
        await _until(requests, reads, writes)
        stop.set()
        await at_work
        assert requests.statuses(True, changed, float("inf")) == {reads}
        assert requests.statuses(False, changed, float("inf")) == {writes}

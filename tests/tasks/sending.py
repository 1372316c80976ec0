"""A client that repeats a write whose answer was lost, from the thread of a test that is made of random steps."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import uuid4

from tests.seeds import grant
from tests.system import Reply
from tests.tasks.team import Team

T = TypeVar("T")


class Sender:
    """Sends as a client does, from Hypothesis' thread into the loop of the test. `kept` are POSTs that were done."""

    def __init__(self, loop: asyncio.AbstractEventLoop, team: Team) -> None:
        self.loop, self.team = loop, team
        self.kept: list[tuple[str, str, int | None, Any, dict[str, str], Reply]] = []

    def send(self, by: str, method: str, path: str, *, seen: int | None = None, json: Any = None) -> Reply:
        return self.wait(self.post(by, method, path, seen, json, {}))

    def repeat(self, losses: int, by: str, path: str, *, seen: int | None = None, json: Any = None) -> Reply:
        """A POST whose answer is lost so often: it is repeated with its key, and each answer is the first."""
        headers = {"Idempotency-Key": str(uuid4())}
        first, *others = [self.wait(self.post(by, "POST", path, seen, json, headers)) for _ in range(losses + 1)]
        if first.status < 300:
            self.kept.append((by, path, seen, json, headers, first))
            assert {other.body for other in others} <= {first.body}
        assert {other.status for other in others} <= {first.status}
        return first

    def race(self, *writes: tuple[str, str, str, int | None, Any]) -> list[Reply]:
        async def both() -> list[Reply]:
            return list(await asyncio.gather(*(self.post(*write, {}) for write in writes)))

        return self.wait(both())

    async def post(
        self, by: str, method: str, path: str, seen: int | None, json: Any, headers: dict[str, str]
    ) -> Reply:
        person = self.team[by]
        if seen is not None:
            headers = {**headers, "If-Match": f'"{seen}"'}
        headers = {**headers, **grant(person, self.team.room)}
        return await self.team.system.call("tasks", method, path, user=person, headers=headers, json=json)

    def wait(self, sent: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(sent, self.loop).result(20)

"""The `if_match` of an operation: compared with what was there before the batch, as that alone is what others wrote.

What an earlier operation of the batch made of it is seen by nobody yet, and may never be: it is no collision, and it
is not told as what is there.
"""

from collections.abc import Iterable

from chassis.database import Connection
from chassis.versions import conflict
from keys.client import Node
from tasks import commenting, merging, trash, writing
from tasks.batch.scope import Scope
from tasks.models import Comment, Task
from tasks.steps import Step, Written


def guard(step: Step, scope: Scope, node: Node, seen: int | None, fields: Iterable[str]) -> Step:
    """The step, refused with a 412 problem if others changed any of `fields` of `node` after version `seen`."""
    if seen is None or scope.creates(node):
        return step
    return _Guard(step, scope, node, seen, list(fields)).step()


class _Guard:
    def __init__(self, step: Step, scope: Scope, node: Node, seen: int, fields: list[str]) -> None:
        self._step, self._node, self._room_id = step, node, scope.room_id
        self._seen, self._fields = seen, fields
        self._collisions: list[str] = []
        self._before: Task | Comment | None = None

    def step(self) -> Step:
        return self._step._replace(check=self._check, apply=self._apply)

    async def _check(self, connection: Connection) -> None:
        found = await trash.hold_either(connection, self._node, self._room_id)
        if found is not None:
            self._before, _ = found
            self._collisions = await merging.find_collisions(connection, self._before, self._seen, self._fields)

    async def _apply(self, connection: Connection) -> Written:
        # Told only here, so that it is the first operation that cannot be done that is told.
        if self._before is not None and self._collisions:
            current = await self._hold(connection)
            if not self._before.version < self._seen <= current.version:
                raise conflict(self._collisions, self._before)
        return await self._step.apply(connection)

    async def _hold(self, connection: Connection) -> Task | Comment:
        hold = writing.hold if self._node.type == "task" else commenting.hold
        return await hold(connection, self._node.id, self._room_id)

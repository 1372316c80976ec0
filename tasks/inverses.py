"""What takes a change back: the old values, out of the trash or into it, assigned again or no more."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from chassis.database import Connection
from chassis.problems import not_found
from chassis.versions import conflict
from keys.client import Need, comment, task
from tasks import assigning, commenting, merging, order, trash, writing
from tasks.changes import Recorded
from tasks.models import Task
from tasks.queries import activity, assignees, comments
from tasks.queries.activity import Logged
from tasks.steps import Step, Written

# It follows from the status, and comes back with it.
_DERIVED = {"completed_at"}
_MOVING = {"status", "position"}


async def find_changes(connection: Connection, recorded: Sequence[Recorded]) -> list[Logged]:
    """The changes in the log, the last first. Raises a 404 problem if they, or their room, are gone."""
    logged = await activity.of_versions(connection, recorded)
    if not logged or len(logged) < len(recorded):
        raise not_found("change")
    return logged


async def plan(connection: Connection, logged: Sequence[Logged], actor: UUID) -> list[Step]:
    """What takes the changes back, in this order."""
    last = {change.entity_id: 0 for change in logged}
    for change in logged:
        last[change.entity_id] = max(last[change.entity_id], change.version)
    return [await _Inverse(change, last[change.entity_id], actor).step(connection) for change in logged]


class _Inverse:
    """What takes `change` back, if nobody has written its fields since version `last` of the same write."""

    def __init__(self, change: Logged, last: int, actor: UUID) -> None:
        self.change, self.last, self.actor = change, last, actor
        self.id, self.room_id = change.entity_id, change.room_id
        self.node = task(self.id) if change.kind == "task" else comment(self.id)
        self.old = change.before or {}
        self.named = self.old.keys() - _DERIVED

    async def step(self, connection: Connection) -> Step:
        match self.change.kind, self.change.op:
            case "task", "create" | "restore":
                return self._step("task.delete", self._discard_task)
            case "task", "delete":
                return self._step("task.restore", self._restore_task)
            case "task", _ if "assignees" in self.old:
                return await self._assign_back(connection)
            case "task", _:
                return self._step("task.move" if self.named <= _MOVING else "task.edit", self._write_back)
            case "comment", "update":
                return self._step("comment.edit", self._edit_back)
            case "comment", "delete":
                return self._step("comment.delete", self._restore_comment)
            case _:
                return self._step("comment.delete", self._discard_comment)

    def _step(self, action: str, apply: Any, **references: Any) -> Step:
        return Step((Need(action=action, on=self.node),), apply, check=self._check, **references)

    async def _check(self, connection: Connection) -> None:
        """Raises a 412 problem if somebody has written since what is to be written back.

        The task of a comment may be in the trash: an inverse before this one restores it, or else this one fails.
        """
        found = await trash.hold_either(connection, self.node, self.room_id)
        if found is None:
            raise not_found(self.change.kind)
        current, is_live = found
        if current.version == self.last:
            return
        if self.change.op == "delete":
            raise conflict(["deleted_at"], current)
        if not is_live:
            raise not_found(self.change.kind)
        await merging.refuse_collisions(connection, current, self.last, self._fields(), spreads=True)

    def _fields(self) -> Sequence[str]:
        if self.change.op == "update":
            return list(self.named)
        return merging.SUBSTANCE if self.change.kind == "task" else merging.SUBSTANCE_OF_COMMENT

    async def _write_back(self, connection: Connection) -> Written:
        before = await writing.hold(connection, self.id, self.room_id)
        after: Task = msgspec.convert({**msgspec.to_builtins(before), **self.old}, Task)
        place = await order.free_place(connection, before, after.position)
        return await writing.save(connection, before, msgspec.structs.replace(after, position=place), self.actor)

    async def _discard_task(self, connection: Connection) -> Written:
        before = await writing.hold(connection, self.id, self.room_id)
        await trash.discard(connection, before, self.actor)
        return None

    async def _restore_task(self, connection: Connection) -> Written:
        return await trash.restore(connection, self.id, self.room_id, self.actor)

    async def _edit_back(self, connection: Connection) -> Written:
        before = await commenting.hold(connection, self.id, self.room_id)
        return await commenting.edit(connection, before, self.old["body"], self.room_id, self.actor)

    async def _discard_comment(self, connection: Connection) -> Written:
        before = await commenting.hold(connection, self.id, self.room_id)
        await commenting.discard(connection, before, self.room_id, self.actor)
        return None

    async def _restore_comment(self, connection: Connection) -> Written:
        discarded = await comments.hold_discarded(connection, self.id, self.room_id, trash.KEPT)
        if discarded is None:
            raise not_found("comment")
        return await commenting.restore(connection, discarded, self.room_id, self.actor)

    async def _assign_back(self, connection: Connection) -> Step:
        """Assigning is of one person a change."""
        before, after = set(self.old["assignees"]), set((self.change.after or {})["assignees"])
        (person,) = map(UUID, before ^ after)
        link_id = await assignees.link(connection, self.id, person)
        on, room_id = self.node, self.room_id
        if str(person) in before:
            step = assigning.to_assign(on, room_id, self.id, person, link_id, self.actor)
        else:
            step = assigning.to_unassign(on, room_id, self.id, link_id, self.actor)
        return step._replace(check=self._check)

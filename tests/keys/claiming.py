"""Tasks, comments and assignments as their owner makes them: under claims, whose confirmation may be lost."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from chassis.ids import new_id
from keys.client import Link, Need, Node, comment, room, task, user
from keys.client.models import ClaimBody
from tests.keys.model import Comment, Model, Task
from tests.system import Reply, System

T = TypeVar("T")
_JSON = {"Content-Type": "application/json"}
PEOPLE, ROOMS = 5, 3
people = st.integers(0, PEOPLE - 1)
rooms = st.integers(0, ROOMS - 1)
any_of = st.integers(0, 1000)
# Of two, one is a member of the room: else few would have a right to anything.
somebody = st.tuples(st.booleans(), people)
Somebody = tuple[bool, int]
# What becomes of a claim. Of the last two Keys hears later; the row of a lost one has come, of a crashed one not.
fates = st.sampled_from(["confirmed", "given up", "lost", "crashed"])
Effect = Callable[[], None]


class Open(NamedTuple):
    """A claim of which Keys has not heard yet: what it does once it is confirmed, and to which assignment.

    `landed`, where it matters: what shows already stays if its row has come, and else nobody has named it.
    """

    id: UUID
    effect: Effect
    moves: tuple[UUID, int] | None
    landed: bool | None = None


def _nothing() -> None:
    """What showed already has taken effect."""


class Claiming(RuleBasedStateMachine):
    """What Keys is asked by the owner of tasks and comments."""

    system: System
    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self.users: list[UUID] = []
        self.rooms: list[UUID] = []
        self.model = Model([])
        self.open: list[Open] = []

    def begin_with_a_task(self, place: int) -> None:
        """Assigned to its owner."""
        self._create_task(place, place, place, "confirmed")

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def ask(self, method: str, path: str, person: int, body: object = None, sender: str = "gateway") -> Reply:
        data = msgspec.json.encode(body) if body is not None else None
        call = self.system.call(
            "keys", method, path, user=self.users[person], sender=sender, data=data, headers=_JSON
        )
        return self.wait(call)

    def _person(self, place: int, who: Somebody) -> int:
        is_member, number = who
        members = sorted(self.model.members[place] or {})
        return members[number % len(members)] if is_member and members else number

    def _claim(
        self,
        by: int,
        fate: str,
        effect: Effect,
        need: Need,
        moves: tuple[UUID, int] | None = None,
        **references: list[Any],
    ) -> int:
        """204, or the status of the refusal. It takes effect when it is confirmed, or, if it shows, with its row."""
        whole: dict[str, list[Any]] = {"nodes": [], "links": [], "drops": [], **references}
        body = ClaimBody(id=new_id(), needs=[need], **whole)
        status = self.ask("POST", "/internal/claims", by, body, "tasks").status
        if status == 200:
            assert body.nodes
            landed = fate in {"confirmed", "lost"}
            if landed:
                effect()
            self.open.append(Open(body.id, _nothing, moves, landed))
        elif status == 204:
            self.open.append(Open(body.id, effect, moves))
        if status < 300 and fate in {"confirmed", "given up"}:
            self._settle(by, -1, confirms=fate == "confirmed")
        return 204 if status == 200 else status

    def _settle(self, by: int, index: int, *, confirms: bool) -> None:
        claim, effect, _, landed = self.open.pop(index)
        confirms = confirms if landed is None else landed
        path = f"/internal/claims/{claim}"
        method, path = ("POST", f"{path}/confirm") if confirms else ("DELETE", path)
        assert self.ask(method, path, by, None, "tasks").status == 204
        # Told twice, it is done once.
        assert self.ask(method, path, by, None, "tasks").status == 204
        if confirms:
            effect()

    @precondition(lambda self: bool(self.open))
    @rule(by=people, number=any_of, confirms=st.booleans())
    def hear_of_a_lost_claim(self, by: int, number: int, confirms: bool) -> None:
        self._settle(by, number % len(self.open), confirms=confirms)

    @rule(place=rooms, maker=somebody, assigned=somebody, fate=fates)
    def create_task(self, place: int, maker: Somebody, assigned: Somebody, fate: str) -> None:
        self._create_task(place, self._person(place, maker), self._person(place, assigned), fate)

    def _create_task(self, place: int, by: int, person: int, fate: str) -> None:
        made = Task(new_id(), place)
        in_room = Link(relation="in_room", source=task(made.id), target=room(self.rooms[place]))
        assigned = Link(relation="assignee", source=task(made.id), target=user(self.users[person]))
        assign = self._assigning(made, person, assigned.id)

        def effect() -> None:
            self.model.tasks.append(made)
            assign()

        need = Need(action="task.create", on=room(self.rooms[place]))
        made_with: dict[str, list[Any]] = {"nodes": [task(made.id)], "links": [in_room, assigned]}
        status = self._claim(by, fate, effect, need, (made.id, person), **made_with)
        expected = self.model.status(place, by, "task.create")
        assert status in (self._may_assign(place, person) if expected == 200 else {expected})

    def _assigning(self, each: Task, person: int, link: UUID) -> Effect:
        """Whoever leaves before it is confirmed does not get it."""
        left = self.model.left[each.room, person]

        def effect() -> None:
            if self.model.left[each.room, person] == left:
                each.assignees[person] = link
                each.stale.discard(person)

        return effect

    def _may_assign(self, place: int, person: int) -> set[int]:
        """Who is gone is no member either: which of the two is told depends on how far the cascade is."""
        if person in self.model.gone:
            return {409, 422}
        return {204} if self.model.role(place, person) else {422}

    @precondition(lambda self: bool(self.model.tasks))
    @rule(number=any_of, asking=somebody, assigned=somebody, fate=fates)
    def assign(self, number: int, asking: Somebody, assigned: Somebody, fate: str) -> None:
        each = self.model.tasks[number % len(self.model.tasks)]
        by, person = self._person(each.room, asking), self._person(each.room, assigned)
        link = Link(relation="assignee", source=task(each.id), target=user(self.users[person]))
        need = Need(action="task.assign", on=task(each.id))
        effect = self._assigning(each, person, link.id)
        expected = self.model.status(each.room, by, "task.assign")
        may = {expected} if expected != 200 else self._may_assign(each.room, person)
        if may == {204} and person in each.stale:
            # The link of before is there until the cascade has come to it.
            may = {204, 409}
        elif may == {204} and (person in each.assignees or self._is_moving(each, person)):
            may = {409}
        assert self._claim(by, fate, effect, need, (each.id, person), links=[link]) in may

    @precondition(lambda self: any(each.assignees for each in self.model.tasks))
    @rule(number=any_of, asking=somebody, fate=fates)
    def unassign(self, number: int, asking: Somebody, fate: str) -> None:
        pairs = [(each, person) for each in self.model.tasks for person in each.assignees]
        each, person = pairs[number % len(pairs)]
        by = self._person(each.room, asking)
        link, moving = each.assignees[person], self._is_moving(each, person)

        def effect() -> None:
            if each.assignees.get(person) == link:
                del each.assignees[person]

        need = Need(action="task.assign", on=task(each.id))
        expected = self.model.status(each.room, by, "task.assign")
        status = self._claim(by, fate, effect, need, (each.id, person), drops=[link])
        assert status == (expected if expected != 200 else 409 if moving else 204)

    def _is_moving(self, each: Task, person: int) -> bool:
        return any(held.moves == (each.id, person) for held in self.open)

    @precondition(lambda self: bool(self.model.tasks))
    @rule(number=any_of, author=somebody, fate=fates)
    def comment_on_task(self, number: int, author: Somebody, fate: str) -> None:
        on = self.model.tasks[number % len(self.model.tasks)]
        by = self._person(on.room, author)
        made = Comment(new_id(), on, by)
        links = [
            Link(relation="on_task", source=comment(made.id), target=task(on.id)),
            Link(relation="author", source=comment(made.id), target=user(self.users[by])),
        ]
        need = Need(action="comment.create", on=task(on.id))
        expected = self.model.status(on.room, by, "comment.create")
        status = self._claim(
            by, fate, lambda: self.model.comments.append(made), need, nodes=[comment(made.id)], links=links
        )
        assert status == (204 if expected == 200 else expected)
        if fate == "given up":
            assert self._may("comment.edit", comment(made.id), by) == 404

    def _may(self, action: str, on: Node, person: int) -> int:
        return self.ask("POST", "/internal/needs", person, [Need(action=action, on=on)]).status

    def check_references(self, person: int) -> None:
        """The last tasks and comments: who may move, edit and delete them."""
        for each in self.model.tasks[-2:]:
            expected = self.model.status(each.room, person, "task.move", task=each)
            assert self._may("task.move", task(each.id), person) == expected
        for said in self.model.comments[-2:]:
            for action in ("comment.edit", "comment.delete"):
                expected = self.model.status(said.task.room, person, action, comment=said)
                assert self._may(action, comment(said.id), person) == expected

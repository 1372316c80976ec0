"""Several writes as one: Keys is asked once for all of them, and they are done in one transaction, or not at all."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import msgspec
from quart import current_app

from chassis.database import Connection, current_database
from chassis.idempotency import take_key
from chassis.peers import Refused
from chassis.problems import FieldError, Problem
from keys.client import LINK_HEADER, NEED_HEADER, Link, Need, Node, current_keys, room
from tasks import changes, order
from tasks.models import Comment, Result, Results, Task
from tasks.queries import rooms

Written = Task | Comment | None
T = TypeVar("T")
Land = Callable[[Connection], Awaitable[None]]

# The same person may be assigned just between the plan and the claim; then the next plan knows it.
_ATTEMPTS = 3


class Step(NamedTuple):
    """One write. `check` and `apply` run in the transaction, which holds the room; all checks before any write.

    `nodes`, `links`, `drops` and `needs` are what Keys must agree to (see keys.client). `linked` is done in its place
    where Keys says that its link is there already.
    """

    needs: tuple[Need, ...]
    apply: Callable[[Connection], Awaitable[Written]]
    nodes: tuple[Node, ...] = ()
    links: tuple[Link, ...] = ()
    drops: tuple[UUID, ...] = ()
    check: Callable[[Connection], Awaitable[None]] | None = None
    linked: "Step | None" = None


class StepFailed(Exception):
    """The step at `index` could not be done, so none was; `index` is None where it is not about one of them.

    `links` are those that Keys said it of.
    """

    def __init__(self, index: int | None, problem: Problem, links: frozenset[str] = frozenset()) -> None:
        super().__init__(f"step {index}: {problem}")
        self.index, self.problem, self.links = index, problem, links

    def within(self, field: str, names: Mapping[str, str]) -> Problem:
        """The problem of a request that lists the steps in `field`: it says which of them failed.

        `names` are those fields that have another name in what asked for this step.
        """
        if self.index is None:
            return self.problem
        path = f"{field}[{self.index}]"
        found = self.problem
        errors = tuple(
            FieldError(f"{path}.{names.get(each.field, each.field)}", each.message) for each in found.errors
        )
        return Problem(
            found.status,
            found.code,
            found.detail,
            errors=errors,
            headers=found.headers,
            index=self.index,
            **found.more,
        )


class _RolledBack(Exception):
    pass


async def perform(
    room_id: UUID,
    plan: Callable[[], Awaitable[list[Step]]],
    finish: Callable[[Connection, list[Written]], Awaitable[T]],
) -> T:
    """Does the steps of `plan`, and at the end of their transaction `finish`. Raises StepFailed."""
    for left in reversed(range(_ATTEMPTS)):
        try:
            return await _perform_planned(room_id, await plan(), finish)
        except StepFailed as failed:
            if failed.problem.code != "already_linked" or not left:
                raise
    raise RuntimeError("the last attempt returns or raises")


async def _perform_planned(
    room_id: UUID,
    steps: list[Step],
    finish: Callable[[Connection, list[Written]], Awaitable[T]],
) -> T:
    """Asks Keys again without the links that turn out to be there: which of our rows have one, Keys alone knows."""
    try:
        return await _perform_once(room_id, steps, finish)
    except StepFailed as failed:
        left = _without_linked(steps, failed)
        if left == steps:
            raise
    return await _perform_once(room_id, left, finish)


def _without_linked(steps: list[Step], failed: StepFailed) -> list[Step]:
    """A Keys of the last release does not say which links it is."""
    if failed.problem.code != "already_linked":
        return steps
    return [
        step.linked._replace(check=step.check)
        if step.linked and (_has(step, failed.links) or not failed.links)
        else step
        for step in steps
    ]


async def rehearse(
    room_id: UUID,
    plan: Callable[[], Awaitable[list[Step]]],
    finish: Callable[[Connection, list[Written]], Awaitable[T]],
) -> T:
    """Does all that `perform` does, answers the same, and leaves nothing of it. Raises StepFailed."""
    answers: list[T] = []

    async def roll_back(connection: Connection, written: list[Written]) -> None:
        answers.append(await finish(connection, written))
        raise _RolledBack

    with suppress(_RolledBack), changes.recording():
        await perform(room_id, plan, roll_back)
    return answers[0]


def to_results(written: Sequence[Written]) -> Results:
    return Results(
        [
            Result(each if isinstance(each, Task) else None, each if isinstance(each, Comment) else None)
            for each in written
        ]
    )


async def _perform_once(
    room_id: UUID,
    steps: list[Step],
    finish: Callable[[Connection, list[Written]], Awaitable[T]],
) -> T:
    async with _agreed(room_id, steps) as land, current_database().transaction() as connection:
        await rooms.hold(connection, room_id)
        await take_key(connection)
        await land(connection)
        written = await _apply(connection, steps)
        answer = await finish(connection, written)
    for task in written:
        if isinstance(task, Task) and len(task.position) > order.LONG:
            current_app.add_background_task(order.make_room, current_database(), task)
    return answer


async def _apply(connection: Connection, steps: Sequence[Step]) -> list[Written]:
    for index, step in enumerate(steps):
        if step.check is not None:
            with _naming(index):
                await step.check(connection)
    written: list[Written] = []
    for index, step in enumerate(steps):
        with _naming(index):
            written.append(await step.apply(connection))
    return written


@contextmanager
def _naming(index: int) -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        raise StepFailed(index, problem) from problem


@asynccontextmanager
async def _agreed(room_id: UUID, steps: Sequence[Step]) -> AsyncIterator[Land]:
    """What Keys agrees to: the block calls what it is given in its transaction."""
    # Who does not see the room learns nothing of what is asked about it.
    seen = Need(action="room.view", on=room(room_id))
    needs = list(dict.fromkeys([seen, *(need for step in steps for need in step.needs)]))
    new = [node for step in steps for node in step.nodes]
    links = [link for step in steps for link in step.links]
    drops = [link for step in steps for link in step.drops]
    try:
        if new or links or drops:
            async with current_keys().referring(new=new, links=links, drops=drops, needs=needs) as claim:
                yield claim.land
        else:
            await current_keys().require(*needs)
            yield _nothing
    except Refused as refused:
        named = frozenset(refused.answer.headers.get(LINK_HEADER, "").split(",")) - {""}
        raise StepFailed(_index_of(refused, steps, needs, named), _to_problem(refused), named) from refused


async def _nothing(_: Connection) -> None:
    pass


def _index_of(refused: Refused, steps: Sequence[Step], needs: list[Need], links: frozenset[str]) -> int | None:
    headers = refused.answer.headers
    need = needs[int(headers[NEED_HEADER])] if NEED_HEADER in headers else None
    return next((index for index, step in enumerate(steps) if need in step.needs or _has(step, links)), None)


def _has(step: Step, links: frozenset[str]) -> bool:
    return any(str(link.id) in links for link in step.links)


def _to_problem(refused: Refused) -> Problem:
    """The refusal of Keys as a problem of ours, to which more can be added."""
    body: dict[str, Any] = msgspec.json.decode(refused.answer.body)
    errors = tuple(msgspec.convert(body.pop("errors", []), list[FieldError]))
    status, code, detail = body.pop("status"), body.pop("code"), body.pop("detail")
    more = {name: value for name, value in body.items() if name not in {"type", "title", "request_id"}}
    kept = {name: value for name, value in refused.answer.headers.items() if name == "Retry-After"}
    return Problem(status, code, detail, errors=errors, headers=kept, **more)

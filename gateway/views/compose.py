"""Composes a view of parts, which different services answer at the same time.

A part names the service it asks, what it needs first, and whether the view can live without it. A required part that
fails fails the view; an optional one becomes null, and `parts` says so. The JSON of a part is checked once, and then
spliced in as it came.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from chassis import deadlines
from chassis.peers import CallError, Refused, TimedOut
from gateway import timings
from gateway.services import current_services

Values = Mapping[str, Any]
Params = Callable[[Values], Mapping[str, str] | None]

PartStatus = Literal["ok", "unavailable", "timeout"]
# Of the time that is left when a part is asked, what it may take if the view can live without it.
_OPTIONAL_SHARE = 0.8


class Row(msgspec.Struct):
    """One resource, whatever else it has."""

    id: msgspec.Raw


class Rows(msgspec.Struct):
    """A list of resources, each as it came; `next` if it is a page of one."""

    items: list[msgspec.Raw]
    next: str | None = None


class Part(NamedTuple):
    """One question. `kind` is what the view needs of the answer; what is not that is no answer, and not spliced in.

    `params` gets the values of the parts in `needs`, None for those that failed. None from it: there is nothing to
    ask, and the part is an empty list.
    """

    name: str
    service: str
    path: str
    params: Params = lambda _values: {}
    needs: tuple[str, ...] = ()
    required: bool = False
    kind: type[Any] = Row


class Found(NamedTuple):
    """The answer to a part: as it came, and as its `kind`."""

    body: bytes
    value: Any


# An error is the outcome of a part like any other: what nobody waited for is raised nowhere.
Outcome = Found | CallError


class Parts(NamedTuple):
    """What was found, by part, None for those that failed; and how each went."""

    found: dict[str, Found | None]
    statuses: dict[str, PartStatus]

    def raw(self, name: str) -> msgspec.Raw | None:
        found = self.found.get(name)
        return None if found is None else msgspec.Raw(found.body)

    def required(self, name: str) -> msgspec.Raw:
        """The body of a part without which there would be no view."""
        return self.raw(name) or msgspec.Raw(b"null")

    def value(self, name: str) -> Any:
        """A part as its kind; None if it failed."""
        found = self.found.get(name)
        return None if found is None else found.value


_NOTHING = b'{"items":[]}'


async def compose(parts: Sequence[Part], headers: Mapping[str, str], *, strict: bool = False) -> Parts:
    """Asks all parts, those that need no other at once. `headers` bring the grant.

    Raises what a service refuses, the error of a required part, and with `strict` of any.
    """
    tasks: dict[str, asyncio.Task[Outcome]] = {}
    for part in parts:
        tasks[part.name] = asyncio.create_task(_ask(part, tasks, headers))
    try:
        # The required ones first: whatever is still asked then is given up.
        for part in sorted(parts, key=lambda part: not part.required):
            outcome = await tasks[part.name]
            if isinstance(outcome, Refused) or (isinstance(outcome, CallError) and (part.required or strict)):
                raise outcome
    finally:
        for task in tasks.values():
            task.cancel()
    outcomes = {name: task.result() for name, task in tasks.items()}
    return Parts(
        {name: _found(outcome) for name, outcome in outcomes.items()},
        {name: _status(outcome) for name, outcome in outcomes.items()},
    )


async def _ask(part: Part, tasks: Mapping[str, asyncio.Task[Outcome]], headers: Mapping[str, str]) -> Outcome:
    needed = {name: _found(await tasks[name]) for name in part.needs}
    params = part.params({name: found and found.value for name, found in needed.items()})
    if params is None:
        return Found(_NOTHING, msgspec.json.decode(_NOTHING, type=part.kind))
    if not part.required and (left := deadlines.left()) is not None:
        # This task's own clock: the view has time left to say that the part is missing.
        deadlines.start(left * _OPTIONAL_SHARE)
    peer = current_services().named(part.service)
    try:
        with timings.part(part.name):
            answer = await peer.call("GET", part.path, params=params, headers=headers)
        return Found(answer.body, peer.decode(answer, part.kind))
    except CallError as error:
        return error


def _found(outcome: Outcome) -> Found | None:
    return None if isinstance(outcome, CallError) else outcome


def _status(outcome: Outcome) -> PartStatus:
    if isinstance(outcome, TimedOut):
        return "timeout"
    return "unavailable" if isinstance(outcome, CallError) else "ok"


def ids_param(ids: Sequence[object]) -> Mapping[str, str] | None:
    """The parameter that names users to `users`, each once; None without any."""
    return {"ids": ",".join(dict.fromkeys(str(each) for each in ids))} if ids else None

"""Composes a view of parts, which different services answer at the same time.

A part names the service it asks, what it needs first, and whether the view can live without it. A required part that
fails fails the view; an optional one becomes null, and `parts` says so. The JSON of a part is spliced in as it came.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from chassis.peers import AnsweredBadly, CallError, NotAnswered, TimedOut
from gateway.services import current_services

Bodies = Mapping[str, bytes | None]
Params = Callable[[Bodies], Mapping[str, str] | None]

PartStatus = Literal["ok", "unavailable", "timeout"]


class Part(NamedTuple):
    """One question. `params` gets the bodies of the parts in `needs`; None from it: nothing to ask, an empty list."""

    name: str
    service: str
    path: str
    params: Params = lambda _bodies: {}
    needs: tuple[str, ...] = ()
    required: bool = False


class Parts(NamedTuple):
    """The bodies by part, None for those that failed, and how each went."""

    bodies: dict[str, bytes | None]
    statuses: dict[str, PartStatus]

    def raw(self, name: str) -> msgspec.Raw | None:
        body = self.bodies.get(name)
        return None if body is None else msgspec.Raw(body)

    def required(self, name: str) -> msgspec.Raw:
        """The body of a part without which there would be no view."""
        return msgspec.Raw(self.bodies[name] or b"null")

    def decode(self, name: str, kind: Any) -> Any:
        """The body of a part as `kind`; None if the part failed."""
        body = self.bodies.get(name)
        return None if body is None else msgspec.json.decode(body, type=kind)


_NOTHING = b'{"items":[]}'


async def compose(parts: Sequence[Part], headers: Mapping[str, str], *, strict: bool = False) -> Parts:
    """Asks all parts, those that need no other at once. `headers` bring the grant.

    Raises the error of a required part, and with `strict` of any.
    """
    tasks: dict[str, asyncio.Task[bytes]] = {}
    for part in parts:
        tasks[part.name] = asyncio.create_task(_ask(part, tasks, headers))
    try:
        statuses = {part.name: await _settle(tasks[part.name], part.required or strict) for part in parts}
    finally:
        for task in tasks.values():
            task.cancel()
    bodies = {name: tasks[name].result() if status == "ok" else None for name, status in statuses.items()}
    return Parts(bodies, statuses)


async def _ask(part: Part, tasks: Mapping[str, asyncio.Task[bytes]], headers: Mapping[str, str]) -> bytes:
    bodies: dict[str, bytes | None] = {}
    for name in part.needs:
        await _settle(tasks[name], required=False)
        bodies[name] = None if tasks[name].exception() else tasks[name].result()
    params = part.params(bodies)
    if params is None:
        return _NOTHING
    peer = current_services().named(part.service)
    return (await peer.call("GET", part.path, params=params, headers=headers)).body


async def _settle(task: asyncio.Task[bytes], required: bool) -> PartStatus:
    """Waits for a part. A refusal (403, 404) is the view's, as is any failure of a required part."""
    try:
        await asyncio.shield(task)
    except (NotAnswered, AnsweredBadly) as error:
        if required:
            raise
        return "timeout" if isinstance(error, TimedOut) else "unavailable"
    except CallError:
        if required:
            raise
        return "unavailable"
    return "ok"


def ids_param(ids: Sequence[object]) -> Mapping[str, str] | None:
    """The parameter that names users to `users`, each once; None without any."""
    return {"ids": ",".join(dict.fromkeys(str(each) for each in ids))} if ids else None

"""Callers who are asked about together hold each other up for a moment at most, and each gets an answer."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from chassis import admission
from chassis.deadlines import Work
from chassis.peers import Answer, AnsweredBadly
from gateway.services import EXTENSION as SERVICES
from gateway.standings import Standings
from tests.gateway.people import Person
from tests.system import System


@pytest.fixture
async def standings(system: System) -> AsyncIterator[Standings]:
    """As a gateway asks them; a question that hangs is given up in the end."""
    found = Standings(system.apps["gateway"].extensions[SERVICES].keys)
    yield found
    for task in found._hanging:
        task.cancel()
    await asyncio.gather(*found._hanging, return_exceptions=True)


async def test_a_question_that_hangs_holds_up_no_other_room(
    ada: Person, system: System, standings: Standings, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = system.apps["gateway"].extensions[SERVICES].keys
    room, call, hung = UUID(await ada.room()), keys.call, asyncio.Event()

    async def hang_once(method: str, path: str, **options: Any) -> Answer:
        if path == "/internal/standings" and not hung.is_set():
            hung.set()
            await asyncio.Event().wait()
        answer: Answer = await call(method, path, **options)
        return answer

    monkeypatch.setattr(keys, "call", hang_once)
    first = asyncio.create_task(standings.ask(room, UUID(ada.id)))
    await asyncio.wait_for(hung.wait(), 20)
    others = [standings.ask(room, UUID(ada.id)) for _ in range(3)]
    answered = await asyncio.wait_for(asyncio.gather(*others), 20)
    assert [each.role for each in answered] == ["owner"] * 3
    assert not first.done()
    first.cancel()


async def test_an_answer_that_is_too_short_is_none(
    ada: Person, system: System, standings: Standings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def say_nothing(*_: object, **__: object) -> Answer:
        return Answer(200, b'{"items":[]}', {"Content-Type": "application/json"})

    monkeypatch.setattr(system.apps["gateway"].extensions[SERVICES].keys, "call", say_nothing)
    with pytest.raises(AnsweredBadly):
        await asyncio.wait_for(standings.ask(UUID(await ada.room()), UUID(ada.id)), 20)


async def test_what_is_remembered_stands_in_the_queue_of_reads(
    ada: Person, standings: Standings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks: the question is of several callers."""
    room, queues, work_of = UUID(await ada.room()), set[str](), admission._work_of

    def note(scope: Any, is_inner: bool) -> Work:
        work = work_of(scope, is_inner)
        if scope["path"] == "/internal/standings":
            queues.add(work)
        return work

    monkeypatch.setattr(admission, "_work_of", note)
    await standings.ask(room, UUID(ada.id))
    assert queues == {"read"}

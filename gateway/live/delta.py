"""What came after a cursor, as pages: asked of the feeds in the caller's name, and merged by time."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec

from chassis.feed import Position, positions
from gateway.live.cursors import Cursor, encode
from gateway.live.models import Change, Changes, FeedPage, Item
from gateway.live.translate import as_room, translate
from gateway.services import current_services


class Question(NamedTuple):
    """What is asked of the feed of `service`: the topics `of`, with the grant in `headers`."""

    service: str
    by: str
    of: tuple[UUID, ...]
    headers: Mapping[str, str]


class _Source(NamedTuple):
    """The answer to a question: its changes, in the order of the feed, and where that ends."""

    question: Question
    changes: list[tuple[Item, Change | None]]
    end: Position
    more: bool


def of_rooms(rooms: Sequence[UUID], headers: Mapping[str, str]) -> list[Question]:
    """What is asked about rooms."""
    services = ("keys", "rooms", "tasks") if rooms else ()
    return [Question(service, "room_id", tuple(rooms), headers) for service in services]


async def read(questions: Sequence[Question], after: Cursor, limit: int) -> Changes:
    """At most `limit` changes. Raises a 410 problem if they are not kept any more."""
    sources = await asyncio.gather(*(_ask(question, after, limit) for question in questions))
    taken = _merge(sources, limit)
    items = [
        change
        for source, count in zip(sources, taken, strict=True)
        for _, change in source.changes[:count]
        if change is not None
    ]
    cursor = encode(_move(after, sources, taken))
    is_all = all(
        count == len(source.changes) and not source.more for source, count in zip(sources, taken, strict=True)
    )
    return Changes(sorted(items, key=lambda change: change.at), None if is_all else cursor, cursor)


async def _ask(question: Question, after: Cursor, limit: int) -> _Source:
    service, by, of, headers = question
    body = msgspec.json.encode({"by": by, "of": of, "after": str(after.at(service)), "limit": limit})
    services = current_services()
    answer = await services.named(service).call("POST", "/internal/feed", body=body, headers=headers)
    page = msgspec.json.decode(answer.body, type=FeedPage)
    changes = await translate(services.users, service, page.items, headers)
    if by == "user_id":
        changes = [(item, _own(change)) for item, change in changes]
    return _Source(question, changes, positions.parse(page.position), page.more)


def _own(change: Change | None) -> Change | None:
    """One's own membership, as the room that was gained or lost; what else of it changed, its room tells."""
    return as_room(change) if change and change.kind == "member" and change.op != "update" else None


def _merge(sources: Sequence[_Source], limit: int) -> list[int]:
    """How many to take from the front of each source, the oldest first, `limit` in all."""
    taken = [0] * len(sources)
    for _ in range(limit):
        heads = [
            (source.changes[taken[number]][0].at, number)
            for number, source in enumerate(sources)
            if taken[number] < len(source.changes)
        ]
        if not heads:
            break
        taken[min(heads)[1]] += 1
    return taken


def _move(after: Cursor, sources: Sequence[_Source], taken: Sequence[int]) -> Cursor:
    """Each feed as far as all that was asked of it has been read."""
    reached: dict[str, Position] = {}
    for source, count in zip(sources, taken, strict=True):
        service = source.question.service
        place = _reached(source, count, after.at(service))
        reached[service] = min(reached.get(service, place), place)
    return after.moved(**reached)


def _reached(source: _Source, count: int, before: Position) -> Position:
    if count == len(source.changes):
        return source.end
    return positions.parse(source.changes[count - 1][0].position) if count else before

"""What came after a cursor, as pages: asked of the feeds in the caller's name, and merged by time."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec

from chassis.feed import Position, positions
from gateway.live.cursors import Cursor, encode
from gateway.live.models import Change, Changes, FeedPage
from gateway.live.translate import as_room, translate
from gateway.services import current_services


class Question(NamedTuple):
    """What is asked of the feed of `service`: the topics `of`, with the grant in `headers`."""

    service: str
    by: str
    of: tuple[UUID, ...]
    headers: Mapping[str, str]


class _Feed(NamedTuple):
    """What a service has said: its changes in the order of its feed, where that ends, and whether there is more."""

    service: str
    changes: list[tuple[Position, Change]]
    end: Position
    more: bool


def of_rooms(rooms: Sequence[UUID], headers: Mapping[str, str]) -> list[Question]:
    """What is asked about rooms."""
    services = ("keys", "rooms", "tasks") if rooms else ()
    return [Question(service, "room_id", tuple(rooms), headers) for service in services]


async def read(
    questions: Sequence[Question], after: Cursor, limit: int, reach: Sequence[UUID] | None = None
) -> Changes:
    """At most `limit` changes; of gained and lost rooms those in `reach` alone, if it is one.

    Raises a 410 problem if they are not kept any more.
    """
    answers = await asyncio.gather(*(_ask(question, after, limit) for question in questions))
    by_service: defaultdict[str, list[_Feed]] = defaultdict(list)
    for answer in answers:
        by_service[answer.service].append(_within(answer, reach))
    feeds = [_join(of_one) for of_one in by_service.values()]
    items, taken = _merge(feeds, limit)
    cursor = encode(_move(after, feeds, taken))
    is_all = all(count == len(feed.changes) and not feed.more for feed, count in zip(feeds, taken, strict=True))
    return Changes(items, None if is_all else cursor, cursor)


async def _ask(question: Question, after: Cursor, limit: int) -> _Feed:
    service, by, of, headers = question
    body = msgspec.json.encode({"by": by, "of": of, "after": str(after.at(service)), "limit": limit})
    services = current_services()
    peer = services.named(service)
    page = peer.decode(await peer.call("POST", "/internal/feed", body=body, headers=headers, is_read=True), FeedPage)
    told = [
        (positions.parse(item.position), each) for item, each in await translate(services.users, service, page.items)
    ]
    if by == "user_id":
        told = [(place, _own(change)) for place, change in told]
    changes = [(place, change) for place, change in told if change is not None]
    return _Feed(service, changes, positions.parse(page.position), page.more)


def _own(change: Change | None) -> Change | None:
    """One's own membership, as the room that was gained or lost; what else of it changed, its room tells."""
    return as_room(change) if change and change.kind == "member" and change.op != "update" else None


def _within(feed: _Feed, reach: Sequence[UUID] | None) -> _Feed:
    if reach is None:
        return feed
    return feed._replace(changes=[each for each in feed.changes if each[1].room_id in reach])


def _join(answers: Sequence[_Feed]) -> _Feed:
    """The answers of one service as one, as far as all of them reach.

    What is told of a room and of oneself at the same place is told once: as the room that was gained or lost.
    """
    end = min(answer.end for answer in answers)
    found: dict[Position, Change] = {}
    for answer in answers:
        for place, change in answer.changes:
            if place not in found or change.kind == "room":
                found[place] = change
    changes = [(place, found[place]) for place in sorted(found) if place <= end]
    return _Feed(answers[0].service, changes, end, any(each.more for each in answers) or len(changes) < len(found))


def _merge(feeds: Sequence[_Feed], limit: int) -> tuple[list[Change], list[int]]:
    """The first `limit` changes by time, each feed in its own order; and how many of each feed these are."""
    items: list[Change] = []
    taken = [0] * len(feeds)
    while len(items) < limit:
        heads = [
            (feed.changes[count][1].at, number)
            for number, (feed, count) in enumerate(zip(feeds, taken, strict=True))
            if count < len(feed.changes)
        ]
        if not heads:
            break
        number = min(heads)[1]
        items.append(feeds[number].changes[taken[number]][1])
        taken[number] += 1
    return items, taken


def _move(after: Cursor, feeds: Sequence[_Feed], taken: Sequence[int]) -> Cursor:
    """Each feed as far as it has been read."""
    return after.moved(
        **{feed.service: _reached(feed, count, after) for feed, count in zip(feeds, taken, strict=True)}
    )


def _reached(feed: _Feed, count: int, after: Cursor) -> Position:
    if count == len(feed.changes):
        return feed.end
    return feed.changes[count - 1][0] if count else after.at(feed.service)

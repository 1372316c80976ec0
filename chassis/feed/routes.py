"""What peers ask of a feed. The whole of it is for services; of a topic, for whom the service says."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import msgspec
from quart import Blueprint, Response
from quart_schema import hide

from chassis.bodies import Body, accepts, answers, asks
from chassis.feed import positions
from chassis.feed.positions import Position
from chassis.feed.storage import Log, Page
from chassis.metrics import routine
from chassis.passport import current_passport
from chassis.problems import Problem, forbidden

if TYPE_CHECKING:
    from chassis.feed.feed import Feed

STREAM_TYPE = "application/x-ndjson"
Allow = Callable[[str, Sequence[UUID]], Awaitable[None]]
Place = Annotated[str, msgspec.Meta(max_length=64)]


class FeedQuery(Body):
    """Everything after a position."""

    after: Place | None = None


class FeedBody(Body):
    """What is about the topics `of`, values of the column `by`."""

    by: str
    of: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=1000)]
    after: Place | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 500


def blueprint(feed: "Feed", log: Log, allow: Allow) -> Blueprint:
    routes = Blueprint("feed", __name__)

    @routes.get("/internal/feed")
    @routine
    @hide
    @asks(FeedQuery)
    @answers(Page)
    async def read_feed(query: FeedQuery) -> Page:
        _require_service()
        return await feed.page(_place(query.after))

    @routes.post("/internal/feed")
    @hide
    @accepts(FeedBody)
    @answers(Page)
    async def read_topics(body: FeedBody) -> Page:
        if body.by not in log.topics:
            raise Problem(422, "invalid", "The feed is not read by this.")
        await allow(body.by, body.of)
        return await feed.page(_place(body.after), body.limit, body.by, body.of)

    @routes.get("/internal/feed/stream")
    @hide
    @asks(FeedQuery)
    async def stream_feed(query: FeedQuery) -> Response:
        _require_service()
        after = _place(query.after) or await feed.start()
        # What is not kept is told as an answer, before the stream begins.
        await feed.page(after, 1)
        response = Response(_lines(feed, after), content_type=STREAM_TYPE)
        response.timeout = None
        return response

    return routes


async def _lines(feed: "Feed", after: Position) -> AsyncIterator[bytes]:
    """A problem ends the stream: who follows asks anew, and is told."""
    try:
        async for line in feed.lines(after):
            yield line
    except Problem:
        return


def _place(text: str | None) -> Position | None:
    return None if text is None else positions.parse(text)


def _require_service() -> None:
    if current_passport().user is not None:
        raise forbidden("feed.read")

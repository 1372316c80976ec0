"""`GET /v1/rooms/{id}/changes` and `GET /v1/sync`: what changed since, and where to begin."""

from uuid import UUID

from quart import g
from quart_schema import tag

from chassis.bodies import answers, asks, refuses
from chassis.passport import caller, current_passport
from chassis.problems import unavailable
from gateway.grants import granted
from gateway.live import current_hub, cursors, delta
from gateway.live.delta import Question
from gateway.live.models import Changes, ChangesQuery, Sync, SyncQuery
from gateway.services import look, memberships
from gateway.views.compose import Part, compose
from gateway.views.models import PageQuery
from gateway.views.rooms import list_rooms_page
from keys.client import room

_GONE = (
    "The changes after this cursor are not kept any more, or the data was restored (`resync`): load the view again."
)
_ROOMS_PAGE = 200
_ME = Part("me", "users", "/v1/me", required=True)


@tag(["Live"])
@refuses(410, _GONE)
@asks(ChangesQuery)
@answers(Changes)
async def list_changes(query: ChangesQuery, room_id: UUID) -> Changes:
    """List what changed in a room after a cursor, the oldest first.

    Apply each whose `version` is not below yours. A `delete` always counts, and what comes after it counts anew: who
    comes back is a new member, of a version that no earlier one had."""
    after = cursors.decode(query.after)

    async def read() -> Changes:
        return await delta.read(await of_room(room_id), after, query.limit)

    return _told(await granted(read))


@tag(["Live"])
@refuses(410, _GONE)
@asks(SyncQuery)
@answers(Sync)
async def sync(query: SyncQuery) -> Sync:
    """List what changed in all your rooms and your account after a cursor; without one, get where to begin.

    They are applied as those of a room. A room that you came into is told as `room` `create`, to be loaded; one that
    you lost as `room` `delete`."""
    if query.after is None:
        return await granted(_start)
    after, reach = cursors.decode(query.after), current_passport().rooms

    async def read() -> Changes:
        return await delta.read(await of_caller(), after, query.limit, reach)

    changes = _told(await granted(read))
    return Sync(items=changes.items, next=changes.next, cursor=changes.cursor)


def _told(page: Changes) -> Changes:
    """The header of the answer says what the page says: there may be more before what is known by now."""
    g.cursor = page.cursor
    return page


async def of_room(room_id: UUID) -> list[Question]:
    """What is asked about one room. Raises what Keys refuses."""
    seen = await look(room(room_id), "room.view")
    return delta.of_rooms([room_id], seen.headers)


async def of_caller() -> list[Question]:
    """What is asked about all rooms of the caller, about gaining and losing rooms, and about the account."""
    questions = [Question("keys", "user_id", (caller(),), {})]
    if current_passport().rooms is None:
        questions.append(Question("users", "account_id", (caller(),), {}))
    after: str | None = None
    while True:
        page = await memberships(_ROOMS_PAGE, after)
        questions += delta.of_rooms([row.room_id for row in page.items], page.headers)
        after = page.next
        if after is None:
            return questions


async def _start() -> Sync:
    cursor = current_hub().cursor
    if cursor is None:
        raise unavailable("feed")
    mine = await list_rooms_page(PageQuery())
    if current_passport().rooms is not None:
        return Sync(me=None, rooms=mine, cursor=cursor)
    return Sync(me=(await compose([_ME], {})).required("me"), rooms=mine, cursor=cursor)

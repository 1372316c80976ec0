"""Follows the changes of another service, as of Keys: what went there goes here too, in the order of the feed, once.

The place in the feed stands in the owner's own database and moves in the transaction that applies a change. So a
crash repeats nothing and skips nothing, and of several replicas one applies a change.
"""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec

from chassis.background import periodically
from chassis.database import Connection, Database
from chassis.peers import Peer, Refused
from chassis.service import Lifespan

_TABLE = """
CREATE TABLE followed (
    feed    text  PRIMARY KEY,
    cursor  text
);
INSERT INTO followed (feed) VALUES ('{feed}');
"""


def migration(feed: str) -> str:
    """The SQL of the place in `feed`, for the migration of whoever follows it."""
    return _TABLE.format(feed=feed)


_READ = "SELECT cursor FROM followed WHERE feed = $1"

# Another replica that is just applying is not waited for.
_HOLD = """
    SELECT cursor
    FROM followed
    WHERE feed = $1 AND cursor IS NOT DISTINCT FROM $2
    FOR UPDATE SKIP LOCKED
"""

_MOVE = "UPDATE followed SET cursor = $2 WHERE feed = $1"

# To the place after the last change, which is kept when the change itself is not any more.
_MOVE_ON = "UPDATE followed SET cursor = $3 WHERE feed = $1 AND cursor IS NOT DISTINCT FROM $2"

_FOLLOW_SECONDS = 1.0
# Changes a transaction: short enough that it holds up nobody.
_BATCH = 50
# The answers to a cursor that is no place in this feed.
_LOST = frozenset({410, 422})


class Change(msgspec.Struct, frozen=True, rename={"cursor": "position", "entity": "id"}):
    """Of Keys: a node `buried` (or `drained`, when all that referred to it is gone), or a link `dropped`.

    `entity` is the node or the link; `before` has a link's `source` and `target`.
    """

    cursor: str
    kind: str
    entity: UUID
    op: str
    before: dict[str, str] | None = None


Apply = Callable[[Connection, Change], Awaitable[bool]]
"""Applies a change to the own rows, and returns whether more is left to do about it, in another transaction."""


class _Page(msgspec.Struct):
    items: list[Change]
    position: str


async def follow(peer: Peer, database: Database, apply: Apply) -> int:
    """Applies all that is new, and returns how many changes that was."""
    applied = 0
    while True:
        async with database.connection() as connection:
            cursor: str | None = await connection.fetchval(_READ, peer.name)
        page = await _fetch(peer, cursor)
        if not page.items:
            if page.position != cursor:
                async with database.connection() as connection:
                    await connection.execute(_MOVE_ON, peer.name, cursor, page.position)
            return applied
        done = await _apply_page(peer.name, database, cursor, page.items, apply)
        if done is None:
            return applied
        applied += done


async def _fetch(peer: Peer, cursor: str | None) -> _Page:
    params = {} if cursor is None else {"after": cursor}
    try:
        answer = await peer.call("GET", "/internal/feed", params=params)
    except Refused as error:
        if error.answer.status not in _LOST or cursor is None:
            raise
        # The feed has another history now, or does not reach back so far: all of it again, for each is applied once.
        return await _fetch(peer, None)
    return msgspec.json.decode(answer.body, type=_Page)


async def _apply_page(
    feed: str, database: Database, cursor: str | None, changes: list[Change], apply: Apply
) -> int | None:
    """Applies all of `changes`, a batch a transaction; None if another replica came between."""
    left = changes
    while left:
        done = await _apply_batch(feed, database, cursor, left[:_BATCH], apply)
        if done is None:
            return None
        cursor = left[done - 1].cursor if done else cursor
        left = left[done:]
    return len(changes)


async def _apply_batch(
    feed: str, database: Database, cursor: str | None, changes: list[Change], apply: Apply
) -> int | None:
    """How many of `changes` are done; None if another replica is at it."""
    async with database.transaction() as connection:
        if await connection.fetchrow(_HOLD, feed, cursor) is None:
            return None
        done = 0
        for change in changes:
            if await apply(connection, change):
                break
            done += 1
        if done:
            await connection.execute(_MOVE, feed, changes[done - 1].cursor)
        return done


def following(peer: Peer, database: Database, apply: Apply, news: asyncio.Event) -> Lifespan:
    """What an owner runs so that its rows follow the changes of `peer`: as soon as there are `news`."""
    return periodically(f"{peer.name}.follow", _FOLLOW_SECONDS, lambda: follow(peer, database, apply), news)

"""The feed: the log of changes that a service writes with its rows, read in an order that skips nothing.

A change is written in the transaction of its row. Whoever follows reads pages after a position, or one stream of all
of them, and is woken as soon as that transaction has committed.

    feed = Feed(Log(columns="kind, entity_id AS id, after::text AS record", topics=("room_id",)), settings, database)
    create_service(..., [feed.blueprint(allow)], lifespans=[feed.run])
"""

from chassis.feed.epochs import FEED_TABLE
from chassis.feed.feed import Feed
from chassis.feed.positions import Position
from chassis.feed.storage import Log
from chassis.feed.writing import (
    Change,
    changed,
    changes_table,
    forget_actor,
    log_of,
    note_logged,
    note_written,
    write,
    written,
)

__all__ = [
    "FEED_TABLE",
    "Change",
    "Feed",
    "Log",
    "Position",
    "changed",
    "changes_table",
    "forget_actor",
    "log_of",
    "note_logged",
    "note_written",
    "write",
    "written",
]

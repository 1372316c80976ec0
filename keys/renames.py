"""An account that changed shows another name in its rooms: each of its memberships is told anew there.

What is left to tell stands in a row, so it goes on after any crash, page by page, in one replica at a time.
"""

from uuid import UUID

from chassis.database import Connection, Database
from chassis.peers import Peer
from keys.client import Change
from keys.client.follower import follow
from keys.client.models import room, user
from keys.models import FIRST
from keys.queries import references, renames

_PAGE = 50


async def run(users: Peer, database: Database) -> None:
    """Applies what is new in the feed of `users`, and tells all that is left to tell."""
    await follow(users, database, apply)
    async with database.connection() as connection:
        is_left = await renames.is_left(connection)
    while is_left:
        is_left = await _tell_page(database)


async def apply(connection: Connection, change: Change) -> bool:
    """Notes that the account changed. Nothing is left to do about it in another transaction."""
    if (change.kind, change.op) == ("account", "update"):
        await renames.begin(connection, change.entity, FIRST)
    return False


async def _tell_page(database: Database) -> bool:
    """Whether there was something to tell."""
    async with database.transaction() as connection:
        row = await renames.next_renamed(connection)
        if row is None:
            return False
        page = await renames.memberships(connection, row["user_id"], row["after"], _PAGE)
        if not page:
            await renames.finish(connection, row["user_id"])
            return True
        await _tell(connection, row["user_id"], {each["room_id"]: each["id"] for each in page})
        await renames.move(connection, row["user_id"], page[-1]["id"])
        return True


async def _tell(connection: Connection, renamed: UUID, links: dict[UUID, UUID]) -> None:
    """The rooms are held, as by all who change members: so what is told here comes before what changes after it."""
    ends = [user(renamed), *(room(each) for each in links)]
    if user(renamed) in await references.hold_live(connection, ends):
        await renames.tell(connection, list(links.values()))

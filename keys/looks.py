"""One question a screen: role, rights, members and assignees, with the grant that the owners of the parts verify."""

from uuid import UUID

from chassis import pages
from chassis.database import Connection
from chassis.passport import current_passport
from chassis.problems import forbidden
from chassis.seals import Seal
from chassis.snapshots import cut
from keys import rights, roles
from keys.client.models import NOTHING_SEEN, Grant, expiry
from keys.membership import to_member
from keys.models import FIRST, Look, LookBody, MemberLinkPage, Membership, MembershipPage, PageQuery
from keys.queries import members, standings


async def look(connection: Connection, body: LookBody, caller: UUID, seal: Seal[Grant]) -> Look:
    """Raises a 404 problem for who may not see `body.on`, and 403 for who lacks the first of `body.actions`."""
    row = await rights.find(connection, body.on, caller)
    standing = rights.to_standing(row)
    if not roles.allows(standing, body.actions[0]):
        raise forbidden(body.actions[0])
    grant = Grant(
        user=caller,
        actions=tuple(action for action in body.actions if roles.allows(standing, action)),
        rooms=(row["room_id"],),
        versions=(row["version"],),
        snapshot=cut(row["snapshot"], row["last"]),
        role=row["role"],
        expires=expiry(),
    )
    wanted = body.members
    return Look(
        room_id=row["room_id"],
        role=row["role"],
        actions=roles.actions(standing),
        grant=seal.seal(grant),
        stamp=row["stamp"],
        members=await page_of_members(connection, row["room_id"], wanted.limit, wanted.after) if wanted else None,
        assignees=await standings.assignees(connection, body.on.id) if body.assignees else None,
    )


async def page_of_members(connection: Connection, room_id: UUID, limit: int, after: str | None) -> MemberLinkPage:
    rows = await members.page(connection, room_id, pages.decode(after, UUID, room_id) or FIRST, limit + 1)
    page, following = pages.cut(rows, limit, lambda row: row["id"], room_id)
    return MemberLinkPage([to_member(row) for row in page], following)


async def memberships(connection: Connection, query: PageQuery, caller: UUID, seal: Seal[Grant]) -> MembershipPage:
    """The rooms of the caller, and the grant to see those of this page."""
    after = pages.decode(query.after, UUID) or FIRST
    rows = await standings.memberships(connection, caller, current_passport().rooms, after, query.limit + 1)
    page, following = pages.cut(rows, query.limit, lambda row: row["id"])
    grant = Grant(
        user=caller,
        actions=("room.view",),
        rooms=tuple(row["room_id"] for row in page),
        versions=tuple(row["version"] for row in page),
        snapshot=cut(page[0]["snapshot"], page[0]["last"]) if page else NOTHING_SEEN,
        expires=expiry(),
    )
    items = [Membership(row["room_id"], row["role"], row["since"]) for row in page]
    return MembershipPage(items, following, seal.seal(grant))

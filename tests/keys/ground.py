"""Nodes and links straight in a database of Keys, as the services make them."""

from collections.abc import Sequence
from uuid import UUID

from chassis.database import Connection
from chassis.ids import new_id
from keys import references
from keys.client import Link, Node, Role, room, task, user
from keys.client.models import ClaimBody
from keys.footings import Footings
from keys.queries import claims
from keys.relations import OWNERS


async def refer(
    connection: Connection, nodes: Sequence[Node], links: Sequence[Link], *, confirm: bool = True
) -> UUID:
    """Makes `nodes` and `links`, confirmed or still pending; the id of the claim."""
    claim = new_id()
    owner = OWNERS[nodes[0].type] if nodes else OWNERS[links[0].source.type]
    body = ClaimBody(id=claim, nodes=list(nodes), links=list(links), needs=[], drops=[])
    async with connection.transaction():
        await references.make(connection, body, owner, None, Footings())
        if confirm:
            await claims.confirm(connection, [claim], [], None)
    return claim


async def add_user(connection: Connection) -> UUID:
    made = user(new_id())
    await refer(connection, [made], [])
    return made.id


async def add_room(connection: Connection, **members: UUID) -> UUID:
    """A room with `members`, by role."""
    made = room(new_id())
    await refer(connection, [made], [membership(made.id, each, role) for role, each in members.items()])  # type: ignore[arg-type]
    return made.id


def membership(room_id: UUID, user_id: UUID, role: Role) -> Link:
    return Link(relation="member", source=user(user_id), target=room(room_id), role=role)


async def join(connection: Connection, room_id: UUID, user_id: UUID, role: Role) -> UUID:
    """The id of the membership."""
    link = membership(room_id, user_id, role)
    await refer(connection, [], [link])
    return link.id


async def add_task(connection: Connection, room_id: UUID, author: UUID, *assignees: UUID) -> UUID:
    made = task(new_id())
    links = [Link(relation="assignee", source=made, target=user(each)) for each in assignees]
    links.append(Link(relation="in_room", source=made, target=room(room_id)))
    links.append(Link(relation="author", source=made, target=user(author)))
    await refer(connection, [made], links)
    return made.id

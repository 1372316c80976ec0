"""What a new task refers to."""

from collections.abc import Sequence
from uuid import UUID

from chassis.ids import new_id
from keys.client import ClaimBody, Link, Need, room, task, user


def refer(room_id: UUID, maker: UUID, assignees: Sequence[UUID] = ()) -> ClaimBody:
    """The links of a new task, and the rights that it needs."""
    node = task(new_id())
    needs = [Need(action="task.create", on=room(room_id))]
    if assignees:
        needs.append(Need(action="task.assign", on=room(room_id)))
    links = [
        Link(relation="in_room", source=node, target=room(room_id)),
        Link(relation="author", source=node, target=user(maker)),
        *(Link(relation="assignee", source=node, target=user(member)) for member in assignees),
    ]
    return ClaimBody(id=new_id(), nodes=[node], links=links, needs=needs)


def assigned(references: ClaimBody) -> list[tuple[UUID, UUID]]:
    """Each (user, link) to whom the task is assigned."""
    return [(link.target.id, link.id) for link in references.links if link.relation == "assignee"]

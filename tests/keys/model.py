"""The rules of membership and rights, written once more, in memory, as plainly as they are told."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from keys import roles
from keys.client import Role
from keys.roles import Standing


@dataclass
class Task:
    """`assignees` by the link; `stale` are those whose link went, or goes, with their membership."""

    id: UUID
    room: int
    assignees: dict[int, UUID] = field(default_factory=dict)
    stale: set[int] = field(default_factory=set)


@dataclass
class Comment:
    id: UUID
    task: Task
    author: int


@dataclass
class Model:
    """Who is in which room as what; None: the room is gone. Of people and rooms by number.

    `left` counts how often somebody left a room: whoever comes back is another member.
    """

    members: list[dict[int, Role] | None]
    gone: set[int] = field(default_factory=set)
    tasks: list[Task] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    left: Counter[tuple[int, int]] = field(default_factory=Counter)

    def role(self, place: int, person: int) -> Role | None:
        return (self.members[place] or {}).get(person)

    def status(
        self,
        place: int,
        person: int,
        action: str,
        grants: Role = "viewer",
        task: Task | None = None,
        comment: Comment | None = None,
    ) -> int:
        """200, or how it is refused."""
        role = self.role(place, person)
        if role is None:
            return 404
        assigned = task is not None and person in task.assignees
        standing = Standing(role, assigned=assigned, author=comment is not None and comment.author == person)
        allowed = roles.allows(standing, action) and roles.may_grant(role, grants)
        return 200 if allowed else 403

    def others(self, place: int, person: int) -> dict[int, Role]:
        return {other: role for other, role in (self.members[place] or {}).items() if other != person}

    def leaves(self, place: int, person: int) -> None:
        members = self.members[place]
        if members is not None:
            del members[person]
        self.left[place, person] += 1
        for each in self.tasks:
            if each.room == place:
                each.assignees.pop(person, None)
                each.stale.add(person)

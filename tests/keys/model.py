"""The rules of membership and rights, written once more, in memory, as plainly as they are told."""

from dataclasses import dataclass, field
from uuid import UUID

from keys import roles
from keys.client import Role
from keys.roles import Standing


@dataclass
class Task:
    id: UUID
    room: int
    assignees: set[int] = field(default_factory=set)


@dataclass
class Model:
    """Who is in which room as what; None: the room is gone. Of people and rooms by number."""

    members: list[dict[int, Role] | None]
    gone: set[int] = field(default_factory=set)
    tasks: list[Task] = field(default_factory=list)

    def role(self, place: int, person: int) -> Role | None:
        return (self.members[place] or {}).get(person)

    def status(self, place: int, person: int, action: str, grants: Role = "viewer", task: Task | None = None) -> int:
        """200, or how it is refused."""
        role = self.role(place, person)
        if role is None:
            return 404
        assigned = task is not None and person in task.assignees
        allowed = roles.allows(Standing(role, assigned=assigned), action) and roles.may_grant(role, grants)
        return 200 if allowed else 403

    def others(self, place: int, person: int) -> dict[int, Role]:
        return {other: role for other, role in (self.members[place] or {}).items() if other != person}

    def leaves(self, place: int, person: int) -> None:
        members = self.members[place]
        if members is not None:
            del members[person]
        for each in self.tasks:
            if each.room == place:
                each.assignees.discard(person)

"""Roles and rights, as data: what each role may do, served at `GET /v1/roles`."""

from typing import Literal, get_args

import msgspec

from keys.client.models import Role

# From least to most; each role may do all that the one before it may.
LADDER: tuple[Role, ...] = ("viewer", "contributor", "editor", "admin", "owner")

Condition = Literal["assigned", "author"]


class Right(msgspec.Struct, frozen=True):
    """`action` is for `least` and above (None: for nobody as such); from `least_if` on, where `condition` holds."""

    action: str
    about: str
    least: Role | None
    least_if: Role | None = None
    condition: Condition | None = None


RIGHTS = (
    Right("room.view", "see the room, its tasks, comments and members", "viewer"),
    Right("comment.create", "comment on a task", "contributor"),
    Right("comment.edit", "change a comment: one's own", None, "contributor", "author"),
    Right("comment.delete", "delete a comment: one's own; admins, anybody's", "admin", "contributor", "author"),
    Right("task.move", "move a task, or change its status", "editor", "contributor", "assigned"),
    Right("task.create", "create a task", "editor"),
    Right("task.edit", "change a task", "editor"),
    Right("task.assign", "assign a task to members, and unassign it", "editor"),
    Right("task.delete", "put a task into the trash", "editor"),
    Right("task.restore", "take a task out of the trash", "editor"),
    Right("trash.view", "see the trash", "editor"),
    Right("room.edit", "change the room's name and description", "admin"),
    Right("member.add", "bring somebody in", "admin"),
    Right("member.role", "change a member's role, up to one's own", "admin"),
    Right("member.remove", "remove a member, up to one's own role", "admin"),
    Right("member.emails", "see the members' e-mail addresses", "admin"),
    Right("invite.view", "see the invites, up to one's own role", "admin"),
    Right("invite.create", "make an invite, up to one's own role", "admin"),
    Right("invite.revoke", "revoke an invite", "admin"),
    Right("room.delete", "delete the room", "owner"),
)
BY_ACTION = {right.action: right for right in RIGHTS}


class Standing(msgspec.Struct, frozen=True):
    """What decides about a caller and a node: the role in its room, and what links them beside it."""

    role: Role
    assigned: bool = False
    author: bool = False


def rank(role: Role) -> int:
    return LADDER.index(role)


def allows(standing: Standing, action: str) -> bool:
    """Whether `standing` gives `action`. An unknown action is refused."""
    right = BY_ACTION.get(action)
    if right is None:
        return False
    if right.least is not None and rank(standing.role) >= rank(right.least):
        return True
    if right.least_if is None or rank(standing.role) < rank(right.least_if):
        return False
    return standing.assigned if right.condition == "assigned" else standing.author


def may_grant(own: Role, granted: Role) -> bool:
    """Nobody grants, or takes from another, what they do not have."""
    return rank(own) >= rank(granted)


def actions(standing: Standing) -> list[str]:
    return [right.action for right in RIGHTS if allows(standing, right.action)]


class RoleAction(msgspec.Struct, frozen=True):
    """An action a role has; `only_if` is the condition on the task or comment, or null."""

    action: str
    about: str
    only_if: Condition | None


class RoleRights(msgspec.Struct, frozen=True):
    """A role and all it may do."""

    role: Role
    actions: list[RoleAction]


class RoleTable(msgspec.Struct, frozen=True):
    """The rights of all roles, the most powerful first."""

    items: list[RoleRights]
    next: None = None


def _row(role: Role) -> RoleRights:
    free = Standing(role)
    conditional = Standing(role, assigned=True, author=True)
    return RoleRights(
        role,
        [
            RoleAction(right.action, right.about, None if allows(free, right.action) else right.condition)
            for right in RIGHTS
            if allows(conditional, right.action)
        ],
    )


TABLE = RoleTable([_row(role) for role in reversed(LADDER)])

if get_args(Role)[::-1] != LADDER:
    raise RuntimeError("every role has its place on the ladder")

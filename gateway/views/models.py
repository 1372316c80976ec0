"""The shapes of the composed views. What other services document is spliced in raw, and named by `shape`."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

from chassis.bodies import Body
from chassis.openapi import shape
from chassis.pages import Cursor, Limit
from chassis.versions import Version
from gateway.views.compose import PartStatus
from keys.client import Role

Cursors = Annotated[str | None, Meta(description="Where the changes after this snapshot begin.")]


def _with_standing(name: str, **more: dict[str, Any]) -> Meta:
    """A model of another service, with members of ours added."""
    role = {"enum": ["owner", "admin", "editor", "contributor", "viewer"]}
    extra = {"type": "object", "properties": {"role": role, **more}, "required": ["role", *more]}
    return Meta(extra_json_schema={"allOf": [{"$ref": f"#/components/schemas/{name}"}, extra]})


RoomRaw = Annotated[Raw, shape("Room")]
TaskRaw = Annotated[Raw, shape("Task")]
UserRaw = Annotated[Raw, shape("User")]
CommentRaw = Annotated[Raw, shape("Comment")]
InviteRaw = Annotated[Raw, shape("Invite")]
TaskPageRaw = Annotated[Raw, shape("TaskPage")]
CommentPageRaw = Annotated[Raw, shape("CommentPage")]
ProfileRaw = Annotated[Raw, shape("Profile")]
ActivityRaw = Annotated[Raw, shape("Activity")]
RoomWithRole = Annotated[Raw, _with_standing("Room")]
RoomAtHome = Annotated[Raw, _with_standing("Room", open_tasks={"type": ["integer", "null"]})]
TimeRaw = Annotated[Raw, Meta(extra_json_schema={"type": "string", "format": "date-time"})]


class CallerAccess(msgspec.Struct, frozen=True):
    """The caller's role in the room, and the actions it gives here."""

    role: Role
    actions: list[str]


class Member(msgspec.Struct, frozen=True):
    """A member of a room. The e-mail address is there for admins alone."""

    user: ProfileRaw
    role: Role
    since: TimeRaw
    version: Version


class Members(msgspec.Struct, frozen=True):
    """A page of members."""

    items: list[Member]
    next: str | None


Counted = Annotated[int, Meta(ge=0, le=1000, description="Up to 1000, which stands for that many or more.")]


class TaskCounts(msgspec.Struct, frozen=True):
    """How many tasks of a room are in each status."""

    todo: Counted
    doing: Counted
    done: Counted


class MemberCount(msgspec.Struct, frozen=True):
    """How many members a room has."""

    members: Counted


class RoomCounts(msgspec.Struct, frozen=True):
    """How much there is in a room, without it."""

    tasks: TaskCounts | None
    members: Counted | None


class RoomView(msgspec.Struct, frozen=True, kw_only=True):
    """A room with its members and the first page of its tasks. What `include` does not name is left out."""

    room: RoomRaw
    access: CallerAccess
    members: Members | UnsetType | None = UNSET
    tasks: TaskPageRaw | UnsetType | None = UNSET
    counts: RoomCounts | UnsetType = UNSET
    cursor: Cursors = None
    parts: dict[str, PartStatus]


class People(msgspec.Struct, frozen=True):
    """Users by name."""

    items: list[ProfileRaw]


class TaskView(msgspec.Struct, frozen=True, kw_only=True):
    """A task with its room, its assignees and its comments. `people` names who made it and who commented."""

    task: TaskRaw
    room: RoomRaw | None
    access: CallerAccess
    assignees: list[ProfileRaw] | None
    comments: CommentPageRaw | None
    people: list[ProfileRaw] | None
    cursor: Cursors = None
    parts: dict[str, PartStatus]


class ActivityView(msgspec.Struct, frozen=True, kw_only=True):
    """What happened, the latest first. `people` names who did it, also who has left since."""

    items: list[ActivityRaw]
    next: str | None
    people: list[ProfileRaw] | None
    parts: dict[str, PartStatus]


class UndoResult(msgspec.Struct, frozen=True, kw_only=True):
    """What an undo made, by its kind; null where it took it away. Other kinds are null, or left out."""

    task: TaskRaw | UnsetType | None = UNSET
    comment: CommentRaw | UnsetType | None = UNSET
    room: RoomRaw | UnsetType | None = UNSET
    invite: InviteRaw | UnsetType | None = UNSET
    member: Member | UnsetType | None = UNSET
    account: UserRaw | UnsetType | None = UNSET


class Undone(msgspec.Struct, frozen=True):
    """What each of the writes that were taken back is now; of a batch the last one comes first."""

    results: list[UndoResult]


class RoomItems(msgspec.Struct, frozen=True):
    """A page of the caller's rooms, each with the caller's `role`."""

    items: list[RoomWithRole]
    next: str | None


class HomeRooms(msgspec.Struct, frozen=True):
    """A page of the caller's rooms, each with `role` and the number of `open_tasks`."""

    items: list[RoomAtHome]
    next: str | None


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the caller's rooms, and the open tasks in these that are assigned to them, the earliest due first.

    Undated ones come last. `due_soon` has those that are due within seven days, or overdue. The `next` of either is
    for `assigned_after`, with the same page of rooms; `limit` is of the rooms.
    """

    rooms: HomeRooms
    assigned: TaskPageRaw | None
    due_soon: TaskPageRaw | None
    cursor: Cursors = None
    parts: dict[str, PartStatus]


Strict = Annotated[bool, Meta(description="All or nothing: a part that cannot be had fails the view.")]


class RoomQuery(Body):
    """What to include beside the room."""

    include: Annotated[
        str,
        Meta(
            pattern=r"^((members|tasks|counts)(,(members|tasks|counts))*)?(?![\s\S])",
            description="`members`, `tasks` and `counts`, with commas between; empty for none.",
        ),
    ] = "members,tasks"
    strict: Strict = False


class TaskQuery(Body):
    """How to answer when a part cannot be had."""

    strict: Strict = False


class PageQuery(Body):
    """A page of a list."""

    limit: Limit = 50
    after: Cursor | None = None


class ActivityQuery(PageQuery):
    """A page of what happened."""

    strict: Strict = False


class HomeQuery(PageQuery):
    """A page of the caller's rooms, with a page of the tasks in these."""

    assigned_after: Cursor | None = None
    strict: Strict = False


class NewMember(Body):
    """Whom to bring in, and as what."""

    email: Annotated[str, Meta(min_length=3, max_length=254)]
    role: Role


class RoleChange(Body):
    """The role that the member gets."""

    role: Role


class Found(msgspec.Struct):
    """A user found by e-mail address."""

    id: UUID

"""What comes in and what goes out."""

from typing import Annotated, Literal, get_args
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chassis.bodies import Body
from chassis.moments import Moment, check_moment
from chassis.pages import Cursor, Limit
from chassis.problems import invalid
from chassis.texts import VISIBLE
from chassis.versions import Version

Status = Literal["todo", "doing", "done"]
Priority = Literal["none", "low", "medium", "high", "urgent"]
STATUSES: tuple[str, ...] = get_args(Status)
PRIORITIES: tuple[str, ...] = get_args(Priority)
CLOSED = "done"

Title = Annotated[str, Meta(min_length=1, max_length=500, pattern=VISIBLE, description="Not blank.")]
Description = Annotated[str, Meta(max_length=50_000, description="Markdown, kept as it is.")]
CommentText = Annotated[str, Meta(min_length=1, max_length=20_000, description="Markdown, kept as it is.")]
MOST_ASSIGNEES = 50
Assignees = Annotated[list[UUID], Meta(max_length=MOST_ASSIGNEES, description="Members of the room.")]


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A task. `position` orders the room's tasks, compared byte by byte; `created_by` is null for a deleted user."""

    id: UUID
    room_id: UUID
    number: int
    title: str
    description: str
    status: Status
    priority: Priority
    due_at: Moment | None
    assignees: list[UUID]
    position: str
    created_by: UUID | None
    created_at: Moment
    updated_at: Moment
    completed_at: Moment | None
    version: Version

    @property
    def is_open(self) -> bool:
        return self.status != CLOSED


class TrashedTask(Task, frozen=True, kw_only=True):
    """A task in the trash, since `deleted_at`. It is gone for good 30 days later."""

    deleted_at: Moment


class TaskPage(msgspec.Struct, frozen=True):
    """Tasks in the order asked for. Only a null `next` says that no more follow, not a short page."""

    items: list[Task]
    next: str | None


class TrashPage(msgspec.Struct, frozen=True):
    """The trash of a room, the latest first."""

    items: list[TrashedTask]
    next: str | None


class NewTask(Body):
    """A new task. It goes to the end of the room's list."""

    title: Title
    description: Description = ""
    status: Status = "todo"
    priority: Priority = "none"
    due_at: Moment | None = None
    assignees: Assignees = msgspec.field(default_factory=list)

    def check(self) -> None:
        check_moment("due_at", self.due_at)
        if len(set(self.assignees)) < len(self.assignees):
            raise invalid("assignees", "names somebody more than once")


class TaskEdit(Body):
    """The fields to change; the others stay. To change `status` alone, the right to move the task is enough."""

    title: Title | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    due_at: Moment | UnsetType | None = UNSET

    def check(self) -> None:
        check_moment("due_at", self.due_at)

    def named(self) -> dict[str, object]:
        """The fields that the request names, with their new values."""
        values = {name: getattr(self, name) for name in TaskEdit.__struct_fields__}
        return {name: value for name, value in values.items() if value is not UNSET}

    def apply(self, task: Task) -> Task:
        return msgspec.structs.replace(task, **self.named())


class Move(Body):
    """Where to: another status, or a place directly before or after another task of the room, or both."""

    status: Status | UnsetType = UNSET
    before: UUID | UnsetType = UNSET
    after: UUID | UnsetType = UNSET

    def check(self) -> None:
        if self.before is not UNSET and self.after is not UNSET:
            raise invalid("after", "cannot stand beside before")
        if not self.fields():
            raise invalid("body", "names neither status, nor before, nor after")

    def fields(self) -> set[str]:
        """The fields of the task that this may change."""
        place = {"position"} if self.before is not UNSET or self.after is not UNSET else set()
        return place | ({"status"} if self.status is not UNSET else set())


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """A comment on a task. `author` is null for a deleted user."""

    id: UUID
    task_id: UUID
    author: UUID | None
    body: str
    created_at: Moment
    updated_at: Moment
    version: Version


class CommentPage(msgspec.Struct, frozen=True):
    """Comments, the oldest first."""

    items: list[Comment]
    next: str | None


class NewComment(Body):
    """A new comment."""

    body: CommentText


class CommentEdit(Body):
    """The comment's new text."""

    body: CommentText


class TaskHome(msgspec.Struct, frozen=True):
    """A person's tasks over all their rooms: how many are open in each, and those assigned to them, not done.

    `assigned` and `due_soon` (within seven days, or overdue) have the earliest due date first, undated ones last.
    """

    counts: dict[UUID, int]
    assigned: TaskPage
    due_soon: TaskPage


class HomeQuery(Body):
    """A page of one's tasks."""

    limit: Limit = 50
    after: Cursor | None = None


def _choices(names: tuple[str, ...]) -> str:
    one = "|".join(names)
    return f"^({one})(,({one}))*$"


class ListQuery(Body):
    """What to list, in which order. Filters combine: a task must pass all of them."""

    status: Annotated[str, Meta(pattern=_choices(STATUSES), description="One or more, with commas.")] | None = None
    assignee: (
        Annotated[
            str,
            Meta(
                pattern=r"^(me|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$",
                description="A user's id, or `me`.",
            ),
        ]
        | None
    ) = None
    priority: Annotated[str, Meta(pattern=_choices(PRIORITIES), description="One or more, with commas.")] | None = (
        None
    )
    due_before: Annotated[Moment, Meta(description="What has no due date is left out.")] | None = None
    q: (
        Annotated[
            str,
            Meta(
                min_length=1,
                max_length=200,
                description="Words that must all occur in the title and description, or in one comment.",
            ),
        ]
        | None
    ) = None
    sort: Literal[
        "position",
        "-position",
        "due",
        "-due",
        "priority",
        "-priority",
        "created",
        "-created",
        "updated",
        "-updated",
    ] = "position"
    limit: Limit = 50
    after: Cursor | None = None


class PageQuery(Body):
    """Which page of a list."""

    limit: Limit = 50
    after: Cursor | None = None


class Result(msgspec.Struct, frozen=True):
    """What a write made of a task or a comment: both null where it took it away."""

    task: Task | None
    comment: Comment | None


class Results(msgspec.Struct, frozen=True):
    """What each of several writes made, in their order."""

    results: list[Result]

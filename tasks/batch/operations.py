"""What a batch may hold: operations of different kinds, where later ones can name what earlier ones create."""

from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from chassis.bodies import Body
from tasks.models import CommentText, NewTask, Status, TaskEdit

MOST = 100

# Shorter than any form of an id, so that no name is both.
Ref = Annotated[
    str,
    Meta(
        pattern="^[A-Za-z][A-Za-z0-9_-]{0,30}$",
        description="A name of your choice, for later operations of the batch to name what this one creates.",
    ),
]
Name = Annotated[str, Meta(min_length=1, max_length=36, description="An id, or the `ref` of an earlier operation.")]
Seen = Annotated[int, Meta(ge=0, le=2**62, description="The `version` you have seen, as in `If-Match`.")]


class CreateTask(NewTask, kw_only=True, tag_field="op", tag="create_task"):
    """Create a task."""

    ref: Ref | None = None


class EditTask(TaskEdit, kw_only=True, tag_field="op", tag="edit_task"):
    """Change fields of a task."""

    task: Name
    if_match: Seen | None = None


class MoveTask(Body, kw_only=True, tag_field="op", tag="move_task"):
    """Move a task: to another status, or before or after another task, or both."""

    task: Name
    status: Status | UnsetType = UNSET
    before: Name | UnsetType = UNSET
    after: Name | UnsetType = UNSET
    if_match: Seen | None = None


class DeleteTask(Body, kw_only=True, tag_field="op", tag="delete_task"):
    """Put a task into the trash."""

    task: Name
    if_match: Seen | None = None


class RestoreTask(Body, kw_only=True, tag_field="op", tag="restore_task"):
    """Take a task out of the trash."""

    task: Name


class AssignTask(Body, kw_only=True, tag_field="op", tag="assign"):
    """Assign a task to a member of the room."""

    task: Name
    user: UUID
    if_match: Seen | None = None


class UnassignTask(Body, kw_only=True, tag_field="op", tag="unassign"):
    """Take a task from somebody."""

    task: Name
    user: UUID
    if_match: Seen | None = None


class CreateComment(Body, kw_only=True, tag_field="op", tag="create_comment"):
    """Comment on a task."""

    task: Name
    body: CommentText
    ref: Ref | None = None


class EditComment(Body, kw_only=True, tag_field="op", tag="edit_comment"):
    """Change one's own comment."""

    comment: Name
    body: CommentText
    if_match: Seen | None = None


class DeleteComment(Body, kw_only=True, tag_field="op", tag="delete_comment"):
    """Delete a comment."""

    comment: Name
    if_match: Seen | None = None


Operation = (
    CreateTask
    | EditTask
    | MoveTask
    | DeleteTask
    | RestoreTask
    | AssignTask
    | UnassignTask
    | CreateComment
    | EditComment
    | DeleteComment
)


class Batch(Body):
    """Operations that are done together, in their order, or not at all."""

    operations: Annotated[list[Operation], Meta(min_length=1, max_length=MOST)]
    dry_run: Annotated[bool, Meta(description="Answer what would be, and change nothing.")] = False

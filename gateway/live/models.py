"""The shapes of the feeds inside, and of what clients are told."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

from chassis.bodies import Body
from chassis.moments import Moment
from chassis.versions import Version
from gateway.views.models import RoomItems, UserRaw
from keys.client import Role

Kind = Literal["room", "member", "task", "comment", "account"]
Operation = Literal["create", "update", "restore", "delete"]

_SHAPES = [{"$ref": f"#/components/schemas/{name}"} for name in ("Room", "Member", "Task", "Comment", "User")]
RecordRaw = Annotated[Raw, Meta(extra_json_schema={"anyOf": [*_SHAPES, {"type": "null"}]})]
After = Annotated[str, Meta(max_length=512, description="The cursor of a view or of an event: what comes after it.")]
ChangesLimit = Annotated[int, Meta(ge=1, le=500, description="How many changes a page may have.")]

# msgspec takes no union with Raw, so it holds the null itself.
NOTHING = Raw(b"null")


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A change as a service tells it."""

    position: str
    kind: str
    id: UUID
    op: str
    version: int
    at: datetime
    actor: UUID | None = None
    request_id: str = ""
    room_id: UUID | None = None
    user_id: UUID | None = None
    account_id: UUID | None = None
    record: Raw = NOTHING

    @property
    def is_gone(self) -> bool:
        return bytes(self.record) == b"null"


class FeedPage(msgspec.Struct, frozen=True):
    """A page of a feed; see chassis.feed."""

    items: list[Item]
    position: str
    more: bool
    pending: bool

    @property
    def is_held_back(self) -> bool:
        """Whether what was committed is not told, for an older transaction is open."""
        return self.pending and not self.items


class MemberRecord(msgspec.Struct, frozen=True):
    """A membership as Keys logs it."""

    source: UUID
    role: Role
    since: datetime


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change. `record` is how it is now, null when it is gone, and for a room that the caller came into."""

    room_id: UUID | None
    kind: Kind
    id: UUID
    op: Operation
    version: Version
    actor: UUID | None
    at: Moment
    request_id: str
    record: RecordRaw


class Changes(msgspec.Struct, frozen=True):
    """A page of changes. `next` is null when there is no more now; `cursor` is where to go on from in any case."""

    items: list[Change]
    next: str | None
    cursor: str


class ChangesQuery(Body):
    """Where to begin, and how much."""

    after: After
    limit: ChangesLimit = 100


class SyncQuery(Body):
    """Without `after` the answer is where to begin."""

    after: After | None = None
    limit: ChangesLimit = 100


class EventsQuery(Body):
    """Where the stream begins; without it at `Last-Event-ID`, or now."""

    after: After | None = None


class LastEventHeader(msgspec.Struct):
    """What a browser sends when it connects again."""

    last_event_id: Annotated[str, Meta(max_length=512, description="The `id` of the last event received.")] | None = (
        None
    )


class Sync(msgspec.Struct, frozen=True, kw_only=True):
    """Where to begin: `me`, null for a token that is for some rooms alone, and the first page of your `rooms`.

    With `after` instead what came after it: `items` and `next`. The changes after either answer follow `cursor`.
    """

    me: UserRaw | UnsetType | None = UNSET
    rooms: RoomItems | UnsetType = UNSET
    items: list[Change] | UnsetType = UNSET
    next: str | UnsetType | None = UNSET
    cursor: str

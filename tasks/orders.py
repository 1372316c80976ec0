"""The orders in which tasks are listed, and the cursor of each."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from msgspec import Meta

from chassis import pages
from chassis.moments import Moment, check_moment
from chassis.problems import invalid
from tasks.models import PRIORITIES, Task

Key = tuple[Any, ...]


class Shown(NamedTuple):
    """The task behind which a page goes on, as the page before showed it."""

    task_id: UUID
    version: int


_Number = Annotated[int, Meta(ge=0, le=2**62)]


class _Place(NamedTuple):
    """A cursor by position. It says whose the key is, for keys are shortened; one of the version before does not."""

    order: str
    position: Annotated[str, Meta(pattern="^[0-9A-Za-z]+$")]
    task_id: UUID | None = None
    version: _Number = 0


_Rank = Annotated[int, Meta(ge=0, lt=len(PRIORITIES))]
_OLDEST, _NEWEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_LAST = 2**63 - 1


class Axis(NamedTuple):
    """What to order by. The columns tell every two tasks of a room apart; `key` is a task's place among them.

    `types` are those of a cursor: the order's name, the key, and what `beside` puts there. `low` and `high` lie
    beyond every place.
    """

    name: str
    columns: tuple[str, ...]
    types: Any
    low: Key
    high: Key
    key: Callable[[Task], Key]
    beside: Callable[[Task], Key] = lambda _: ()


_AXES = (
    Axis("position", ("position",), _Place, ("",), ("~",), lambda t: (t.position,), lambda t: (t.id, t.version)),
    # Numbers are given in the order of creation.
    Axis("created", ("number",), tuple[str, _Number], (0,), (_LAST,), lambda t: (t.number,)),
    Axis(
        "priority",
        ("rank", "number"),
        tuple[str, _Rank, _Number],
        (-1, 0),
        (len(PRIORITIES), 0),
        lambda t: (PRIORITIES.index(t.priority), t.number),
    ),
    Axis(
        "updated",
        ("updated_at", "number"),
        tuple[str, Moment, _Number],
        (_OLDEST, 0),
        (_NEWEST, 0),
        lambda t: (t.updated_at, t.number),
    ),
    # Tasks without a due date come last both ways.
    Axis(
        "due",
        ("coalesce(due_at, '{undated}')", "number"),
        tuple[str, Moment | None, _Number],
        (_OLDEST, 0),
        (_NEWEST, _LAST),
        lambda t: (t.due_at, t.number),
    ),
)
_PARAMETERS = {
    "position": "{}::text",
    "number": "{}::bigint",
    "rank": "{}::smallint",
    "updated_at": "{}::timestamptz",
    "coalesce(due_at, '{undated}')": "coalesce({}::timestamptz, '{undated}')",
}


class Order(NamedTuple):
    """An axis in one direction, as SQL and as cursors."""

    axis: Axis
    descending: bool

    @property
    def name(self) -> str:
        return f"-{self.axis.name}" if self.descending else self.axis.name

    @property
    def sorting(self) -> str:
        """What stands behind ORDER BY."""
        direction = "DESC" if self.descending else "ASC"
        return ", ".join(f"{self._sql(column)} {direction}" for column in self.axis.columns)

    def beyond(self, first: int) -> str:
        """The condition that a row comes after a key, whose values are the parameters from `first` on."""
        columns = [self._sql(column) for column in self.axis.columns]
        values = [
            self._sql(_PARAMETERS[column], f"${first + index}") for index, column in enumerate(self.axis.columns)
        ]
        return f"({', '.join(columns)}) {'<' if self.descending else '>'} ({', '.join(values)})"

    def encode(self, task: Task) -> str:
        return pages.encode((self.name, *self.axis.key(task), *self.axis.beside(task)), task.room_id)

    def decode(self, cursor: str | None, room_id: UUID) -> tuple[Key, Shown | None]:
        """The key in `cursor`, or one before all, and whose it is, if that says more.

        Raises a 422 problem for a cursor of another list.
        """
        decoded: Key | None = pages.decode(cursor, self.axis.types, room_id)
        if decoded is None:
            return (self.axis.high if self.descending else self.axis.low), None
        if decoded[0] != self.name:
            raise invalid("after", "is a cursor of another order")
        key, beside = decoded[1 : len(self.axis.columns) + 1], decoded[len(self.axis.columns) + 1 :]
        for value in key:
            check_moment("after", value if isinstance(value, datetime) else None)
        return key, Shown(*beside) if any(beside) else None

    def _sql(self, template: str, value: str = "") -> str:
        return template.format(value, undated="-infinity" if self.descending else "infinity")


ORDERS = {order.name: order for axis in _AXES for order in (Order(axis, False), Order(axis, True))}

"""Makes a page of a room's tasks: it touches a bounded number of rows, whatever is asked of a room of any size."""

from uuid import UUID

from chassis.database import Connection, Row
from chassis.moments import check_moment
from tasks.models import PRIORITIES, STATUSES, ListQuery, TaskPage
from tasks.orders import ORDERS, Key, Order
from tasks.queries import fitting, history, lists
from tasks.queries.lists import Filters
from tasks.queries.order import place_of
from tasks.queries.tasks import read_task

# Up to so many candidates are sorted for a page; a filter that leaves more is tried on rows in order.
FEW = 1000
# How many rows in order a page may try. Where fewer than its limit pass, the page is short, and its `next` goes on.
DEPTH = 2000


def read_filters(query: ListQuery, room_id: UUID, caller: UUID) -> Filters:
    check_moment("due_before", query.due_before)
    assignee = caller if query.assignee == "me" else UUID(query.assignee) if query.assignee else None
    return Filters(
        room_id,
        sorted(set(query.status.split(","))) if query.status else STATUSES,
        [PRIORITIES.index(name) for name in sorted(set(query.priority.split(",")))] if query.priority else None,
        assignee,
        query.due_before,
        query.q,
    )


async def list_tasks(connection: Connection, query: ListQuery, room_id: UUID, caller: UUID) -> TaskPage:
    filters = read_filters(query, room_id, caller)
    order = ORDERS[query.sort]
    after = await _resume(connection, order, query.after, room_id)
    narrow = any(value is not None for value in filters[2:])
    if narrow and (few := await _few(connection, filters)) is not None:
        rows = await lists.choose(connection, filters, order, after, few, query.limit + 1)
        return _page(rows, order, query.limit)
    depth = DEPTH if narrow else query.limit + 1
    whole = len(filters.statuses) == len(STATUSES)
    rows = await lists.scan(connection, filters, order, after, depth, query.limit + 1, whole=whole)
    return _scanned_page(rows, order, query.limit, depth)


async def _resume(connection: Connection, order: Order, cursor: str | None, room_id: UUID) -> Key:
    """Behind which key a page begins: the present one of the last task shown, if its key was only shortened."""
    key, shown = order.decode(cursor, room_id)
    place = await place_of(connection, shown.task_id, room_id) if shown else None
    if shown is None or place is None or place.version == shown.version:
        return key
    moved = await history.changed_since(
        connection, shown.task_id, shown.version, place.version, ["position"], spreads=False
    )
    return key if moved else (place.position,)


async def _few(connection: Connection, filters: Filters) -> list[UUID] | None:
    """All tasks that can pass, if one of the filters leaves few."""
    found = await lists.probe(connection, filters, FEW + 1)
    whole = [set(ids) for ids in found if len(ids) <= FEW]
    return list(set.intersection(*whole)) if whole else None


def _page(rows: list[Row], order: Order, limit: int) -> TaskPage:
    page, more = fitting.cut(rows, limit)
    tasks = [read_task(row) for row in page]
    return TaskPage(tasks, order.encode(tasks[-1]) if more else None)


def _scanned_page(rows: list[Row], order: Order, limit: int, depth: int) -> TaskPage:
    if len(rows) > limit or not rows or rows[-1]["place"] < depth or not rows[-1]["fits"]:
        return _page(rows, order, limit)
    last = order.encode(read_task(rows[-1]))
    return TaskPage([read_task(row) for row in rows if row["passes"]], last)

"""Makes tasks straight in the database, as the routes do once Keys has agreed."""

from uuid import UUID

from chassis.database import Connection, Database
from chassis.ids import new_id
from tasks import order, trash, writing
from tasks.models import Move, NewTask, Task
from tasks.queries import order as queries

ROOM, ME, OTHER = (UUID(int=number) for number in (11, 12, 13))


async def make(
    connection: Connection, *titles: str, assignees: tuple[UUID, ...] = (), room_id: UUID = ROOM
) -> list[Task]:
    return [
        await writing.create(
            connection, new_id(), room_id, NewTask(title=title), ME, [(user, new_id()) for user in assignees]
        )
        for title in titles
    ]


async def move(database: Database, task: Task, move: Move) -> Task:
    async with database.transaction() as connection:
        before = await writing.hold(connection, task.id, task.room_id, with_room=True)
        return await writing.save(connection, before, await order.place(connection, before, move), ME)


async def discard(connection: Connection, task: Task) -> None:
    await trash.discard(connection, await writing.hold(connection, task.id, task.room_id, with_room=True), ME)


async def crowd(database: Database, moves: int) -> tuple[list[Task], Task]:
    """Tasks moved in turn to one gap, until the last key is long. Returns the tasks and the last that moved."""
    async with database.transaction() as connection:
        a, *rest, _ = await make(connection, *"abcdefgh")
    moved = a
    for index in range(moves):
        moved = await move(database, rest[index % len(rest)], Move(after=a.id))
    return [a, *rest], moved


async def titles(connection: Connection, room_id: UUID = ROOM) -> str:
    """The titles of the room's live tasks, in order, in one word."""
    rows = await connection.fetch(
        "SELECT title FROM tasks WHERE room_id = $1 AND deleted_at IS NULL ORDER BY position", room_id
    )
    return "".join(row["title"] for row in rows)


async def open_count(connection: Connection, room_id: UUID = ROOM) -> int:
    count: int = await connection.fetchval("SELECT open_count FROM room_counters WHERE room_id = $1", room_id)
    return count


async def keys_in_order(connection: Connection) -> list[str]:
    return [key for _, key in await queries.around(connection, ROOM, "", 10_000, before=False)]

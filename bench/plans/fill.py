"""A tasks database with one room of many tasks among many rooms of few."""

from uuid import UUID

from chassis.database import Connection

BIG, ME, RARE, EVERYBODY = (UUID(int=number) for number in (1, 2, 3, 4))

# Old tasks are done and new ones open, and RARE has a task in a thousand: nothing is spread evenly, as in life.
_TASKS = """
    INSERT INTO tasks (
        id, room_id, number, title, description, status, priority, due_at, position, created_by,
        created_at, updated_at
    )
    SELECT gen_random_uuid(), $1, n, 'Task ' || n || CASE WHEN n % 1000 = 0 THEN ' zebra' ELSE '' END,
           'a common word, and one of ' || n % 97,
           CASE WHEN n < 0.95 * $2::int THEN 'done' WHEN n % 3 = 0 THEN 'doing' ELSE 'todo' END,
           (ARRAY['none', 'none', 'none', 'low', 'medium', 'medium', 'high'])[1 + n % 7],
           CASE WHEN n % 5 = 0 THEN timestamptz '2026-01-01' + make_interval(hours => n) END,
           'd' || lpad(n::text, 6, '0') || 'V', $3,
           timestamptz '2025-01-01' + make_interval(mins => n),
           timestamptz '2025-06-01' + make_interval(mins => n * 7919 % 100003)
    FROM generate_series(1, $2::int) AS n
"""

_URGENT = "UPDATE tasks SET priority = 'urgent' WHERE room_id = $1 AND number % 20000 = 1"

_ASSIGNEES = """
    INSERT INTO task_assignees (task_id, user_id, room_id, link_id, is_open, due_at)
    SELECT id, $2, room_id, gen_random_uuid(), status <> 'done', due_at
    FROM tasks
    WHERE room_id = $1 AND number % $3 = 0
"""

_TEXTS = """
    INSERT INTO texts (id, task_id, room_id, words)
    SELECT id, id, room_id,
           array_to_tsvector(ARRAY['room:' || room_id::text]) || to_tsvector('simple', title || E'\\n' || description)
    FROM tasks
"""

_SMALL_ROOMS = """
    INSERT INTO tasks (id, room_id, number, title, description, status, priority, position, created_by)
    SELECT gen_random_uuid(), room_id, n, 'Task ' || n, 'a common word', 'todo', 'none', 'a' || n, $2
    FROM (SELECT gen_random_uuid() AS room_id FROM generate_series(1, $1::int)) AS rooms
    CROSS JOIN generate_series(1, 9) AS n
"""


async def fill(connection: Connection, *, tasks: int, rooms: int) -> None:
    """`tasks` in the room BIG, and 9 in each of `rooms` others. ME has every third task of BIG, EVERYBODY each."""
    await connection.execute(_TASKS, BIG, tasks, ME)
    await connection.execute(_URGENT, BIG)
    await connection.execute(_SMALL_ROOMS, rooms, ME)
    for user, one_in in ((ME, 3), (RARE, 1000), (EVERYBODY, 1)):
        await connection.execute(_ASSIGNEES, BIG, user, one_in)
    await connection.execute(_TEXTS)
    await connection.execute("ANALYZE")

"""Fills the four databases with rooms as the services would, in seconds; and the yardstick's with the same."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from chassis.ids import new_id
from tasks.positions import spread

Connection = asyncpg.Connection

_ACCOUNTS = """
    INSERT INTO accounts (id, email, name, password_hash)
    SELECT id, id || '@example.org', 'Member', '-' FROM unnest($1::uuid[]) AS id
"""
_NODES = "INSERT INTO nodes (type, id) SELECT $1, id FROM unnest($2::uuid[]) AS id"
_MEMBERSHIPS = """
    INSERT INTO links (id, relation, source_type, source_id, target_type, target_id, role)
    SELECT gen_random_uuid(), 'member', 'user', u.id, 'room', r.id, CASE WHEN u.id = $3 THEN 'owner' ELSE 'editor' END
    FROM unnest($1::uuid[]) AS r (id) CROSS JOIN unnest($2::uuid[]) AS u (id)
"""
_TASK_LINKS = """
    INSERT INTO links (id, relation, source_type, source_id, target_type, target_id)
    SELECT gen_random_uuid(), 'in_room', 'task', id, 'room', room_id
    FROM unnest($1::uuid[], $2::uuid[]) AS t (id, room_id)
  UNION ALL
    SELECT gen_random_uuid(), 'author', 'task', id, 'user', $3
    FROM unnest($1::uuid[]) AS t (id)
"""
_ROOMS = "INSERT INTO rooms (id, name, description) SELECT id, 'Room', '' FROM unnest($1::uuid[]) AS id"
_COUNTERS = """
    INSERT INTO room_counters (room_id, last_number, open_count)
    SELECT room_id, $2, $2 FROM unnest($1::uuid[]) AS room_id
"""
_TASKS = """
    INSERT INTO tasks (id, room_id, number, title, description, status, priority, position, created_by)
    SELECT id, room_id, number, 'Task ' || number, 'About task ' || number, 'todo', 'none', position, $5
    FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[]) AS t (id, room_id, number, position)
"""
_TEXTS = """
    INSERT INTO texts (id, task_id, room_id, words)
    SELECT id, id, room_id,
           array_to_tsvector(ARRAY['room:' || room_id::text]) || to_tsvector('simple', title || E'\\n' || description)
    FROM tasks
    ON CONFLICT DO NOTHING
"""


async def fill(databases: dict[str, Connection], owner: UUID, rooms: int, tasks: int, members: int) -> list[UUID]:
    """Makes `rooms` rooms with so many `tasks` and `members` each, the owner among these. Returns the rooms."""
    ids, people = [new_id() for _ in range(rooms)], [new_id() for _ in range(members - 1)]
    keys = databases["keys"]
    await databases["users"].execute(_ACCOUNTS, people)
    await databases["rooms"].execute(_ROOMS, ids)
    await keys.execute(_NODES, "user", people)
    await keys.execute(_NODES, "room", ids)
    await keys.execute(_MEMBERSHIPS, ids, [owner, *people], owner)
    await _fill_tasks(databases, owner, ids, tasks)
    for connection in databases.values():
        await connection.execute("ANALYZE")
    return ids


async def _fill_tasks(databases: dict[str, Connection], owner: UUID, rooms: Sequence[UUID], tasks: int) -> None:
    of_room = [room for room in rooms for _ in range(tasks)]
    made = [new_id() for _ in of_room]
    numbers, positions = list(range(1, tasks + 1)) * len(rooms), spread(None, None, tasks) * len(rooms)
    await databases["keys"].execute(_NODES, "task", made)
    await databases["keys"].execute(_TASK_LINKS, made, of_room, owner)
    await databases["tasks"].execute(_COUNTERS, rooms, tasks)
    await databases["tasks"].execute(_TASKS, made, of_room, numbers, positions, owner)
    await databases["tasks"].execute(_TEXTS)


async def fill_yardstick(connection: Connection, rooms: Sequence[UUID], tasks: int, members: int) -> None:
    await connection.execute("INSERT INTO rooms SELECT id, 'Room' FROM unnest($1::uuid[]) AS id", rooms)
    await connection.execute(
        """
        INSERT INTO members
        SELECT id, gen_random_uuid(), 'Member', 'editor'
        FROM unnest($1::uuid[]) AS id CROSS JOIN generate_series(1, $2)
        """,
        rooms,
        members,
    )
    await connection.execute(
        """
        INSERT INTO tasks
        SELECT gen_random_uuid(), id, 'Task ' || n, 'todo', 'a' || lpad(n::text, 6, '0')
        FROM unnest($1::uuid[]) AS id CROSS JOIN generate_series(1, $2) AS n
        """,
        rooms,
        tasks,
    )
    await connection.execute("ANALYZE")

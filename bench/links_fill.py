"""A database of Keys with one room of many members among many rooms of thirteen, and their tasks."""

from uuid import UUID

from chassis.database import Connection

_MEMBERS = 13
# A number for each kind of id, so that they can be told and counted.
_USER, _ROOM, _TASK, _MEMBER, _BIG, _OTHER, _BUSYS = (number << 64 for number in range(1, 8))

BIG = UUID(int=_ROOM)
# A member of every room but BIG, who wrote every third task, and has it to do.
BUSY = UUID(int=_USER - 1)


def user_at(number: int) -> UUID:
    return UUID(int=_USER + number)


def room_at(number: int) -> UUID:
    """From 1 on; BIG is the one before."""
    return UUID(int=_ROOM + number)


def task_at(number: int) -> UUID:
    """It is in the room after `number` of as many rooms as there are."""
    return UUID(int=_TASK + number)


def membership_at(number: int) -> UUID:
    """One of BIG."""
    return UUID(int=_BIG + number)


_ID = "(lpad(to_hex({kind}), 16, '0') || lpad(to_hex(({number})::bigint), 16, '0'))::uuid"


def _id(kind: int, number: str) -> str:
    return _ID.format(kind=kind >> 64, number=number)


_NODES = f"""
    INSERT INTO nodes (type, id)
    SELECT 'user', {_id(_USER, "n")} FROM generate_series(0, $1::int - 1) AS n
  UNION ALL
    SELECT 'room', {_id(_ROOM, "n")} FROM generate_series(0, $2::int) AS n
  UNION ALL
    SELECT 'task', {_id(_TASK, "n")} FROM generate_series(0, $3::int - 1) AS n
"""

_MEMBERSHIPS = f"""
    INSERT INTO links (id, relation, source_type, source_id, target_type, target_id, role)
    SELECT {_id(_MEMBER, "n")}, 'member', 'user', {_id(_USER, "n % $1::int")}, 'room',
           {_id(_ROOM, f"1 + n / {_MEMBERS}")}, CASE WHEN n % {_MEMBERS} = 0 THEN 'owner' ELSE 'editor' END
    FROM generate_series(0, $2::int * {_MEMBERS} - 1) AS n
  UNION ALL
    SELECT {_id(_BIG, "n")}, 'member', 'user', {_id(_USER, "n")}, 'room', {_id(_ROOM, "0")},
           CASE WHEN n = 0 THEN 'owner' ELSE 'viewer' END
    FROM generate_series(0, $3::int - 1) AS n
"""

_BUSY_NODE = "INSERT INTO nodes (type, id) VALUES ('user', $1)"
_BUSY_MEMBER = f"""
    INSERT INTO links (id, relation, source_type, source_id, target_type, target_id, role)
    SELECT {_id(_BUSYS, "n")}, 'member', 'user', $1, 'room', {_id(_ROOM, "n")}, 'viewer'
    FROM generate_series(1, $2::int) AS n
"""

_TASKS = f"""
    INSERT INTO links (id, relation, source_type, source_id, target_type, target_id, via)
    SELECT {_id(_OTHER, "3 * n + l.place")}, l.relation, 'task', {_id(_TASK, "n")}, l.type,
           CASE WHEN l.type = 'room' THEN {_id(_ROOM, "1 + n % $2::int")}
                WHEN l.relation = 'author' AND n % 3 = 0 THEN $4
                ELSE {_id(_USER, f"((n % $2::int) * {_MEMBERS} + n % {_MEMBERS}) % $1::int")} END,
           CASE l.relation WHEN 'assignee' THEN {_id(_MEMBER, f"(n % $2::int) * {_MEMBERS} + n % {_MEMBERS}")} END
    FROM generate_series(0, $3::int - 1) AS n
    CROSS JOIN (VALUES (0, 'in_room', 'room'), (1, 'author', 'user'), (2, 'assignee', 'user'))
        AS l (place, relation, type)
  UNION ALL
    SELECT gen_random_uuid(), 'assignee', 'task', {_id(_TASK, "n")}, 'user', $4, {_id(_BUSYS, "1 + n % $2::int")}
    FROM generate_series(0, $3::int - 1, 3) AS n
"""

_CHANGES = """
    INSERT INTO changes (kind, entity_id, op)
    SELECT 'task', gen_random_uuid(), 'buried' FROM generate_series(1, $1::int)
"""


async def fill(connection: Connection, links: int) -> None:
    """About `links` links; seven in a hundred are members of BIG, which has 70,000 of a million."""
    big, rooms, tasks = links * 7 // 100, links // 100, links * 8 // 30
    users = max(big, links // 10)
    # What is put in here is whole by its making; checking each reference would take most of the time.
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(_NODES, users, rooms, tasks)
    await connection.execute(_MEMBERSHIPS, users, rooms, big)
    await connection.execute(_BUSY_NODE, BUSY)
    await connection.execute(_BUSY_MEMBER, BUSY, rooms)
    await connection.execute(_TASKS, users, rooms, tasks, BUSY)
    await connection.execute(_CHANGES, links // 10)
    await connection.execute("INSERT INTO stamps (of, stamp) SELECT id, '1' FROM nodes WHERE type = 'room'")
    await connection.execute("RESET session_replication_role")
    await connection.execute("VACUUM ANALYZE")

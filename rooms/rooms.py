"""Rooms: created with their owner, and gone everywhere at once."""

from uuid import UUID

from chassis.database import Connection, current_database
from chassis.idempotency import remember, take_key
from chassis.ids import new_id
from chassis.passport import caller
from chassis.problems import not_found
from chassis.undo import offer_undo
from chassis.versions import conflict, written_since
from keys.client import Link, Need, current_keys, room, user
from rooms import changes, queries
from rooms.models import NewRoom, Room, RoomChange
from rooms.works import RoomChanged, RoomMade

# What one transaction removes of what may be many.
BATCH = 200


async def create(new: NewRoom) -> Room:
    room_id = new_id()
    owner = Link(relation="member", source=user(caller()), target=room(room_id), role="owner")
    async with current_keys().referring(new=[room(room_id)], links=[owner]) as claim:
        async with current_database().transaction() as connection:
            await take_key(connection)
            await claim.land(connection)
            created = await queries.insert_room(connection, room_id, new)
            await changes.record(connection, "create", caller(), created)
            offer_undo(lambda: RoomMade(room_id))
            return await remember(connection, created)


async def change(room_id: UUID, fields: RoomChange, seen: int | None) -> Room:
    """Raises a 412 problem if others changed the same fields since the version `seen`."""
    await current_keys().require(Need(action="room.edit", on=room(room_id)))
    async with current_database().transaction() as connection:
        return await write(connection, room_id, fields, seen)


async def write(connection: Connection, room_id: UUID, fields: RoomChange, seen: int | None) -> Room:
    """Changes the room for who has the right to. `seen` as in `change`."""
    before = await _hold(connection, room_id, fields.named(), seen)
    after = await queries.update_room(connection, room_id, fields)
    if after.version > before.version:
        await changes.record(connection, "update", caller(), after, before)
        offer_undo(lambda: RoomChanged(room_id, after.version))
    return after


async def delete(room_id: UUID, seen: int | None) -> None:
    """If the rows outlive this call, the tombstone stands already, and the feed of Keys removes them."""
    right = Need(action="room.delete", on=room(room_id))
    if seen is not None:
        # Before the room is compared: its fields are not for those without the right.
        await current_keys().require(right)
    async with current_database().transaction() as connection:
        if seen is not None:
            await _hold(connection, room_id, {"name", "description"}, seen)
        await current_keys().bury(room(room_id), needs=[right])
        await remove_room(connection, room_id)


async def delete_unused(connection: Connection, room_id: UUID) -> None:
    """Deletes the room if it is as it was made. Raises a 412 problem, or a 409 if somebody or something is in it."""
    await _hold(connection, room_id, {"name", "description"}, seen=1)
    await current_keys().bury(room(room_id), needs=[Need(action="room.delete", on=room(room_id))], unused=True)
    await remove_room(connection, room_id)


async def _hold(connection: Connection, room_id: UUID, fields: set[str], seen: int | None) -> Room:
    """Holds the room. Raises a 412 problem if one of `fields` was changed since the version `seen`."""
    held = await queries.hold_room(connection, room_id)
    if held is None:
        raise not_found("room")
    current, versions = held
    if unseen := written_since(seen, current.version, {name: versions[name] for name in fields}):
        raise conflict(unseen, current)
    return current


async def remove_room(connection: Connection, room_id: UUID) -> bool:
    """Removes the rows of a buried room, its invites and its log page by page. Returns whether more is left to do."""
    if await queries.delete_all_invites_in(connection, room_id, BATCH) == BATCH:
        return True
    await queries.delete_room(connection, room_id)
    return await changes.delete_of_room(connection, room_id, BATCH) == BATCH

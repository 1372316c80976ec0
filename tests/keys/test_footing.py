"""A right is found first and stood on second: what changes between the two is found anew."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
from quart import g

from chassis.database import Connection
from chassis.ids import new_id
from chassis.passport import Passport
from chassis.problems import Problem
from keys import references
from keys.client import Link, Need, room, task, user
from keys.client.models import ClaimBody
from keys.footings import Footings
from keys.queries import burials, claims, members, standings
from keys.queries import references as queries
from keys.rights import find
from tests.keys.ground import add_room, add_user, join
from tests.settling import until_one_waits

pytestmark = pytest.mark.usefixtures("passport")

_COUNTS = "SELECT (SELECT count(*) FROM claims), (SELECT count(*) FROM nodes WHERE type = 'task')"
Change = Callable[[Connection, UUID, UUID, UUID], Awaitable[object]]


async def become_viewer(connection: Connection, room_id: UUID, eve: UUID, _link: UUID) -> None:
    await members.set_role(connection, room_id, eve, "viewer", None)


async def become_admin(connection: Connection, room_id: UUID, eve: UUID, _link: UUID) -> None:
    await members.set_role(connection, room_id, eve, "admin", None)


async def leave(connection: Connection, _room: UUID, eve: UUID, link: UUID) -> None:
    await burials.drop(connection, "member", [link], eve)


async def leave_and_come_back(connection: Connection, room_id: UUID, eve: UUID, link: UUID) -> None:
    await burials.drop(connection, "member", [link], eve)
    await join(connection, room_id, eve, "editor")


async def bury_the_room(connection: Connection, room_id: UUID, eve: UUID, _link: UUID) -> None:
    await burials.bury(connection, "room", [room_id], eve)


async def make_task(connection: Connection, room_id: UUID, eve: UUID, known: Footings | None = None) -> None:
    """As a new task does that Eve makes and has."""
    made = task(new_id())
    links = [
        Link(relation="in_room", source=made, target=room(room_id)),
        Link(relation="author", source=made, target=user(eve)),
        Link(relation="assignee", source=made, target=user(eve)),
    ]
    needs = [Need(action="task.create", on=room(room_id)), Need(action="task.assign", on=room(room_id))]
    body = ClaimBody(id=new_id(), nodes=[made], links=links, needs=needs)
    assert references.is_one_statement(body)
    await references.make(connection, body, "tasks", eve, known or Footings())


async def make_node(connection: Connection, room_id: UUID, eve: UUID, known: Footings | None = None) -> None:
    """Something in the room that no link joins to it: nothing but the right holds the room and Eve."""
    need = Need(action="task.create", on=room(room_id))
    body = ClaimBody(id=new_id(), nodes=[task(new_id())], links=[], needs=[need])
    await references.make(connection, body, "tasks", eve, known or Footings())


def test_what_may_be_refused_when_it_is_made_takes_a_transaction() -> None:
    made, link = task(new_id()), Link(relation="author", source=task(new_id()), target=user(new_id()))
    twice = [Link(relation="author", source=made, target=link.target) for _ in range(2)]
    plain = ClaimBody(id=new_id(), nodes=[made], links=twice[:1], needs=[])
    assert references.is_one_statement(plain)
    for other in ({"links": twice}, {"links": [link]}, {"drops": [new_id()]}):
        assert not references.is_one_statement(msgspec.structs.replace(plain, **other))


CHANGES = [(become_viewer, 403), (become_admin, 0), (leave, 404), (leave_and_come_back, 0), (bury_the_room, 409)]


async def outcome(making: Awaitable[None], connection: Connection) -> int:
    """The status of the refusal, 0 without one; a refusal has left nothing."""
    try:
        await making
    except Problem as problem:
        assert tuple(await connection.fetchrow(_COUNTS) or ()) == (0, 0)
        return problem.status
    assert tuple(await connection.fetchrow(_COUNTS) or ()) == (1, 1)
    return 0


@pytest.mark.parametrize(("change", "status"), CHANGES)
async def test_what_changed_between_finding_and_making_decides(
    connection: Connection, other: Connection, monkeypatch: pytest.MonkeyPatch, change: Change, status: int
) -> None:
    eve = await add_user(connection)
    room_id = await add_room(connection, owner=await add_user(connection))
    link, changes = await join(connection, room_id, eve, "editor"), [change]
    make_claims = claims.make_claims

    async def changed_first(*args: Any) -> set[UUID] | None:
        if changes:
            await changes.pop()(other, room_id, eve, link)
        return await make_claims(*args)

    monkeypatch.setattr(claims, "make_claims", changed_first)
    assert await outcome(make_task(connection, room_id, eve), connection) == status
    assert not changes


async def test_who_has_gone_with_the_room_is_not_called_a_stranger_to_it(
    connection: Connection, other: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    eve = await add_user(connection)
    room_id = await add_room(connection, owner=await add_user(connection))
    link, memberships = await join(connection, room_id, eve, "editor"), queries.memberships

    async def gone_first(*args: Any) -> Any:
        await bury_the_room(other, room_id, eve, link)
        await leave(other, room_id, eve, link)
        return await memberships(*args)

    monkeypatch.setattr(queries, "memberships", gone_first)
    assert await outcome(make_task(connection, room_id, eve), connection) == 409


@pytest.mark.parametrize(("change", "status"), CHANGES)
async def test_a_change_that_is_not_committed_yet_is_waited_for(
    connection: Connection, other: Connection, url: str, change: Change, status: int
) -> None:
    eve = await add_user(connection)
    room_id = await add_room(connection, owner=await add_user(connection))
    link, watcher = await join(connection, room_id, eve, "editor"), await asyncpg.connect(url)
    async with other.transaction():
        await members.hold_rooms(other, [room_id])
        await change(other, room_id, eve, link)
        making = asyncio.create_task(make_task(connection, room_id, eve))
        await until_one_waits(watcher)
    assert await outcome(making, watcher) == status
    await watcher.close()


async def bury_eve(connection: Connection, _room: UUID, eve: UUID, _link: UUID) -> None:
    await burials.bury(connection, "user", [eve], None)


RECALLED = [(become_viewer, 403), (become_admin, 0), (leave, 404), (leave_and_come_back, 0), (bury_the_room, 404)]


@pytest.mark.parametrize(("change", "status"), [*RECALLED, (bury_eve, 404)])
@pytest.mark.parametrize("making", [make_task, make_node])
async def test_what_is_remembered_is_stood_on_only_while_it_is_so(
    connection: Connection, other: Connection, change: Change, status: int, making: Any
) -> None:
    eve, known = await add_user(connection), Footings()
    room_id = await add_room(connection, owner=await add_user(connection))
    link = await join(connection, room_id, eve, "editor")
    await making(connection, room_id, eve, known)
    await change(other, room_id, eve, link)
    await connection.execute("DELETE FROM links WHERE claim IS NOT NULL")
    await connection.execute("DELETE FROM nodes WHERE type = 'task'")
    await connection.execute("DELETE FROM claims")
    assert await outcome(making(connection, room_id, eve, known), connection) == status


async def test_the_second_claim_of_a_person_in_a_room_is_one_statement(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    eve, known = await add_user(connection), Footings()
    room_id = await add_room(connection, owner=eve)
    await make_node(connection, room_id, eve, known)
    with monkeypatch.context() as patch:
        patch.setattr(standings, "standing", None)
        await make_node(connection, room_id, eve, known)
        # Somebody else's right is another, and so is that in another room.
        for who, where in ((await add_user(connection), room_id), (eve, await add_room(connection, owner=eve))):
            with pytest.raises(TypeError):
                await make_node(connection, where, who, known)


async def test_nothing_is_remembered_for_long(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    eve, known = await add_user(connection), Footings()
    room_id = await add_room(connection, owner=eve)
    monkeypatch.setattr("keys.footings._KEPT_SECONDS", -1.0)
    await make_node(connection, room_id, eve, known)
    assert known.recall([Need(action="task.create", on=room(room_id))], eve) is None


async def test_what_is_remembered_is_no_right_of_its_own(connection: Connection) -> None:
    """A role does what it may, and a token reaches its rooms, with memory as without."""
    eve, known = await add_user(connection), Footings()
    room_id = await add_room(connection, owner=await add_user(connection))
    await join(connection, room_id, eve, "contributor")
    view = [Need(action="room.view", on=room(room_id))]
    known.keep(view, [await find(connection, room(room_id), eve)], eve)
    assert known.recall([Need(action="comment.create", on=room(room_id))], eve)
    for need in (
        Need(action="task.create", on=room(room_id)),
        # These hang on more than the role.
        Need(action="comment.edit", on=room(room_id)),
        Need(action="comment.create", on=task(room_id)),
        Need(action="comment.create", on=room(room_id), grants="viewer"),
        Need(action="comment.create", on=room(room_id), user=new_id()),
    ):
        assert known.recall([need], eve) is None
    g.passport = Passport(service="tasks", user=eve, rooms=(new_id(),), expires=0)
    assert known.recall([Need(action="comment.create", on=room(room_id))], eve) is None

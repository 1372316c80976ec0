"""Drains what was buried or dropped, page by page: applies each relation's rule to the links that are left.

Every page is a transaction, and what is left to do stands in the rows themselves: so it goes on after any crash, in
any replica, each node in one at a time. A pending link waits until its claim is settled, for its row may come yet.
"""

from collections.abc import Awaitable, Callable, Iterable
from uuid import UUID

from chassis.database import Connection, Database, Row
from keys.queries import burials, draining
from keys.relations import BY_NAME

_PAGE = 200
# Of rooms and users one at a time: what they take along others may hold, and wait for the second of two.
_SMALL, _TOGETHER = ("task", "comment"), 20
_KEPT_DAYS, _FORGET_PAGE = 30, 1000


async def drain(database: Database) -> int:
    """Works until nothing is left that could be done now. Returns the number of steps."""
    steps, stuck = 0, list[UUID]()
    async with database.connection() as connection:
        is_left = await draining.is_left(connection)
    while is_left:
        # In turns: who leaves does not wait for the tasks of a room that goes.
        worked = [await _step(database, work, stuck) for work in (_drain_membership, _drain_nodes)]
        if not any(worked):
            break
        steps += sum(worked)
    return steps


async def _step(
    database: Database, work: Callable[[Connection, list[UUID]], Awaitable[bool]], stuck: list[UUID]
) -> bool:
    async with database.transaction() as connection:
        return await work(connection, stuck)


async def _drain_nodes(connection: Connection, stuck: list[UUID]) -> bool:
    """One page of one node, or of several small ones; adds what cannot go on now to `stuck`. False: none is left."""
    first = await draining.next_buried(connection, stuck)
    if first is None:
        return False
    kind, nodes = first["type"], [first["id"]]
    if kind in _SMALL:
        nodes += await draining.more_buried(connection, kind, [*stuck, *nodes], _TOGETHER - 1)
    links = await draining.links_of(connection, kind, nodes, _PAGE // len(nodes))
    arriving = [link for link in links if link["target_type"] == kind and link["target_id"] in nodes]
    leaving = [link for link in links if link["source_type"] == kind and link["source_id"] in nodes]
    for relation in {link["relation"] for link in links}:
        await _target_went(connection, relation, [link for link in arriving if link["relation"] == relation])
        await _source_went(connection, relation, [link for link in leaving if link["relation"] == relation])
    moved = await draining.mark_drained(connection, kind, nodes)
    moved |= {link["target_id"] for link in arriving} | {link["source_id"] for link in leaving}
    stuck += [node for node in nodes if node not in moved]
    return True


async def _target_went(connection: Connection, relation: str, links: list[Row]) -> None:
    match BY_NAME[relation].on_target:
        case "cascade":
            for kind in {link["source_type"] for link in links}:
                sources = [link["source_id"] for link in links if link["source_type"] == kind]
                await burials.bury(connection, kind, sources, None)
            await draining.forget_links(connection, _ids(links))
        case "set null" | "link goes":
            await burials.drop(connection, relation, _ids(links), None)


async def _source_went(connection: Connection, relation: str, links: list[Row]) -> None:
    """The row that held the reference goes itself, so nobody need be told; but of a membership the room is told."""
    if BY_NAME[relation].on_source == "restrict last owner":
        await burials.drop(connection, relation, _ids(links), None)
    else:
        await draining.forget_links(connection, _ids(links))


async def _drain_membership(connection: Connection, stuck: list[UUID]) -> bool:
    """Drops a page of the links that required a dropped membership, or forgets it; else as `_drain_nodes`."""
    link = await draining.next_dropped(connection, stuck)
    if link is None:
        return False
    dependents = await draining.links_via(connection, link, _PAGE)
    ready = [row for row in dependents if row["claim"] is None]
    for relation in {row["relation"] for row in ready}:
        await burials.drop(connection, relation, _ids(row for row in ready if row["relation"] == relation), None)
    if not dependents:
        await draining.forget_links(connection, [link])
    elif not ready:
        stuck.append(link)
    return True


def _ids(links: Iterable[Row]) -> list[UUID]:
    return [link["id"] for link in links]


async def forget(database: Database) -> None:
    """Forgets tombstones that no cursor reaches back to any more."""
    forgotten = _FORGET_PAGE
    while forgotten == _FORGET_PAGE:
        async with database.transaction() as connection:
            forgotten = await burials.forget_nodes(connection, _KEPT_DAYS, _FORGET_PAGE)

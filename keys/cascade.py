"""Drains what was buried or dropped, page by page: applies each relation's rule to the links that are left.

Every page is a transaction, and what is left to do stands in the rows themselves: so it goes on after any crash, in
any replica, each node in one at a time. A pending link waits until its claim is settled, for its row may come yet.
"""

from collections.abc import Iterable
from uuid import UUID

from chassis.database import Connection, Database, Row
from keys.queries import burials
from keys.relations import BY_NAME

_PAGE = 200
_KEPT_DAYS = 30


async def drain(database: Database) -> int:
    """Works until nothing is left that could be done now. Returns the number of steps."""
    steps, stuck = 0, list[UUID]()
    async with database.connection() as connection:
        is_left = await burials.is_left(connection)
    while is_left:
        async with database.transaction() as connection:
            worked = await _step(connection, stuck)
        if not worked:
            break
        steps += 1
    return steps


async def _step(connection: Connection, stuck: list[UUID]) -> bool:
    """One page of one node or membership; what cannot go on now is added to `stuck`. False: there is nothing else."""
    node = await burials.next_buried(connection, stuck)
    if node is not None:
        if not await _drain_node(connection, node["type"], node["id"]):
            stuck.append(node["id"])
        return True
    link = await burials.next_dropped(connection, stuck)
    if link is None:
        return False
    if not await _drain_membership(connection, link):
        stuck.append(link)
    return True


async def _drain_node(connection: Connection, kind: str, node: UUID) -> bool:
    links = await burials.links_of(connection, kind, node, _PAGE)
    if not links:
        await burials.mark_drained(connection, kind, node)
        return True
    ready = [link for link in links if link["claim"] is None and link["dropped_at"] is None]
    for relation in {link["relation"] for link in ready}:
        of_relation = [link for link in ready if link["relation"] == relation]
        arriving = [link for link in of_relation if (link["target_type"], link["target_id"]) == (kind, node)]
        await _target_went(connection, relation, arriving)
        await _source_went(connection, relation, [link for link in of_relation if link not in arriving])
    return bool(ready)


async def _target_went(connection: Connection, relation: str, links: list[Row]) -> None:
    match BY_NAME[relation].on_target:
        case "cascade":
            for kind in {link["source_type"] for link in links}:
                sources = [link["source_id"] for link in links if link["source_type"] == kind]
                await burials.bury(connection, kind, sources, None)
            await burials.forget_links(connection, _ids(links))
        case "set null" | "link goes":
            await burials.drop(connection, relation, _ids(links), None)


async def _source_went(connection: Connection, relation: str, links: list[Row]) -> None:
    """The row that held the reference goes itself, so nobody need be told; but of a membership the room is told."""
    if BY_NAME[relation].on_source == "restrict last owner":
        await burials.drop(connection, relation, _ids(links), None)
    else:
        await burials.forget_links(connection, _ids(links))


async def _drain_membership(connection: Connection, link: UUID) -> bool:
    """Drops the links that required the membership, then forgets it."""
    dependents = await burials.links_via(connection, link, _PAGE)
    if not dependents:
        await burials.forget_links(connection, [link])
        return True
    ready = [row for row in dependents if row["claim"] is None]
    for relation in {row["relation"] for row in ready}:
        await burials.drop(connection, relation, _ids(row for row in ready if row["relation"] == relation), None)
    return bool(ready)


def _ids(links: Iterable[Row]) -> list[UUID]:
    return [link["id"] for link in links]


async def forget(database: Database) -> None:
    """Forgets tombstones that no cursor reaches back to any more."""
    async with database.transaction() as connection:
        await burials.forget_nodes(connection, _KEPT_DAYS, 10_000)

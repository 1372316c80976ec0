"""Assigning: members only, once, and with an answer that shows it."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from chassis.database import Database
from chassis.ids import new_id
from keys.client import ClaimBody, follower
from keys.client import keys as keys_module
from keys.client.keys import EXTENSION as KEYS
from keys.queries import claims
from tasks import assigning, cascades, writing
from tasks.models import MOST_ASSIGNEES
from tasks.queries import assignees as queries
from tests.launch.polling import until
from tests.postgres import connected
from tests.settling import until_settled
from tests.system import Reply
from tests.tasks.making import ME, OTHER, ROOM, make
from tests.tasks.team import Team


async def test_assigning_is_once_and_answers_with_the_task(team: Team) -> None:
    task = await team.create()
    path = f"/v1/tasks/{task['id']}/assignees/{team['viewer']}"
    assigned = await team.call("PUT", path)
    assert assigned.status == 200
    assert (assigned.json()["assignees"], assigned.json()["version"]) == ([str(team["viewer"])], 2)
    assert (await team.call("PUT", path)).json() == assigned.json() == await team.get(task)
    unassigned = await team.call("DELETE", path)
    assert (unassigned.json()["assignees"], unassigned.json()["version"]) == ([], 3)
    again = await team.call("DELETE", path)
    assert (again.status, again.json()) == (200, unassigned.json())
    assert (await team.call("PUT", path)).json()["assignees"] == [str(team["viewer"])]


async def test_who_is_no_member_cannot_be_assigned(team: Team) -> None:
    task = await team.create()
    refused = await team.call("PUT", f"/v1/tasks/{task['id']}/assignees/{team.stranger}")
    assert refused.status in (404, 422)
    assert await team.get(task) == task


async def test_sixteen_who_assign_at_once_assign_each_once(team: Team) -> None:
    task = await team.create()

    people = [team["viewer"], team["editor"], team["admin"], team["owner"]] * 4
    answers = await asyncio.gather(*(team.call("PUT", f"/v1/tasks/{task['id']}/assignees/{who}") for who in people))
    assert {answer.status for answer in answers} == {200}
    found = await team.get(task)
    assert sorted(found["assignees"]) == sorted({str(who) for who in people})
    assert found["version"] == 5


async def test_a_task_has_fifty_assignees_at_most(team: Team) -> None:
    """Also when two are assigned at once: the task is held while they are counted."""
    task = await team.create()
    others = [new_id() for _ in range(MOST_ASSIGNEES - 1)]
    await team.run(
        "INSERT INTO task_assignees SELECT $1, other, $2, other, true, NULL FROM unnest($3::uuid[]) AS other",
        UUID(task["id"]),
        team.room,
        others,
    )
    path = f"/v1/tasks/{task['id']}/assignees"
    answers = await asyncio.gather(*(team.call("PUT", f"{path}/{team[role]}") for role in ("viewer", "editor")))
    refused, assigned = sorted(answers, key=lambda answer: answer.status, reverse=True)
    assert (assigned.status, refused.status, refused.json()["errors"][0]["field"]) == (200, 422, "assignees")
    (last,) = {team["viewer"], team["editor"]} & {UUID(person) for person in assigned.json()["assignees"]}
    assert (await team.call("PUT", f"{path}/{last}")).json() == assigned.json() == await team.get(task)
    batch = await team.batch({"op": "assign", "task": task["id"], "user": str(team["admin"])})
    assert (batch.status, batch.json()["index"]) == (422, 0)
    assert (await team.call("DELETE", f"{path}/{last}")).status == 200
    assert (await team.call("PUT", f"{path}/{team['admin']}")).status == 200


async def test_sixteen_who_unassign_at_once_unassign_once(team: Team) -> None:
    task = await team.create(assignees=[str(team["viewer"])])
    path = f"/v1/tasks/{task['id']}/assignees/{team['viewer']}"
    answers = await asyncio.gather(*(team.call("DELETE", path) for _ in range(16)))
    assert {answer.status for answer in answers} == {200}
    assert [answer.json()["assignees"] for answer in answers] == [[]] * 16
    assert (await team.get(task))["version"] == 2


async def test_another_change_of_the_same_link_is_waited_for_and_asked_after_ever_less(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen before: the asking of many kept what they waited for from getting done; after a second they gave up."""
    task = await team.create(assignees=[str(team["viewer"])])
    asked = _note_claims(team, monkeypatch)
    # Who frees the link may be slow to do so.
    monkeypatch.setattr(keys_module, "_PAUSES", (*keys_module._PAUSES, 20.0))
    async with _being_dropped(team, task):
        asking = asyncio.create_task(team.call("DELETE", f"/v1/tasks/{task['id']}/assignees/{team['viewer']}"))
        await until(lambda: bool(asked) and asked[-1] - asked[0] > 1.1)
        assert len(asked) <= 12
    answer = await asking
    assert (answer.status, answer.json()["assignees"]) == (200, [])


async def test_a_batch_asks_twice_however_many_are_assigned_already(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [str(team[role]) for role in ("viewer", "editor", "admin", "owner")]
    task = await team.create(assignees=people)
    asked = _note_claims(team, monkeypatch)
    again = await team.batch(*({"op": "assign", "task": task["id"], "user": each} for each in people))
    assert [each["task"] for each in again.json()["results"]] == [task] * 4
    assert len(asked) == 1
    other = await team.batch(
        {"op": "create_task", "title": "new"},
        *({"op": "assign", "task": task["id"], "user": each} for each in people),
    )
    assert (other.status, len(asked)) == (200, 3)


def _note_claims(team: Team, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When Keys is asked for a claim from here on."""
    keys, asked = team.system.apps["tasks"].extensions[KEYS]._peer, list[float]()
    call = keys.call

    async def noted(method: str, path: str, **options: Any) -> object:
        if (method, path) == ("POST", "/internal/claims"):
            asked.append(time.monotonic())
        return await call(method, path, **options)

    monkeypatch.setattr(keys, "call", noted)
    return asked


@asynccontextmanager
async def _being_dropped(team: Team, task: dict[str, Any]) -> AsyncIterator[None]:
    """While it lasts, Keys holds the links of the task for somebody else who is about to drop them."""
    connection = await asyncpg.connect(team.system.databases["keys"])
    claim, links = new_id(), "SELECT array_agg(id) FROM links WHERE source_id = $1 AND relation = 'assignee'"
    try:
        await until_settled(connection)
        await claims.make_claims(
            connection,
            claims.Terms("tasks", 60.0, False, None),
            [ClaimBody(id=claim, nodes=[], links=[], needs=[])],
            {},
            claims.Ground(),
        )
        assert await claims.mark_drops(
            connection, await connection.fetchval(links, UUID(task["id"])), ["task"], claim
        )
        yield
        await claims.give_up(connection, [claim])
    finally:
        await connection.close()


async def links_of(team: Team, task: dict[str, Any]) -> int:
    """How many assignments Keys has of the task; when all claims are settled, none may be on its way."""
    async with connected(team.system.databases["keys"]) as connection:
        await until_settled(connection)
        rows = await connection.fetch(
            "SELECT claim, dropping FROM links WHERE relation = 'assignee' AND source_id = $1", UUID(task["id"])
        )
    assert {tuple(row) for row in rows} <= {(None, None)}
    return len(rows)


async def test_of_sixteen_at_one_version_one_assigns_or_unassigns(team: Team) -> None:
    people = [team[role] for role in ("viewer", "contributor", "editor", "admin")]
    task = await team.create(assignees=[str(person) for person in people[:2]])

    async def change(person: UUID) -> Reply:
        method, path = "DELETE" if person in people[:2] else "PUT", f"/v1/tasks/{task['id']}/assignees/{person}"
        reply = await team.call(method, path, if_match=1)
        # On a machine that stands still a refused one can be pending for longer than others wait.
        return reply if reply.status != 409 else await team.call(method, path, if_match=1)

    answers = await asyncio.gather(*(change(person) for person in people * 4))
    statuses = Counter(answer.status for answer in answers)
    found = await team.get(task)
    assert found["version"] == 2
    # Who asks for what the first has done already is told that it is so.
    assert set(statuses) == {200, 412}
    assert len(found["assignees"]) in (1, 3)
    assert await links_of(team, task) == len(found["assignees"])


async def test_any_mix_of_assigning_and_unassigning_leaves_rows_and_links_alike(team: Team) -> None:
    task = await team.create()
    who = [str(team["viewer"]), str(team["editor"])]

    async def work(seed: int) -> set[int]:
        dice = random.Random(seed)
        calls = [(dice.choice(["PUT", "DELETE"]), dice.choice(who)) for _ in range(10)]
        return {(await team.call(method, f"/v1/tasks/{task['id']}/assignees/{x}")).status for method, x in calls}

    statuses = set().union(*await asyncio.gather(*map(work, range(16))))
    assert statuses <= {200, 409}
    assert await links_of(team, task) == len((await team.get(task))["assignees"])


async def test_an_unassignment_that_is_refused_keeps_its_link(team: Team) -> None:
    task = await team.create(assignees=[str(team["viewer"])])
    path = f"/v1/tasks/{task['id']}/assignees"
    await team.call("PUT", f"{path}/{team['editor']}")
    refused = await team.call("DELETE", f"{path}/{team['viewer']}", if_match=1)
    assert (refused.status, refused.json()["fields"]) == (412, ["assignees"])
    assert (await links_of(team, task), len((await team.get(task))["assignees"])) == (2, 2)
    assert (await team.call("DELETE", f"{path}/{team['viewer']}")).json()["assignees"] == [str(team["editor"])]


async def test_who_comes_back_before_the_news_of_their_leaving_has_the_new_link(
    database: Database,
) -> None:
    async with database.transaction() as connection:
        (task,) = await make(connection, "a", assignees=(OTHER,))
        old = await queries.link(connection, task.id, OTHER)
        assert await assigning.assign(connection, task, OTHER, new_id(), ME) == task
        await cascades.remove_assignee(connection, old or new_id())
        assert await writing.hold(connection, task.id, ROOM) == task


async def test_who_comes_back_and_is_assigned_by_a_batch_has_a_link_too(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row of before still says that the task is theirs, and goes with the news that they left."""

    async def hear_nothing(*_: object) -> int:
        return 0

    viewer, owner = team["viewer"], team["owner"]
    task = await team.create(assignees=[str(viewer)])
    monkeypatch.setattr(follower, "follow", hear_nothing)
    left = await team.system.call("keys", "DELETE", f"/v1/rooms/{team.room}/members/{viewer}", user=owner)
    assert left.status == 204
    assign = {"op": "assign", "task": task["id"], "user": str(viewer)}
    assert ((await team.batch(assign)).json())["code"] == "not_a_member"
    member = {"user_id": str(viewer), "role": "viewer"}
    path = f"/internal/rooms/{team.room}/members"
    assert (await team.system.call("keys", "POST", path, user=owner, json=member)).status == 201
    assert (
        await team.batch({"op": "create_task", "title": "new"}, assign, assign | {"user": str(owner)})
    ).status == 200
    assert await links_of(team, task) == 2
    again = await team.batch(assign, assign | {"user": str(owner)})
    assert [each["task"]["version"] for each in again.json()["results"]] == [2, 2]

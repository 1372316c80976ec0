"""The audit sees each way in which the databases can disagree, and mends it where there is one way."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator

import pytest

from audit.__main__ import run
from chassis.ids import new_id
from keys.client import Role
from tests.audit.house import House
from tests.postgres import Postgres
from tests.system import run_system

# Longer than a cascade takes from Keys to the rows.
_PATIENCE = 0.8


@pytest.fixture
async def house(postgres: Postgres) -> AsyncIterator[House]:
    async with run_system(postgres, "keys", "users", "rooms", "tasks") as system:
        house = House(system)
        await house.build()
        yield house


async def test_the_command_finds_no_violation_in_a_sound_house(house: House) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "audit", env=os.environ | house.urls, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert (process.returncode, b"0 violations" in output) == (0, True), output
    assert b"1  assignee of tasks" in output


_BREAKS = {
    "user row lost": ("users", "DELETE FROM accounts", "user rows and nodes: no row"),
    "room row lost": ("rooms", "DELETE FROM rooms", "room rows and nodes: no row"),
    "task row lost": ("tasks", "DELETE FROM tasks", "task rows and nodes: no row"),
    "comment row lost": ("tasks", "DELETE FROM comments", "comment rows and nodes: no row"),
    "assignment row lost": ("tasks", "DELETE FROM task_assignees", "assignee of tasks: no row"),
    "author cleared": ("tasks", "UPDATE tasks SET created_by = NULL", "author of tasks: no row"),
    "in_room lost": ("keys", "DELETE FROM links WHERE relation = 'in_room'", "in_room of tasks: no reference"),
    "on_task lost": ("keys", "DELETE FROM links WHERE relation = 'on_task'", "on_task of comments: no reference"),
    "author lost": ("keys", "DELETE FROM links WHERE relation = 'author'", "author of comments: no reference"),
    "assignee lost": ("keys", "DELETE FROM links WHERE relation = 'assignee'", "assignee of tasks: no reference"),
    "keys lost": ("keys", "TRUNCATE nodes, links, claims", "task rows and nodes: no reference"),
}


@pytest.mark.parametrize(("database", "statement", "violation"), _BREAKS.values(), ids=_BREAKS)
async def test_each_break_is_seen_and_mended(
    house: House, capsys: pytest.CaptureFixture[str], database: str, statement: str, violation: str
) -> None:
    assert not (await house.run(database, statement)).endswith(" 0")
    code = await run(house.system.databases, repair=True, patience=_PATIENCE)
    output = capsys.readouterr().out
    assert violation in output
    assert (code, "0 violations are left" in output) == (0, True), output
    code = await run(house.system.databases, repair=False, patience=_PATIENCE)
    assert code == 0, capsys.readouterr().out


_MEMBERS = """
    SELECT m.source_id, m.role, m.version - min(c.version) AS writes, array_agg(c.op ORDER BY c.seq) AS told
    FROM links m
    JOIN changes c ON c.entity_id = m.id
    WHERE m.relation = 'member' AND m.target_id = $1 AND m.dropped_at IS NULL
    GROUP BY m.id
    ORDER BY m.id
"""


async def test_a_room_whose_owner_is_lost_goes_to_the_highest_and_oldest_of_its_members(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    roles: list[Role] = ["viewer", "editor", "editor"]
    people = [await House(house.system).register() for _ in roles]
    for person, role in zip(people, roles, strict=True):
        await house.bring_in(person, role)
    await house.run("users", "DELETE FROM accounts WHERE id = $1", house.user)
    code = await run(house.system.databases, repair=True, patience=_PATIENCE)
    assert (code, "made the oldest editor its owner" in (output := capsys.readouterr().out)) == (0, True), output
    assert [tuple(row) for row in await house.fetch("keys", _MEMBERS, house.room)] == [
        (people[0], "viewer", 0, ["created"]),
        (people[1], "owner", 1, ["created", "updated"]),
        (people[2], "editor", 0, ["created"]),
    ]
    assert [row["id"] for row in await house.fetch("tasks", "SELECT id FROM tasks")] == [house.task]


async def test_a_room_without_an_owner_waits_for_who_is_just_joining(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    person, claim = await House(house.system).register(), new_id()
    await house.bring_in(person, "viewer")
    await house.run("keys", "INSERT INTO claims VALUES ($1, 'rooms', now() + interval '1 hour')", claim)
    await house.run("keys", "UPDATE links SET claim = $2 WHERE source_id = $1", person, claim)
    await house.run("users", "DELETE FROM accounts WHERE id = $1", house.user)
    code = await run(house.system.databases, repair=True, patience=_PATIENCE)
    assert (code, "1 violations are left" in (output := capsys.readouterr().out)) == (1, True), output
    await house.run("keys", "UPDATE links SET claim = NULL WHERE claim = $1", claim)
    code = await run(house.system.databases, repair=True, patience=_PATIENCE)
    assert (code, "made the oldest viewer its owner" in (output := capsys.readouterr().out)) == (0, True), output


async def test_a_contradiction_is_shown_and_left_to_a_person(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    await house.run("tasks", "UPDATE tasks SET room_id = $1", new_id())
    code = await run(house.system.databases, repair=True, patience=_PATIENCE)
    output = capsys.readouterr().out
    assert (code, "in_room of tasks: differs" in output) == (1, True), output

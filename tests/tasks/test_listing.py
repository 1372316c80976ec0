"""Lists: every order, filter and page agrees with the same done in Python; and no page leaves a hole."""

import random
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from chassis.database import Connection, Database
from chassis.ids import new_id
from chassis.problems import Problem
from tasks import listing, writing
from tasks.models import PRIORITIES, STATUSES, ListQuery, NewTask, Task
from tasks.orders import ORDERS
from tests.tasks.making import discard

ROOM, ME, OTHER = new_id(), new_id(), new_id()
WORDS = ("apple", "pear", "plum", "Straße", "été", "fix-it")
START = datetime(2026, 1, 1, tzinfo=UTC)


async def fill(connection: Connection, room_id: UUID, count: int, dice: random.Random) -> list[Task]:
    made = []
    for _ in range(count):
        new = NewTask(
            title=" ".join(dice.sample(WORDS, 2)),
            description=dice.choice(WORDS),
            status=dice.choice(STATUSES),  # type: ignore[arg-type]
            priority=dice.choice(PRIORITIES),  # type: ignore[arg-type]
            due_at=dice.choice([None, START + timedelta(days=dice.randrange(5))]),
        )
        users = dice.sample((ME, OTHER), dice.randrange(3))
        links = [(user, new_id()) for user in users]
        made.append(await writing.create(connection, new_id(), room_id, new, ME, links))
    return made


def expected(tasks: list[Task], query: ListQuery) -> list[Task]:
    def passes(task: Task) -> bool:
        text = f"{task.title} {task.description}".lower()
        return (
            (query.status is None or task.status in query.status.split(","))
            and (query.priority is None or task.priority in query.priority.split(","))
            and (query.assignee is None or (ME if query.assignee == "me" else UUID(query.assignee)) in task.assignees)
            and (query.due_before is None or (task.due_at is not None and task.due_at < query.due_before))
            and (query.q is None or all(word.lower() in text for word in query.q.split()))
        )

    descending = query.sort.startswith("-")
    undated = START - timedelta(days=999) if descending else START + timedelta(days=999)

    def key(task: Task) -> Any:
        values: dict[str, Any] = {
            "position": (task.position.encode(),),
            "due": (task.due_at or undated, task.number),
            "priority": (PRIORITIES.index(task.priority), task.number),
            "created": (task.created_at, task.number),
            "updated": (task.updated_at, task.number),
        }
        return values[query.sort.lstrip("-")]

    return sorted(filter(passes, tasks), key=key, reverse=descending)


async def read_all(connection: Connection, query: ListQuery) -> list[Task]:
    """Every page of `query`, to the end."""
    found: list[Task] = []
    for _ in range(200):
        page = await listing.list_tasks(connection, query, ROOM, ME)
        assert len(page.items) <= query.limit
        found += page.items
        if page.next is None:
            return found
        query = msgspec.structs.replace(query, after=page.next)
    raise AssertionError("the list does not end")


def random_query(dice: random.Random, sort: str) -> ListQuery:
    def maybe(value: Any) -> Any:
        return dice.choice([None, None, value])

    return ListQuery(
        status=maybe(",".join(dice.sample(STATUSES, dice.randint(1, 3)))),
        priority=maybe(",".join(dice.sample(PRIORITIES, dice.randint(1, 3)))),
        assignee=maybe(dice.choice(["me", str(OTHER), str(new_id())])),
        due_before=maybe(START + timedelta(days=dice.randrange(6))),
        q=maybe(dice.choice(["apple", "pear plum", "nothing", "straße", "ÉTÉ"])),
        sort=sort,  # type: ignore[arg-type]
        limit=dice.choice([1, 7, 50]),
    )


@pytest.mark.parametrize(("few", "depth"), [(1000, 2000), (0, 5)], ids=["from candidates", "by scanning"])
async def test_every_order_and_filter_agrees_with_python(
    database: Database, monkeypatch: pytest.MonkeyPatch, few: int, depth: int
) -> None:
    monkeypatch.setattr(listing, "FEW", few)
    monkeypatch.setattr(listing, "DEPTH", depth)
    dice = random.Random(7)
    async with database.transaction() as connection:
        tasks = await fill(connection, ROOM, 60, dice)
        await fill(connection, new_id(), 60, dice)
        # What is in the trash has its words and its people still.
        for task in await fill(connection, ROOM, 20, dice):
            await discard(connection, task)
        for sort in ORDERS:
            for _ in range(12):
                query = random_query(dice, sort)
                found = await read_all(connection, query)
                assert [t.number for t in found] == [t.number for t in expected(tasks, query)], query
                assert found == expected(tasks, query)


# PostgreSQL alone makes one word of a path, a host, an address, a number with its sign, and none of a tag.
SIGNS = {
    "Fix login/logout page": ("login", "logout", "login/logout", "page logout login"),
    "Report Q3-2026": ("2026", "q3", "Q3-2026", "q3 2026"),
    "Update README.md": ("readme", "README.md", "md"),
    "Ask ada@example.org": ("ada", "example", "ada@example.org"),
    "A <todo> left": ("todo", "<todo>"),
    "wi-fi & 5~6 +7": ("fi", "wi-fi", "6", "7"),
    "Caf\u00e9s, \uff21\uff30\uff29": ("cafe\u0301s", "api"),
    "cre\u0300mes": ("cr\u00e8mes",),
    # Greek, whose last sigma is another small letter: a street in Patras, and the same in capitals in part.
    "\u03bf\u03b4\u03cc\u03c2 5": ("\u039f\u0394\u038c\u03a3", "\u03bf\u03b4\u03cc\u03c2"),
    "\u039f\u0394\u039f\u03a3 \u03a0\u03ac\u03c4\u03c1\u03b1\u03c2": (
        "\u03bf\u03b4\u03bf\u03c2 \u03c0\u03ac\u03c4\u03c1\u03b1\u03c2",
        "\u039f\u0394\u039f\u03a3 \u03a0\u0386\u03a4\u03a1\u0391\u03a3",
    ),
    # The capitals of a sharp s are two.
    "An der Stra\u00dfe": ("STRASSE", "Stra\u00dfe", "STRA\u1e9eE"),
    "GROSS UND KLEIN": ("gro\u00df",),
    # A soft hyphen says where a word may be broken.
    "Donau\u00addampf": ("donaudampf", "DONAU\u00adDAMPF"),
    "Kohlendioxid": ("kohlen\u00addioxid",),
}


async def test_a_word_is_found_whatever_sign_or_form_it_has(database: Database) -> None:
    async with database.transaction() as connection:
        for title in SIGNS:
            await writing.create(connection, new_id(), ROOM, NewTask(title=title), ME, [])
        for title, queries in SIGNS.items():
            for q in queries:
                assert [task.title for task in await read_all(connection, ListQuery(q=q))] == [title], q


async def test_a_word_of_many_signs_is_written_as_any_other(database: Database) -> None:
    """From each of them PostgreSQL looked for the end of an address: a text kept it busy until it was cut off."""

    async def seconds(text: str) -> float:
        spent = []
        for _ in range(3):
            async with database.transaction() as connection:
                began = time.perf_counter()
                await writing.create(connection, new_id(), ROOM, NewTask(title="A word", description=text), ME, [])
                spent.append(time.perf_counter() - began)
        return min(spent)

    plain = await seconds("ab " * 1000)
    for signs in ("a@1", "1@a", "a_", "~/", "<!-- "):
        assert await seconds(signs * (3000 // len(signs))) < 10 * plain, signs


async def test_a_word_that_swells_to_more_than_can_be_looked_for_finds_nothing(database: Database) -> None:
    """As it is typed it is short enough; normalized and in small letters it is longer than a word may be."""
    async with database.transaction() as connection:
        await fill(connection, ROOM, 3, random.Random(1))
        assert await read_all(connection, ListQuery(q="\u3316" * 110 + "\u023a" * 30)) == []


async def test_a_query_without_a_word_finds_nothing(database: Database) -> None:
    async with database.transaction() as connection:
        await fill(connection, ROOM, 3, random.Random(1))
        page = await listing.list_tasks(connection, ListQuery(q="?!"), ROOM, ME)
    assert page.items == []
    assert page.next is None


async def test_a_cursor_of_another_order_or_of_nothing_is_refused(database: Database) -> None:
    async with database.transaction() as connection:
        await fill(connection, ROOM, 3, random.Random(1))
        page = await listing.list_tasks(connection, ListQuery(sort="due", limit=1), ROOM, ME)
        for after in (page.next, "x", "W10", "bnVsbA", "W251bGwsbnVsbF0"):
            with pytest.raises(Problem) as caught:
                await listing.list_tasks(connection, ListQuery(sort="updated", after=after), ROOM, ME)
            assert (caught.value.status, caught.value.errors[0].field) == (422, "after")

"""What clients built from changes is what is there, whatever was killed while they followed.

20 clients follow 10 rooms through creates, edits, moves, deletes, joins and removals, by way of two gateways.
TASKSYNC_LIVE_FAULTS is how many faults there are, TASKSYNC_LIVE_SEEDS names seeds, with commas between.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from tests.faults.editors import Editor
from tests.faults.fleet import Fleet, run_second_gateway
from tests.faults.followers import Board, Follower, NotNowError
from tests.faults.test_random import until_ready
from tests.faults.workload import Account, add_account

_FAULTS = int(os.environ.get("TASKSYNC_LIVE_FAULTS", "10"))
_SEEDS = [int(seed) for seed in os.environ.get("TASKSYNC_LIVE_SEEDS", "1,2").split(",")]
_EDITORS = 5
_CUT = """
    SELECT count(pg_terminate_backend(pid))
    FROM pg_stat_activity
    WHERE datname = current_database() AND application_name <> '' AND pid <> pg_backend_pid() AND random() < 0.5
"""

# What a dump that is loaded leaves: another table, with what was in it before.
_RESTORE = """
    CREATE TEMP TABLE dump AS TABLE feed;
    DROP TABLE feed;
    CREATE TABLE feed (LIKE dump);
    INSERT INTO feed TABLE dump;
    DROP TABLE dump;
    UPDATE tasks SET title = 'as it was', version = 1;
    DELETE FROM changes;
"""


@pytest.fixture(scope="module")
async def accounts(whole_fleet: Fleet) -> list[Account]:
    """10 who follow all their rooms, and 10 who follow one."""
    await until_ready(whole_fleet)
    return [await add_account(whole_fleet) for _ in range(20)]


@pytest.fixture
async def two_gateways(fleet: Fleet) -> AsyncIterator[Fleet]:
    async with run_second_gateway(fleet):
        yield fleet


@pytest.mark.parametrize("seed", _SEEDS)
async def test_every_client_has_what_is_there(two_gateways: Fleet, accounts: list[Account], seed: int) -> None:
    fleet, dice = two_gateways, random.Random(seed)
    whole, single = accounts[:10], accounts[10:]
    editors = [Editor(fleet, random.Random(seed + number), whole[number], whole) for number in range(_EDITORS)]
    followers = [Follower(fleet, random.Random(seed), account) for account in whole]
    for number, account in enumerate(single):
        followers.append(await _with_room(editors[number % _EDITORS], account))
    done = await _live_through(fleet, dice, editors, followers)
    changes = sum((editor.changes for editor in editors), Counter[str]())
    heard = sum((follower.counts for follower in followers), Counter[str]())
    print(f"\nseed {seed}: {changes.total()} changes made {dict(changes)}, {done['kill']} kills, {done['cut']} cuts")
    print(f"{heard['change']} heard, {heard['connections']} resumes, {heard['resync']} resyncs: ", end="")
    print(f"{done['missed']} missed")
    assert not done["missed"]
    assert not heard["resync"]
    assert heard["loads"] == len(followers)


async def _with_room(editor: Editor, account: Account) -> Follower:
    """Somebody in a new room of the editor."""
    room = await editor.add_room()
    async with asyncio.timeout(60):
        # What the test before killed may not be whole yet.
        while await editor.bring(room, account, "editor") is None:
            await asyncio.sleep(0.1)
    return Follower(editor.fleet, random.Random(room), account, room)


async def _live_through(
    fleet: Fleet, dice: random.Random, editors: list[Editor], followers: list[Follower]
) -> Counter[str]:
    stop = asyncio.Event()
    await until_ready(fleet)
    following = [asyncio.create_task(follower.follow()) for follower in followers]
    editing = asyncio.gather(*(editor.edit_until(stop) for editor in editors))
    try:
        done = await _break_things(fleet, dice, editors)
        await until_ready(fleet)
        # Two of those who follow one room are taken out of it.
        for follower, editor in zip(followers[-2:], editors[-2:], strict=True):
            assert await editor.remove(str(follower.room), follower.account) is not None
        stop.set()
        await editing
        done["missed"] = await missed(followers)
        assert sum(follower.is_revoked for follower in followers) == 2
    finally:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, editing, return_exceptions=True)
    return done


async def _break_things(fleet: Fleet, dice: random.Random, editors: list[Editor]) -> Counter[str]:
    """Between two faults the system gets to work again."""
    done = Counter[str]()
    for _ in range(_FAULTS):
        await _until_at_work(editors)
        await asyncio.sleep(dice.uniform(0, 0.3))
        if dice.random() < 0.6:
            await fleet.programs[dice.choice(sorted(fleet.programs))].restart()
            done["kill"] += 1
        else:
            done["cut"] += (await fleet.fetch(dice.choice(sorted(fleet.databases)), _CUT))[0][0]
    return done


async def _until_at_work(editors: list[Editor]) -> None:
    before = sum(editor.changes.total() for editor in editors)
    async with asyncio.timeout(60):
        while sum(editor.changes.total() for editor in editors) < before + 10:
            await asyncio.sleep(0.01)


async def missed(followers: list[Follower]) -> int:
    """How many rows differ in the end. Nothing happens any more, so what was missed stays so."""
    differing = 0
    for follower in followers:
        differing += await _settle(follower)
    return differing


async def _settle(follower: Follower) -> int:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + 15
    while True:
        try:
            wrong = _differences(follower.boards, await follower.snapshot())
        except NotNowError as error:
            wrong = [f"answered {error.status}"]
        if not wrong or loop.time() > deadline:
            print(*(f"\n{follower.account.id} {follower.room} {line}" for line in wrong), end="")
            return len(wrong)
        await asyncio.sleep(0.1)


def _differences(built: dict[str, Board], shown: dict[str, Board]) -> list[str]:
    wrong = [f"room {room}: {room in built} {room in shown}" for room in built.keys() ^ shown.keys()]
    for room in built.keys() & shown.keys():
        mine, now = built[room], shown[room]
        wrong += [f"{mine.room} instead of {now.room}"] * (mine.room != now.room)
        for had, there in ((mine.members, now.members), (mine.tasks, now.tasks)):
            pairs = ((had.get(each), there.get(each)) for each in had.keys() | there.keys())
            wrong += [f"{one} instead of {other}" for one, other in pairs if one != other]
    return wrong


async def test_who_followed_a_database_that_is_restored_loads_anew(
    two_gateways: Fleet, accounts: list[Account]
) -> None:
    fleet = two_gateways
    await until_ready(fleet)
    editor = Editor(fleet, random.Random(0), accounts[0], accounts)
    follower = await _with_room(editor, accounts[10])
    task = await editor.send("create", "POST", f"/v1/rooms/{follower.room}/tasks", {"title": "Tea"})
    following = asyncio.create_task(follower.follow())
    try:
        assert await editor.send("edit", "PATCH", f"/v1/tasks/{task['id']}", {"title": "Green tea"}) is not None
        await _until_titled(follower, task["id"], "Green tea")
        fleet.programs["tasks"].kill()
        await fleet.databases["tasks"].execute(_RESTORE)
        await fleet.programs["tasks"].start()
        await _until_titled(follower, task["id"], "as it was")
        assert follower.counts["resync"] > 0
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def _until_titled(follower: Follower, task: str, title: str) -> None:
    async with asyncio.timeout(60):
        while not any(board.tasks.get(task, {}).get("title") == title for board in follower.boards.values()):
            await asyncio.sleep(0.02)

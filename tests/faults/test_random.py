"""Writers at work while services are killed and database connections cut at random; then all is counted.

TASKSYNC_FAULTS_SECONDS makes it longer, TASKSYNC_FAULTS_SEED another one.
"""

import asyncio
import os
import random
from collections import Counter
from uuid import UUID

from tests.faults.fleet import GATEWAYS, OWNERS, Fleet, run_second_gateway
from tests.faults.peace import settle, violations
from tests.faults.workload import Writer, add_writer

_SECONDS = float(os.environ.get("TASKSYNC_FAULTS_SECONDS", "12"))
_SEED = int(os.environ.get("TASKSYNC_FAULTS_SEED", "20"))
_WRITERS = 6
_CUT = """
    SELECT count(pg_terminate_backend(pid))
    FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'tasksync-%' AND random() < 0.5
"""
_TASKS = """
    SELECT t.title, t.deleted_at IS NOT NULL AS trashed,
           EXISTS (SELECT FROM task_assignees a WHERE a.task_id = t.id AND a.user_id = $2) AS assigned,
           ARRAY(SELECT body FROM comments c WHERE c.task_id = t.id) AS comments
    FROM tasks t
    WHERE t.room_id = $1
"""
_ROLE = """
    SELECT role FROM links
    WHERE relation = 'member' AND target_id = $1 AND source_id = $2 AND dropped_at IS NULL AND claim IS NULL
"""


async def test_no_acknowledged_write_is_lost_or_doubled_whatever_is_killed(fleet: Fleet) -> None:
    print(f"\nseed {_SEED}, {_SECONDS:g} seconds")
    async with run_second_gateway(fleet):
        await _run(fleet)


async def _run(fleet: Fleet) -> None:
    for gateway in GATEWAYS:
        await until_ready(fleet, gateway)
    writers = [await add_writer(fleet, _SEED + number) for number in range(_WRITERS)]
    stop = asyncio.Event()
    at_work = asyncio.gather(*(writer.write_until(stop) for writer in writers))
    done = await _break_things(fleet, random.Random(_SEED), writers)
    stop.set()
    await at_work
    await settle(fleet)
    statuses = sum((writer.statuses for writer in writers), Counter[int]())
    wrong = [line for writer in writers for line in await compare(fleet, writer)]
    dangling = await violations(fleet)
    acknowledged = sum(writer.acknowledged for writer in writers)
    lost, doubled = (sum(line.startswith(what) for line in wrong) for what in ("lost", "doubled"))
    unheard = sum(writer.lost for writer in writers)
    print(f"{acknowledged} writes acknowledged, {done['kill']} kills, {done['cut']} connections cut, ", end="")
    print(f"{unheard} answers lost: ", end="")
    print(f"{lost} lost, {doubled} doubled, {len(wrong) - lost - doubled} different, {len(dangling)} dangling")
    print(f"statuses: {dict(sorted(statuses.items()))}")
    assert not wrong
    assert not dangling
    assert not statuses[500], [fleet.log(name) for name in fleet.programs]
    assert done["kill"] > 0 < done["cut"]


async def until_ready(fleet: Fleet, gateway: str = "gateway") -> None:
    async with asyncio.timeout(60):
        while (await fleet.system.request(gateway, "GET", "/readyz")).status != 200:
            await asyncio.sleep(0.05)


async def _break_things(fleet: Fleet, dice: random.Random, writers: list[Writer]) -> Counter[str]:
    """How many services were killed, and connections cut. Between two faults the system gets to work again."""
    loop = asyncio.get_running_loop()
    end, done = loop.time() + _SECONDS, Counter[str]()
    while loop.time() < end:
        await _until_at_work(writers)
        await asyncio.sleep(dice.uniform(0, 0.3))
        if dice.random() < 0.6:
            await fleet.programs[dice.choice(sorted(fleet.programs))].restart()
            done["kill"] += 1
        else:
            done["cut"] += (await fleet.fetch(dice.choice((*OWNERS, "keys")), _CUT))[0][0]
    return done


async def _until_at_work(writers: list[Writer]) -> None:
    before = sum(writer.acknowledged for writer in writers)
    async with asyncio.timeout(60):
        while sum(writer.acknowledged for writer in writers) < before + 5:
            await asyncio.sleep(0.01)


async def compare(fleet: Fleet, writer: Writer) -> list[str]:
    """What of the writer's is not as it was acknowledged."""
    wrong: list[str] = []
    found = await fleet.fetch("tasks", _TASKS, UUID(writer.room), writer.mate.id)
    by_title = {row["title"]: row for row in found}
    for item in writer.items:
        count = sum(row["title"] == item.title for row in found)
        wrong += [f"doubled task {item.title}"] * (count > 1) + [f"lost task {item.title}"] * (count < bool(item.id))
        row = by_title.get(item.title)
        if row is None:
            continue
        if row["trashed"] not in item.trashed or row["assigned"] not in item.assigned:
            wrong.append(f"different task: {row} instead of {item}")
        for text, is_sure in item.comments.items():
            count = row["comments"].count(text)
            wrong += [f"doubled comment {text}"] * (count > 1) + [f"lost comment {text}"] * (count < is_sure)
    for batch in writer.batches:
        if len({item.title in by_title for item in batch}) > 1:
            wrong.append(f"different batch: a part of {batch}")
    roles = [row["role"] for row in await fleet.fetch("keys", _ROLE, UUID(writer.room), writer.mate.id)]
    if (roles[0] if roles else None) not in writer.roles:
        wrong.append(f"different role: {roles} instead of {writer.roles}")
    return wrong

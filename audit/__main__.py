"""`python -m audit [--repair]` compares the four databases, and exits with 1 if anything is violated.

It reads TASKSYNC_USERS_DATABASE_URL and the like (or ..._FILE), and may run beside a working system: what is just
under way is looked at again until it holds, or has been wrong for some seconds.
"""

import asyncio
import os
import sys
from contextlib import AsyncExitStack

import asyncpg

from audit.compare import Counted, Databases, Violation, survey
from audit.repair import mend
from chassis.database import Connection, set_codecs
from chassis.settings import SettingsError, lookup

_PATIENCE_SECONDS = 3.0
_AGAIN_SECONDS = 0.5
# Each repair may bring to light what hung on it; what is left after these rounds is for a person.
_ROUNDS = 10
_SHOWN = 200

_DRAINED = """
    SELECT NOT EXISTS (SELECT FROM nodes WHERE buried_at IS NOT NULL AND drained_at IS NULL)
       AND NOT EXISTS (SELECT FROM links WHERE dropped_at IS NOT NULL)
"""


async def audit(databases: Databases, patience: float) -> tuple[list[Counted], list[Violation]]:
    """The violations that last."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    counts, lasting = await survey(databases)
    while lasting and loop.time() < until:
        await asyncio.sleep(_AGAIN_SECONDS)
        counts, found = await survey(databases)
        lasting = [violation for violation in found if violation in lasting]
    return counts, lasting


async def run(urls: dict[str, str], *, repair: bool, patience: float = _PATIENCE_SECONDS) -> int:
    """The exit code. What is wrong for less than `patience` seconds counts as under way."""
    async with AsyncExitStack() as stack:
        databases = Databases(**{name: await _connect(stack, url) for name, url in urls.items()})
        counts, lasting = await audit(databases, patience)
        for counted in counts:
            print(f"{counted.compared:>10}  {counted.check}")
        _show(lasting)
        if repair and lasting:
            lasting = await _repair(databases, lasting, patience)
            print(f"{len(lasting)} violations are left")
        return 1 if lasting else 0


async def _connect(stack: AsyncExitStack, url: str) -> Connection:
    connection = await asyncpg.connect(url)
    stack.push_async_callback(connection.close)
    await set_codecs(connection)
    return connection


def _show(violations: list[Violation]) -> None:
    for each in violations[:_SHOWN]:
        print(f"  {each.check}: {each.kind}: {each.id} (row: {each.row or '-'}, Keys: {each.held or '-'})")
    print(f"{len(violations)} violations")


async def _repair(databases: Databases, violations: list[Violation], patience: float) -> list[Violation]:
    for _ in range(_ROUNDS):
        done = 0
        for each in violations:
            if what := await mend(databases, each):
                done += 1
                print(f"  {each.check}: {each.id}: {what}")
        await _until_drained(databases)
        _, violations = await audit(databases, patience)
        if not violations or not done:
            break
    return violations


async def _until_drained(databases: Databases) -> None:
    """What was buried drags along what hung on it: Keys and the owners see to that, if they run."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _PATIENCE_SECONDS
    while not await databases.keys.fetchval(_DRAINED) and loop.time() < until:
        await asyncio.sleep(_AGAIN_SECONDS)


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--repair"]):
        print("usage: python -m audit [--repair]", file=sys.stderr)
        return 2
    try:
        found = {name: lookup(name, "database_url", os.environ) for name in Databases._fields}
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    urls = {name: url for name, url in found.items() if url is not None}
    if missing := [f"TASKSYNC_{name.upper()}_DATABASE_URL" for name in found if name not in urls]:
        print(f"set {', '.join(missing)}", file=sys.stderr)
        return 2
    return asyncio.run(run(urls, repair=bool(arguments)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

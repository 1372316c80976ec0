"""The migrations of a next release, made up: they expand a large table while the services of this one use it."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from alembic.script import ScriptDirectory

from chassis.migrate import configure

_FILE = """
from alembic import op

from chassis.online import backfill, create_index

revision = "next"
down_revision = {head!r}


def upgrade():
    {body}
"""

# A process of its own, as in a deployment: what it does to the loop of the services is none.
_RUN = """
import sys
from alembic import command
from chassis.migrate import configure

for service, url, folder in zip(*[iter(sys.argv[1:])] * 3):
    config = configure(service, url)
    config.set_main_option("version_locations", config.get_main_option("version_locations") + ":" + folder)
    command.upgrade(config, "head")
"""


@contextmanager
def next_migration(service: str, *lines: str) -> Iterator[str]:
    """The folder of a migration that runs `lines`, on top of all of this version."""
    head = ScriptDirectory.from_config(configure(service, "")).get_current_head()
    with tempfile.TemporaryDirectory(prefix="tasksync-test-") as folder:
        (Path(folder) / "next.py").write_text(_FILE.format(head=head, body="\n    ".join(lines)))
        yield folder


@asynccontextmanager
async def migrating(*databases: tuple[str, str, str]) -> AsyncIterator[asyncio.Task[int]]:
    """Runs them beside the block, one after the other, each by service, URL and folder; the task answers the exit
    status."""
    arguments = [argument for each in databases for argument in each]
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", _RUN, *arguments)
    task = asyncio.create_task(process.wait())
    try:
        yield task
    finally:
        if process.returncode is None:
            process.kill()
        await task

"""What a migration does to a large table while services use it: nobody waits for it, however long it takes.

Both run outside of the migration's transaction, which ends before them: what stands before them in `upgrade` is
committed, and a migration that was cut short runs again from its beginning. So such a migration holds nothing else.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op
from sqlalchemy import text

# Below what a service waits for a statement, so that it never gives one up because of a migration.
LOCK_MILLISECONDS = 1000


def create_index(name: str, definition: str) -> None:
    """`create_index("tasks_colour", "ON tasks (colour)")`. What a first attempt left behind goes first."""
    with _outside():
        op.execute(text(f"DROP INDEX CONCURRENTLY IF EXISTS {name}"))
        op.execute(text(f"CREATE INDEX CONCURRENTLY {name} {definition}"))


def backfill(statement: str) -> None:
    """Repeats `statement`, which changes a page of rows each time (... LIMIT 1000), until it finds none."""
    with _outside():
        while op.get_bind().execute(text(statement)).rowcount:
            pass


@contextmanager
def _outside() -> Iterator[None]:
    with op.get_context().autocommit_block():
        op.execute(text("SET lock_timeout = 0"))
        try:
            yield
        finally:
            op.execute(text(f"SET lock_timeout = {LOCK_MILLISECONDS}"))

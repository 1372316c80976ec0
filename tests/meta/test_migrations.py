"""Migrations expand first and contract later: none may stop the version that serves while it runs."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from chassis import online
from tests.meta.migrations import BASELINE, SERVICES, load, migrations, record, refusals


def sent(*statements: str | Callable[[], None], contracts: bool = False) -> list[str]:
    """What the lint says of a migration of these."""

    def upgrade() -> None:
        for each in statements:
            module.op.execute(each) if isinstance(each, str) else each()

    module = SimpleNamespace(upgrade=upgrade, op=None)
    return refusals(record(module), contracts=contracts)


REFUSED = [
    "CREATE INDEX tasks_colour ON tasks (colour)",
    "CREATE UNIQUE INDEX tasks_colour ON tasks (colour)",
    "CREATE INDEX CONCURRENTLY tasks_colour ON tasks (colour)",
    "ALTER TABLE tasks ALTER COLUMN number TYPE integer",
    "ALTER TABLE tasks ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector(title)) STORED",
    "ALTER TABLE tasks ADD COLUMN token uuid DEFAULT gen_random_uuid()",
    "ALTER TABLE tasks ADD COLUMN colour text NOT NULL",
    "ALTER TABLE tasks ADD COLUMN parent uuid REFERENCES tasks (id)",
    "ALTER TABLE tasks ADD COLUMN colour text UNIQUE",
    "ALTER TABLE tasks ADD CONSTRAINT short CHECK (length(title) < 100)",
    "ALTER TABLE tasks ADD CONSTRAINT once UNIQUE (title)",
    "ALTER TABLE tasks ALTER COLUMN due_at SET NOT NULL",
    "ALTER TABLE tasks DROP COLUMN title",
    "ALTER TABLE tasks DROP title",
    "ALTER TABLE tasks RENAME COLUMN title TO name",
    "ALTER TABLE tasks RENAME TO jobs",
    "DROP TABLE tasks",
    "UPDATE tasks SET title = ''",
    "DELETE FROM tasks WHERE deleted_at IS NOT NULL",
    "LOCK TABLE tasks",
    "TRUNCATE tasks",
    "CREATE TABLE notes (id uuid); CREATE INDEX tasks_colour ON tasks (colour)",
]

ALLOWED: list[str | Callable[[], None]] = [
    "ALTER TABLE tasks ADD COLUMN colour text",
    "ALTER TABLE tasks ADD COLUMN size integer NOT NULL DEFAULT 1",
    "ALTER TABLE tasks ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now()",
    "ALTER TABLE tasks ADD CONSTRAINT short CHECK (length(title) < 100) NOT VALID",
    "ALTER TABLE tasks VALIDATE CONSTRAINT short",
    "ALTER TABLE tasks ADD CONSTRAINT once UNIQUE USING INDEX tasks_once",
    "ALTER TABLE tasks ALTER COLUMN colour SET DEFAULT 'grey'",
    "CREATE TABLE notes (id uuid PRIMARY KEY, task_id uuid REFERENCES tasks (id)); CREATE INDEX n ON notes (task_id)",
    "INSERT INTO notes (id) VALUES (gen_random_uuid())",
    lambda: online.create_index("tasks_colour", "ON tasks (colour)"),
    lambda: online.backfill("UPDATE tasks SET colour = '' WHERE id IN (SELECT id FROM tasks LIMIT 1000)"),
]


@pytest.mark.parametrize("statement", REFUSED)
def test_what_would_stop_the_version_before_is_refused(statement: str) -> None:
    assert len(sent(statement)) == 1


def test_what_only_adds_is_allowed() -> None:
    assert sent(*ALLOWED) == []


def test_a_backfill_without_pages_is_refused() -> None:
    assert len(sent(lambda: online.backfill("UPDATE tasks SET colour = ''"))) == 1


def test_what_takes_away_needs_its_reason() -> None:
    assert sent("ALTER TABLE tasks DROP COLUMN title", contracts=True) == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_migration_since_the_first_release_may_run_beside_the_version_before(service: str) -> None:
    """Of the first release, 0.1.0, they could do anything."""
    found = {}
    for path in migrations(service, after=BASELINE[service]):
        module = load(path)
        if refused := refusals(record(module), contracts=bool(getattr(module, "CONTRACT", ""))):
            found[path.name] = refused
    assert found == {}


@pytest.mark.parametrize("service", SERVICES)
def test_the_migrations_of_a_service_are_seen(service: str) -> None:
    """Each of them can be recorded, those of the first release too."""
    for path in migrations(service):
        assert record(load(path)), path

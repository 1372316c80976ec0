"""What a migration may not do to a table that an earlier one made: it is large, and the version before serves."""

import importlib.util
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from chassis import online

_ROOT = Path(__file__).parent.parent.parent
SERVICES = ("users", "rooms", "tasks", "keys")
# The last migrations of the first release: no version serves on what is before them, so they may do anything.
BASELINE = {"users": "0004", "rooms": "0005", "tasks": "0008", "keys": "0007"}

_TABLE = r"(?:ONLY )?(?:IF EXISTS )?(?:public\.)?(?P<table>\w+)"
# Of a table that is in use: what is refused, and what to do instead.
RULES = {
    rf"CREATE (UNIQUE )?INDEX (?!CONCURRENTLY).*?\bON {_TABLE}": "it blocks writes: chassis.online.create_index",
    rf"ALTER TABLE {_TABLE}.*\bALTER (COLUMN )?\w+ (SET DATA )?TYPE\b": "it rewrites the table: add a column",
    rf"ALTER TABLE {_TABLE}.*\bGENERATED\b": "it rewrites the table: add a column, and fill it by backfill",
    rf"ALTER TABLE {_TABLE}.*\bDEFAULT (?!now\(\))\w+\(": "it rewrites the table: set the default after the column",
    rf"ALTER TABLE {_TABLE}.*\bADD (COLUMN )?(?!CONSTRAINT)(?![^,]*DEFAULT)[^,]*NOT NULL": (
        "old rows have none, and the version before writes none: give it a default"
    ),
    rf"ALTER TABLE {_TABLE}.*\bADD (COLUMN )?(?!CONSTRAINT)[^,]*\b(UNIQUE|PRIMARY KEY|REFERENCES|CHECK)\b": (
        "it reads the whole table under a lock: ADD CONSTRAINT ... NOT VALID, then VALIDATE"
    ),
    rf"ALTER TABLE {_TABLE}.*\bADD CONSTRAINT (?!.*(NOT VALID|USING INDEX))": (
        "it reads the whole table under a lock: NOT VALID, then VALIDATE"
    ),
    rf"(?:UPDATE|DELETE FROM) {_TABLE}": "it holds every row until it ends: chassis.online.backfill",
    rf"(?:LOCK TABLE|TRUNCATE|CLUSTER|VACUUM FULL|REINDEX TABLE|REINDEX INDEX) {_TABLE}": "it blocks the table",
}
# What takes something away that the version before uses: only when no version that may still run does.
CONTRACTING = {
    rf"DROP TABLE {_TABLE}",
    rf"ALTER TABLE {_TABLE}.*\bDROP (?!CONSTRAINT|DEFAULT|NOT NULL)",
    rf"ALTER TABLE {_TABLE}.*\bRENAME\b",
    rf"ALTER TABLE {_TABLE}.*\bSET NOT NULL\b",
}


@dataclass
class Statement:
    text: str
    outside: bool


@dataclass
class Recorder:
    """Stands in for alembic's `op`: keeps what a migration would send."""

    statements: list[Statement] = field(default_factory=list)
    outside: bool = False

    def execute(self, statement: object) -> "Recorder":
        for each in str(statement).split(";"):
            if text := re.sub(r"\s+", " ", re.sub(r"--.*", "", each)).strip():
                self.statements.append(Statement(text, self.outside))
        return self

    rowcount = 0

    def get_bind(self) -> "Recorder":
        return self

    def get_context(self) -> "Recorder":
        return self

    @contextmanager
    def autocommit_block(self) -> Iterator[None]:
        self.outside = True
        yield
        self.outside = False


def load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"migration_{path.parent.parent.name}_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def record(module: Any) -> list[Statement]:
    """What its `upgrade` would send."""
    recorder = Recorder()
    module.op = recorder
    with patch.object(online, "op", recorder):
        module.upgrade()
    return recorder.statements


def refusals(statements: list[Statement], *, contracts: bool = False) -> list[str]:
    """Why these may not run beside the version before. `contracts`: the migration names what no version uses."""
    own: set[str] = set()
    found: list[str] = []
    for statement in statements:
        if made := re.match(r"CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?(?:public\.)?(\w+)", statement.text):
            own.add(made[1])
        if "CONCURRENTLY" in statement.text and not statement.outside:
            found.append(f"{statement.text}: in a transaction; use chassis.online.create_index")
        found += [f"{statement.text}: {why}" for why in _broken(statement, own)]
        if not contracts and any(_table(rule, statement) not in {None, *own} for rule in CONTRACTING):
            found.append(f"{statement.text}: the version before uses it; say in CONTRACT since when no version does")
    return found


def _broken(statement: Statement, own: set[str]) -> Iterator[str]:
    for rule, why in RULES.items():
        paged = statement.outside and statement.text.startswith(("UPDATE", "DELETE")) and "LIMIT" in statement.text
        if not paged and _table(rule, statement) not in {None, *own}:
            yield why


def _table(rule: str, statement: Statement) -> str | None:
    """The table to which the rule applies; None if it does not."""
    found = re.match(rule, statement.text, re.IGNORECASE)
    return found["table"] if found else None


def migrations(service: str, after: str = "") -> list[Path]:
    """Its migrations later than the number `after`."""
    return [path for path in sorted((_ROOT / service / "migrations").glob("0*.py")) if path.name[:4] > after]

"""What a statement does inside PostgreSQL, seen from the statements that the service itself sends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from asyncpg.transaction import Transaction

from chassis.database import Connection, Row


@dataclass
class Plan:
    """One statement as it ran."""

    root: dict[str, Any]
    milliseconds: float

    def nodes(self) -> Iterator[dict[str, Any]]:
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(node.get("Plans", []))

    @property
    def touched(self) -> int:
        """How many rows its scans read, kept or not; without the entries of the index of words, which are none."""
        return sum(_rows(node) for node in self.nodes() if _is_scan(node) and not _is_bitmap(node))

    @property
    def sorted_rows(self) -> int:
        """The most rows that one sort had to put in order."""
        sorts = [node for node in self.nodes() if node["Node Type"] in ("Sort", "Incremental Sort")]
        return max((_rows(child) for node in sorts for child in node["Plans"]), default=0)

    @property
    def scans(self) -> list[str]:
        """How each table was read, without those read not at all."""
        return sorted({_name(node) for node in self.nodes() if _is_scan(node) and node["Actual Loops"]})


@dataclass
class Explainer:
    """Stands in for a connection: runs each statement, and keeps its plan. `mode` is custom or generic."""

    connection: Connection
    mode: str
    plans: list[Plan] = field(default_factory=list)

    async def fetch(self, statement: str, *values: Any) -> list[Row]:
        await self._explain(statement, values)
        return await self.connection.fetch(statement, *values)

    async def execute(self, statement: str) -> None:
        await self.connection.execute(statement)

    def transaction(self) -> Transaction:
        return self.connection.transaction()

    async def _explain(self, statement: str, values: Sequence[Any]) -> None:
        await self.connection.execute(f"SET plan_cache_mode = force_{self.mode}_plan")
        await self.connection.execute(f"PREPARE looked_at AS {statement}")
        given = ", ".join(map(_literal, values))
        explain = f"EXPLAIN (ANALYZE, COSTS false, FORMAT JSON) EXECUTE looked_at ({given})"
        (answer,) = await self.connection.fetch(explain)
        await self.connection.execute("DEALLOCATE looked_at")
        told = msgspec.json.decode(answer[0])[0]
        self.plans.append(Plan(told["Plan"], told["Execution Time"]))


def _rows(node: dict[str, Any]) -> int:
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    rows: float = (node["Actual Rows"] + removed) * node["Actual Loops"]
    return round(rows)


def _is_scan(node: dict[str, Any]) -> bool:
    return "Relation Name" in node or "Index Name" in node


def _is_bitmap(node: dict[str, Any]) -> bool:
    return bool(node["Node Type"] == "Bitmap Index Scan")


def _name(node: dict[str, Any]) -> str:
    return " ".join(str(node[key]) for key in ("Node Type", "Relation Name", "Index Name") if key in node)


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list | tuple):
        value = "{" + ",".join("NULL" if each is None else str(each) for each in value) + "}"
    text = value if isinstance(value, str) else str(value)
    return "'" + text.replace("'", "''") + "'"

"""How a service's own statements would be run: so that none grows with the system."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from chassis.database import Connection


@dataclass
class Recorder:
    """Stands in for a connection: plans each statement before it runs, once for all values, as the services do."""

    connection: Connection
    scans: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        async def planned(statement: str, *values: Any) -> Any:
            plan = await self.connection.fetchval(f"EXPLAIN (GENERIC_PLAN, FORMAT JSON) {statement}", *values)
            self._note(msgspec.json.decode(plan)[0]["Plan"])
            return await getattr(self.connection, name)(statement, *values)

        return planned

    def _note(self, node: dict[str, Any]) -> None:
        if "Relation Name" in node and "Scan" in node["Node Type"]:
            self.scans.append(f"{node['Node Type']} {node['Relation Name']}")
        for child in node.get("Plans", ()):
            self._note(child)

"""A room with a person of each role, and what they do in it over real sockets."""

from dataclasses import dataclass
from typing import Any, get_args
from uuid import UUID

import asyncpg
import msgspec

from keys.client import Role
from tests.seeds import add_member, add_room, add_user, grant
from tests.system import Reply, System


@dataclass
class Team:
    """`people` by role, in `room`; `stranger` is in none, and `elsewhere` is a room that the owner alone is in."""

    system: System
    room: UUID
    elsewhere: UUID
    stranger: UUID
    people: dict[str, UUID]

    def __getitem__(self, role: str) -> UUID:
        return self.people[role]

    async def call(
        self, method: str, path: str, by: str = "owner", *, if_match: str | int | None = None, json: object = None
    ) -> Reply:
        """As the person of the role `by`, with the grant that the gateway would bring."""
        person = self.people.get(by, self.stranger)
        rooms = (self.room,) if by in self.people else ()
        headers = grant(person, *rooms)
        if if_match is not None:
            headers["If-Match"] = if_match if isinstance(if_match, str) else f'"{if_match}"'
        return await self.system.call("tasks", method, path, user=person, headers=headers, json=json)

    async def create(self, title: str = "A task", by: str = "owner", **fields: Any) -> dict[str, Any]:
        made = await self.call("POST", f"/v1/rooms/{self.room}/tasks", by, json={"title": title, **fields})
        assert made.status == 201, made.body
        return dict(made.json())

    async def comment(self, task: dict[str, Any], body: str = "Words", by: str = "owner") -> dict[str, Any]:
        made = await self.call("POST", f"/v1/tasks/{task['id']}/comments", by, json={"body": body})
        assert made.status == 201, made.body
        return dict(made.json())

    async def batch(self, *operations: dict[str, Any], by: str = "owner", **more: Any) -> Reply:
        body = {"operations": operations, **more}
        return await self.call("POST", f"/v1/rooms/{self.room}/batch", by, json=body)

    async def get(self, task: dict[str, Any]) -> dict[str, Any]:
        found = await self.call("GET", f"/v1/tasks/{task['id']}")
        assert found.status == 200, found.body
        return dict(found.json())

    async def tasks(self, query: str = "") -> list[dict[str, Any]]:
        found = await self.call("GET", f"/v1/rooms/{self.room}/tasks{query}")
        assert found.status == 200, found.body
        return list(found.json()["items"])

    async def run(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        """A look into the service's database."""
        connection = await asyncpg.connect(self.system.databases["tasks"])
        try:
            await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=str, decoder=msgspec.json.decode)
            return list(await connection.fetch(statement, *values))
        finally:
            await connection.close()

    async def changes(self, entity: dict[str, Any]) -> list[asyncpg.Record]:
        """The log of one task or comment."""
        return await self.run("SELECT * FROM changes WHERE entity_id = $1 ORDER BY seq", UUID(entity["id"]))


async def gather_team(system: System) -> Team:
    owner = await add_user(system)
    room = await add_room(system, owner)
    others = {role: await add_member(system, room, role) for role in get_args(Role) if role != "owner"}
    people = {"owner": owner, **others}
    return Team(system, room, await add_room(system, owner), await add_user(system), people)

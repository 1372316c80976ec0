"""A small house of users, rooms, tasks and comments, made as the gateway would make it."""

from collections.abc import Mapping
from uuid import UUID

from chassis.database import Row
from chassis.ids import new_id
from keys.client import Role, user
from tests.postgres import connected
from tests.seeds import refer
from tests.system import System


class House:
    """A system with one user, who owns a room with one task, assigned to them, and a comment."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.user = new_id()

    async def register(self) -> UUID:
        await self.run("users", _ACCOUNT, self.user)
        await refer(self.system, "users", [user(self.user)], [], None)
        return self.user

    async def build(self) -> None:
        await self.register()
        room = await self.post("rooms", "/v1/rooms", {"name": "A room"})
        self.room = UUID(room["id"])
        body = {"title": "A task", "assignees": [str(self.user)]}
        task = await self.post("tasks", f"/v1/rooms/{self.room}/tasks", body)
        self.task = UUID(task["id"])
        comment = await self.post("tasks", f"/v1/tasks/{self.task}/comments", {"body": "A comment"})
        self.comment = UUID(comment["id"])

    async def bring_in(self, person: UUID, role: Role) -> None:
        await self.post("keys", f"/internal/rooms/{self.room}/members", {"user_id": str(person), "role": role})

    async def post(self, service: str, path: str, body: Mapping[str, object]) -> dict[str, str]:
        """What was made, in the user's name."""
        reply = await self.system.call(service, "POST", path, user=self.user, json=body)
        assert reply.status == 201, reply.body
        found: dict[str, str] = reply.json()
        return found

    async def run(self, database: str, statement: str, *arguments: object) -> str:
        async with connected(self.system.databases[database]) as connection:
            return await connection.execute(statement, *arguments)

    async def fetch(self, database: str, statement: str, *arguments: object) -> list[Row]:
        async with connected(self.system.databases[database]) as connection:
            return await connection.fetch(statement, *arguments)

    @property
    def urls(self) -> dict[str, str]:
        return {f"TASKSYNC_{name.upper()}_DATABASE_URL": url for name, url in self.system.databases.items()}


_ACCOUNT = """
    INSERT INTO accounts (id, name, email, password_hash) VALUES ($1, 'Ann', $1::uuid::text || '@example.com', 'none')
"""
